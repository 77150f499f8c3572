import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type Agw, agw, temporaryDirectory } from '../support/agw';
import { testCertificate } from '../support/certificate';
import { fetch } from '../support/fetch';
import { freePort } from '../support/free-port';
import { httpUpstream } from '../support/http-upstream';
import { rawClient } from '../support/raw-client';
import { routeTo } from '../support/running-gateway';

function saying(text: string): string {
  return routeTo(9, `{directResponse: {status: 200, body: ${text}}}`);
}

/** As editors do it: another file takes the name. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function metric(running: Agw, name: string): Promise<number> {
  const port = Number(/metrics on http:\/\/127\.0\.0\.1:(\d+)/.exec(running.stderr)?.[1]);
  return fetch(port, '/metrics').then(({ body }) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]),
  );
}

const RELOADED = /the configuration has been reloaded\n/;

describe('a changed file', () => {
  it.each<[string, (path: string, text: string) => void]>([
    ['that an editor has replaced', replace],
    ['that was written in place', (path, text) => writeFileSync(path, text)],
    [
      'that was away for a moment',
      (path, text) => {
        rmSync(path);
        writeFileSync(path, text);
      },
    ],
  ])('%s is taken over, again and again', async (_name, write) => {
    const path = join(temporaryDirectory(), 'gateway.yaml');
    writeFileSync(path, saying('one'));
    const running = agw(['run', path, '--port', '3000:0']);
    const port = await running.port();
    expect((await fetch(port, '/')).body).toBe('one');
    for (const text of ['two', 'three']) {
      write(path, saying(text));
      await expect.poll(async () => (await fetch(port, '/')).body, { timeout: 5_000 }).toBe(text);
    }
    expect(running.stdout).toMatch(RELOADED);
  });

  it('of a mounted ConfigMap is taken over when Kubernetes exchanges its link', async () => {
    const mount = temporaryDirectory();
    const publish = (version: string) => {
      mkdirSync(join(mount, version));
      writeFileSync(join(mount, version, 'gateway.yaml'), saying(version));
      symlinkSync(version, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    publish('one');
    symlinkSync('..data/gateway.yaml', join(mount, 'gateway.yaml'));
    const running = agw(['run', join(mount, 'gateway.yaml'), '--port', '3000:0']);
    const port = await running.port();
    for (const version of ['two', 'three']) {
      publish(version);
      await expect
        .poll(async () => (await fetch(port, '/')).body, { timeout: 5_000 })
        .toBe(version);
    }
  });

  it('does not touch the request that runs, nor its connection', async () => {
    const upstream = await httpUpstream((_incoming, response) => {
      response.write('slow ');
      setTimeout(() => response.end('answer'), 1_000);
    });
    const path = join(temporaryDirectory(), 'gateway.yaml');
    writeFileSync(path, routeTo(upstream));
    const running = agw(['run', path, '--port', '3000:0']);
    const client = await rawClient(await running.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/slow/);
    replace(path, saying('new'));
    await running.logged(RELOADED);
    expect(client.received).not.toMatch(/answer/);
    await client.until(/answer\r\n0\r\n\r\n$/);
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/new$/);
    await running.logged(/(\trequest [\s\S]*){2}/);
  });

  it.each<[string, string]>([
    ['malformed', 'binds: ['],
    ['refused', saying('x').replace('listeners', 'listners')],
    [
      'not runnable',
      routeTo(9, '{apiKey: {keys: [{key: fake-key}], location: {expression: requst.path}}}'),
    ],
    ['empty', ''],
  ])('that is %s changes nothing, is told of, and can be mended', async (_name, bad) => {
    const path = join(temporaryDirectory(), 'gateway.yaml');
    writeFileSync(path, saying('old'));
    const running = agw(['run', path, '--port', '3000:0']);
    const port = await running.port();
    await running.until(() => /metrics on/.test(running.stderr), 'metrics');
    replace(path, bad);
    await running.logged(/Failed to reload config: /);
    expect((await fetch(port, '/')).body).toBe('old');
    expect(await metric(running, 'agentgateway_config_synchronized')).toBe(0);
    expect(running.stdout).not.toContain('fake-key');
    replace(path, saying('new'));
    await expect.poll(async () => (await fetch(port, '/')).body, { timeout: 5_000 }).toBe('new');
    expect(await metric(running, 'agentgateway_config_synchronized')).toBe(1);
  });

  it('opens the ports that it adds and closes those that it drops', async () => {
    const path = join(temporaryDirectory(), 'gateway.yaml');
    const bind = (port: number, text: string) => saying(text).replace('3000', `${port}`);
    const both = bind(3000, 'one') + bind(3001, 'two').replace(/^\nbinds:\n/, '');
    writeFileSync(path, bind(3000, 'one'));
    const probe = await freePort();
    const running = agw(['run', path, '--port', '3000:0', '--port', `3001:${probe}`]);
    const port = await running.port();
    await expect(fetch(probe, '/')).rejects.toThrow('ECONNREFUSED');
    replace(path, both);
    await expect
      .poll(
        () =>
          fetch(probe, '/').then(
            ({ body }) => body,
            () => '',
          ),
        { timeout: 5_000 },
      )
      .toBe('two');
    expect((await fetch(port, '/')).body).toBe('one');
    replace(path, bind(3001, 'three'));
    await expect
      .poll(() => fetch(probe, '/').then(({ body }) => body), { timeout: 5_000 })
      .toBe('three');
    await expect(fetch(port, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('beside it that nobody asked for is not read', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'gateway.yaml');
    writeFileSync(path, saying('one'));
    const running = agw(['run', path, '--port', '3000:0']);
    const port = await running.port();
    writeFileSync(join(directory, 'other.yaml'), 'binds: [');
    await new Promise((later) => setTimeout(later, 600));
    expect((await fetch(port, '/')).body).toBe('one');
    expect(running.stdout).not.toMatch(/reload/);
  });

  it('in a directory that is run is', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'gateway.yaml'), saying('one'));
    const running = agw(['run', directory, '--port', '3000:0']);
    const port = await running.port();
    replace(join(directory, 'gateway.yaml'), saying('two'));
    await expect.poll(async () => (await fetch(port, '/')).body, { timeout: 5_000 }).toBe('two');
  });

  it('that is a certificate is taken over as well', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'gateway.yaml');
    const issue = (name: string) => {
      const { cert, key } = testCertificate(name);
      writeFileSync(join(directory, 'key.pem'), key);
      replace(join(directory, 'cert.pem'), cert);
    };
    issue('first.test');
    writeFileSync(
      path,
      saying('hello').replace(
        '  - name: http',
        `  - name: https\n    protocol: HTTPS\n    tls: {cert: ${directory}/cert.pem, key: ${directory}/key.pem}`,
      ),
    );
    const running = agw(['run', path, '--port', '3000:0']);
    const port = await running.port();
    expect(await shownBy(port)).toBe('first.test');
    issue('second.test');
    await expect.poll(() => shownBy(port), { timeout: 5_000 }).toBe('second.test');
  });
});

/** The name in the certificate that a port shows. */
function shownBy(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'a.test',
      rejectUnauthorized: false,
    });
    socket.on('error', () => resolve('none'));
    socket.once('secureConnect', () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
  });
}
