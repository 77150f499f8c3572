import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agw, portInUse, runAgw, temporaryDirectory } from '../support/agw';
import { fetch } from '../support/fetch';
import { httpUpstream } from '../support/http-upstream';
import { rawClient } from '../support/raw-client';
import { routeTo } from '../support/running-gateway';

const LOCAL = routeTo(9);

function file(text: string, name = 'gateway.yaml'): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return path;
}

function replies(text: string, delayMs = 0): Promise<number> {
  return httpUpstream((_incoming, response) => setTimeout(() => response.end(text), delayMs));
}

describe('what the command line says', () => {
  it.each([
    ['--help', /run \[options\] <files\.\.\.>[\s\S]*translate/],
    ['run --help', /Examples:[\s\S]*agw run gateway\.yaml/],
    ['translate --help', /Examples:[\s\S]*-o/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('agw %s', async (args, expected) => {
    const { code, stdout, stderr } = await runAgw(args.split(' '));
    expect(stdout).toMatch(expected);
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each([
    ['', /Usage: agw/],
    ['run', /missing required argument 'files'\n\n?agw --help/],
    ['rnu x.yaml', /unknown command 'rnu'\n\(Did you mean run\?\)/],
    ['run x.yaml --resolv a', /unknown option '--resolv'\n\(Did you mean --resolve\?\)/],
    ['run missing.yaml', /^agw: cannot read missing\.yaml: there is no such file\n$/],
    ['run x.yaml --port 80', /^agw: `80` maps no port: write `80:8080` .*\n$/],
    ['run x.yaml --port 80:', /^agw: `80:` maps no port/],
    ['run x.yaml --port 0:80', /^agw: `0:80` maps no port/],
    ['run x.yaml --port 80:65536', /^agw: `80:65536` maps no port/],
    ['run x.yaml --port -1:80', /^agw: `-1:80` maps no port/],
    ['run x.yaml --resolve a.b', /^agw: `a\.b` maps no upstream: write it as `host:port=http:/],
    ['run x.yaml --resolve =http://c', /^agw: `=http:\/\/c` maps no upstream/],
    ['run x.yaml --resolve a.b:x=http://c', /^agw: `a\.b:x=http:\/\/c` maps no upstream/],
    ['run x.yaml --resolve a:1=c:2', /^agw: `c:2` is no place to send requests to/],
    ['run x.yaml --resolve a:1=ftp://c', /^agw: `ftp:\/\/c` is no place/],
    ['run x.yaml --resolve a:1=http://c/path', /^agw: `http:\/\/c\/path` is no place/],
    ['run x.yaml --resolve a:1=http://u:p@c', /^agw: .* is no place/],
  ])('agw %s is wrong: exit code 2', async (args, expected) => {
    const { code, stdout, stderr } = await runAgw(args.split(' ').filter(Boolean), {
      cwd: temporaryDirectory(),
    });
    expect(stderr).toMatch(expected);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('a password in a mapping is not repeated', async () => {
    const args = ['run', 'x.yaml', '--resolve', 'a:1=http://user:fake-password@c'];
    expect((await runAgw(args)).stderr).not.toContain('fake-password');
  });
});

describe('what is wrong with a file', () => {
  it.each<[string, string, RegExp]>([
    [
      'malformed YAML',
      'binds:\n- port: 3000\n  listeners: [\n',
      /^error \S+ \S+gateway\.yaml:\d+:\d+/,
    ],
    ['a tab for a blank', 'binds:\n\t- port: 1\n', /^error \S+ \S+gateway\.yaml:2:\d/],
    [
      'a mistyped key',
      LOCAL.replace('listeners', 'listners'),
      /gateway\.yaml:4:3 binds\[0\].*listners[\s\S]*listeners/,
    ],
    ['a mistyped policy', routeTo(9, '{apiKeys: {keys: []}}'), /apiKeys[\s\S]*apiKey/],
    ['a port that is none', LOCAL.replace('3000', 'http'), /gateway\.yaml:3:\d binds\[0\]\.port/],
    ['a host that is none', LOCAL.replace('127.0.0.1:9', 'not a host'), /gateway\.yaml/],
    [
      'an unset variable',
      LOCAL.replace('127.0.0.1:9', '$NOT_SET_HERE'),
      /gateway\.yaml:10:15.*NOT_SET_HERE/,
    ],
    ['something else', '- just\n- a list\n', /^error /],
    ['a scalar', 'hello', /^error /],
    ['two documents', `${LOCAL}\n---\n${LOCAL}`, /^error /],
    ['binary', '\0\x01\x02\xff', /^error /],
    [
      'a broken expression as a location',
      routeTo(
        9,
        '{apiKey: {mode: strict, keys: [{key: fake-key}], location: {expression: requst.path}}}',
      ),
      /location[\s\S]*expression/,
    ],
  ])('%s: its place, exit code 1, and nothing starts', async (_name, text, expected) => {
    const path = file(text);
    for (const more of [[], ['--validate-only']]) {
      const { code, stdout, stderr } = await runAgw(['run', path, ...more]);
      expect(stderr).toMatch(expected);
      expect(stderr).toMatch(/\nnothing was started: \d+ errors?\n$/);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).not.toMatch(/^ +at |fake-key/m);
    }
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['a comment', '# later\n'],
    ['no binds', '{}'],
  ])('%s is no gateway', async (_name, text) => {
    const { code, stderr } = await runAgw(['run', file(text), '--validate-only']);
    expect(code).not.toBe(0);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr).not.toBe('');
  });

  it.each<[string, string, string]>([
    ['YAML', LOCAL, 'gateway.yaml'],
    [
      'JSON',
      JSON.stringify({ binds: [{ port: 3000, listeners: [{ routes: [] }] }] }),
      'gateway.json',
    ],
    ['a variable that is set', LOCAL.replace('127.0.0.1:9', '$UPSTREAM'), 'gateway.yml'],
    [
      'a variable with a default',
      LOCAL.replace('127.0.0.1:9', ['$', '{NOT_SET:-a.test:1}'].join('')),
      'gateway.yml',
    ],
  ])('%s is valid', async (_name, text, name) => {
    const path = file(text, name);
    const answer = { code: 0, stdout: 'Configuration is valid!\n', stderr: '' };
    const env = { UPSTREAM: 'a.test:80' };
    expect(await runAgw(['run', path, '--validate-only'], { env })).toEqual(answer);
    expect(await runAgw(['run', join(path, '..'), '--validate-only'], { env })).toEqual(answer);
    expect(await runAgw(['run', '-', '--validate-only'], { env, input: text })).toEqual(answer);
  });

  it('a directory without configurations is not taken for an empty one', async () => {
    const { code, stderr } = await runAgw(['run', temporaryDirectory()]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/ holds no YAML or JSON files\n$/)]);
  });

  it('a Gateway of another class is none, and where to read of it is said', async () => {
    const gateway = {
      ...{
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'edge' },
      },
      spec: {
        gatewayClassName: 'agentgatway',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    };
    const { code, stderr } = await runAgw(['run', file(JSON.stringify(gateway))]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^agw: there is no gateway in these files: .*; `agw check` says/);
  });

  it('a mapping of what is not configured is pointed out', async () => {
    const args = ['--port', '81:0', '--resolve', 'a.test:80=http://127.0.0.1:1', '--validate-only'];
    const { code, stderr } = await runAgw(['run', file(LOCAL), ...args]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning UnusedOption: `--port 81:0` changes nothing/m);
    expect(stderr).toMatch(/^warning UnusedOption: `--resolve a\.test:80=/m);
  });
});

describe('a port that something else holds', () => {
  it('is told with the way out: exit code 1, and nothing stays open', async () => {
    const port = await portInUse();
    const { code, stderr } = await runAgw(['run', file(LOCAL.replace('3000', `${port}`))]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      `error PortUnavailable: port ${port} on 127.0.0.1 is in use\n  stop what holds it, or open another in its place: --port ${port}:0\n`,
    );
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('for metrics or readiness is told as well', async () => {
    const port = await portInUse();
    for (const name of ['STATS_ADDR', 'READINESS_ADDR']) {
      const { code, stderr } = await runAgw(['run', file(LOCAL), '--port', '3000:0'], {
        env: { [name]: `127.0.0.1:${port}` },
      });
      expect([code, stderr]).toEqual([1, expect.stringMatching(/PortUnavailable.*in use/)]);
    }
  });

  it('can be replaced', async () => {
    const port = await portInUse();
    const path = file(routeTo(await replies('hello')).replace('3000', `${port}`));
    const running = agw(['run', path, '--port', `${port}:0`]);
    expect((await fetch(await running.port(port), '/')).body).toBe('hello');
  });
});

describe('a gateway that runs', () => {
  it('says where, answers, logs on standard output, and shows its own state', async () => {
    const upstream = await replies('hello');
    const text = routeTo(9).replace('127.0.0.1:9', 'httpbin.test:8000');
    const running = agw([
      'run',
      file(text),
      '--port',
      '3000:0',
      '--resolve',
      `httpbin.test:8000=http://127.0.0.1:${upstream}`,
    ]);
    const port = await running.port();
    expect((await fetch(port, '/x')).body).toBe('hello');
    expect(await running.logged(/request /)).toMatch(
      new RegExp(
        `^\\S+Z\\tinfo\\trequest gateway=default/default listener=http route=default/all endpoint=127\\.0\\.0\\.1:${upstream} .* http\\.status=200 protocol=http duration=\\d+ms\\n$`,
      ),
    );
    await running.until(() => /readiness on/.test(running.stderr), 'readiness');
    const at = (name: string) =>
      Number(new RegExp(`${name} on http://127.0.0.1:(\\d+)`).exec(running.stderr)?.[1]);
    expect((await fetch(at('readiness'), '/healthz/ready')).body).toBe('ready\n');
    expect((await fetch(at('metrics'), '/metrics')).body).toMatch(
      /agentgateway_requests_total\{.*status="200"/,
    );
    expect(running.stderr).toMatch(
      `httpbin.test:8000 is resolved to http://127.0.0.1:${upstream}\n`,
    );
  });

  it.each(['LOG_FORMAT', 'config'])('logs JSON where %s says so', async (where) => {
    const text = routeTo(await replies('hello'));
    const path = file(where === 'config' ? `config: {logging: {format: json}}\n${text}` : text);
    const running = agw(['run', path, '--port', '3000:0'], {
      env: where === 'config' ? {} : { LOG_FORMAT: 'json' },
    });
    await fetch(await running.port(), '/');
    expect(JSON.parse(await running.logged(/\n/))).toMatchObject({
      scope: 'request',
      'http.status': 200,
    });
  });

  it('lets running requests end when it is told to stop, and takes no new ones', async () => {
    const running = agw(['run', file(routeTo(await replies('late', 600))), '--port', '3000:0']);
    const port = await running.port();
    const idle = await rawClient(port);
    const client = await rawClient(port);
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await new Promise((later) => setTimeout(later, 150));
    running.child.kill('SIGTERM');
    await running.logged(/draining/);
    await expect(
      new Promise((connected, refused) =>
        connect(port, '127.0.0.1').on('connect', connected).on('error', refused),
      ),
    ).rejects.toThrow('ECONNREFUSED');
    expect(await client.untilClosed()).toMatch(/HTTP\/1\.1 200 OK\r\n[\s\S]*late$/);
    idle.socket.destroy();
    const { code, stdout, stderr } = await running.ended();
    expect(code).toBe(0);
    expect(stdout).toMatch(/http\.status=200/);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('waits no longer than it is allowed to', async () => {
    const text = `config: {connectionTerminationDeadline: 500ms}\n${routeTo(await replies('never', 60_000))}`;
    const running = agw(['run', file(text), '--port', '3000:0']);
    const client = await rawClient(await running.port());
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await new Promise((later) => setTimeout(later, 150));
    const begin = Date.now();
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended();
    expect(code).toBe(0);
    expect(Date.now() - begin).toBeLessThan(3_000);
    expect(stdout.match(/\trequest /g)).toHaveLength(1);
  });

  it('goes on accepting for as long as it must', async () => {
    const text = `config: {connectionMinTerminationDeadline: 700ms}\n${routeTo(await replies('hello'))}`;
    const running = agw(['run', file(text), '--port', '3000:0']);
    const port = await running.port();
    running.child.kill('SIGTERM');
    await running.logged(/draining/);
    const client = await rawClient(port);
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    expect(await client.untilClosed()).toMatch(/connection: close\r\n/i);
    expect((await running.ended()).code).toBe(0);
  });

  it('ends at once when it is told twice', async () => {
    const running = agw(['run', file(routeTo(await replies('never', 60_000))), '--port', '3000:0']);
    const client = await rawClient(await running.port());
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await new Promise((later) => setTimeout(later, 150));
    running.child.kill('SIGINT');
    await running.logged(/draining/);
    running.child.kill('SIGINT');
    const begin = Date.now();
    expect((await running.ended()).code).toBe(0);
    expect(Date.now() - begin).toBeLessThan(2_000);
  });

  it('outlives a fault of its own, and tells of it', async () => {
    const fault = file("process.on('SIGUSR2', () => { throw new Error('a demo') });", 'fault.js');
    const running = agw(['run', file(routeTo(await replies('ok'))), '--port', '3000:0'], {
      env: { NODE_OPTIONS: `--require=${fault}` },
    });
    const port = await running.port();
    running.child.kill('SIGUSR2');
    const told = 'agw: a fault of agw itself, please report it: a demo; the gateway goes on\n';
    await running.until(() => running.stderr.includes(told), told);
    expect((await fetch(port, '/')).status).toBe(200);
    running.child.kill('SIGTERM');
    expect((await running.ended()).code).toBe(0);
  });

  it('ends quietly when nobody reads its log any more', async () => {
    const running = agw(['run', file(routeTo(await replies('hello'))), '--port', '3000:0']);
    const port = await running.port();
    running.child.stdout?.destroy();
    for (let i = 0; i < 3 && running.child.exitCode === null; i++) {
      await fetch(port, '/').catch(() => {});
      await new Promise((later) => setTimeout(later, 100));
    }
    const { stderr } = await running.ended();
    expect(stderr).not.toMatch(/EPIPE|^ +at /m);
  });
});
