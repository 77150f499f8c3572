import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Agw, agw, runAgw, temporaryDirectory } from '../support/agw';
import { fetch } from '../support/fetch';
import { httpUpstream } from '../support/http-upstream';
import { ISSUER, Issuer } from '../support/tokens';

function configuration(jwks: object): string {
  return JSON.stringify({
    gateways: { default: { port: 3000 } },
    routes: [
      {
        policies: {
          jwtAuth: { mode: 'strict', issuer: ISSUER, jwks },
          authorization: { rules: ['jwt.sub == "alice"'] },
          directResponse: { status: 200, body: 'in' },
        },
      },
    ],
  });
}

async function start(jwks: object, ...options: string[]) {
  const directory = temporaryDirectory();
  const file = join(directory, 'gateway.json');
  writeFileSync(file, configuration(jwks));
  const running = agw(['run', file, '--port', '3000:0', ...options], { cwd: directory });
  const port = await running.port();
  const statusFor = async (token: string) =>
    (await fetch(port, '/', 'GET', { authorization: `Bearer ${token}` })).status;
  return { running, statusFor };
}

async function readiness(running: Agw) {
  const line = /readiness on http:\/\/127\.0\.0\.1:(\d+)/;
  await running.until(() => line.test(running.stderr), 'readiness');
  const { status, body } = await fetch(Number(line.exec(running.stderr)?.[1]), '/healthz/ready');
  return [status, body.trim()];
}

describe('keys that are fetched', () => {
  it('do not stop a start while their issuer is down, and are taken as soon as it is up', async () => {
    const issuer = new Issuer();
    let up = false;
    const port = await httpUpstream((_, response) => {
      response.writeHead(up ? 200 : 500).end(issuer.jwks());
    });
    const { running, statusFor } = await start(
      { url: 'https://issuer.shop.svc.cluster.local/jwks' },
      ...['--resolve', `issuer.shop:443=http://127.0.0.1:${port}`],
    );
    await running.logged(/could not be fetched: the answer has the status 500/);
    expect(await statusFor(issuer.token())).toBe(401);
    expect(await readiness(running)).toEqual([
      500,
      'not ready, pending: key set https://issuer.shop.svc.cluster.local/jwks',
    ]);
    up = true;
    await running.logged(/the key set at \S+ has been fetched/);
    expect(await readiness(running)).toEqual([200, 'ready']);
    expect(await statusFor(issuer.token())).toBe(200);
    expect(await statusFor(issuer.token({ sub: 'eve' }))).toBe(403);
  });
});

describe('keys in a file', () => {
  it('are exchanged when the file is, and kept when it is broken', async () => {
    const [first, second] = [new Issuer('first'), new Issuer('second')];
    const path = join(temporaryDirectory(), 'keys.json');
    const publish = (text: string) => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    };
    publish(first.jwks());
    const { running, statusFor } = await start({ file: path });
    expect(await statusFor(first.token())).toBe(200);
    expect(await statusFor(second.token())).toBe(401);
    publish(second.jwks());
    await expect.poll(() => statusFor(second.token()), { timeout: 5_000 }).toBe(200);
    expect(await statusFor(first.token())).toBe(401);
    publish('{');
    await running.logged(/Failed to reload config: /);
    expect(await statusFor(second.token())).toBe(200);
  });

  it('that are not there stop a start', async () => {
    const file = join(temporaryDirectory(), 'gateway.json');
    writeFileSync(file, configuration({ file: 'keys.json' }));
    const { code, stderr } = await runAgw(['run', file]);
    expect(code).toBe(1);
    expect(stderr).toContain('jwtAuth.jwks.file: the file "keys.json" is not there');
  });
});
