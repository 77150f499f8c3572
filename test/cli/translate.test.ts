import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agw, runAgw, temporaryDirectory } from '../support/agw';
import { testCertificate } from '../support/certificate';
import { fetch } from '../support/fetch';
import { httpUpstream } from '../support/http-upstream';
import { routeTo } from '../support/running-gateway';

const ROUTE = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: all, namespace: demo}
spec:
  parentRefs: [{name: edge}]
  rules:
  - backendRefs: [{name: app, port: 8000}]
---
apiVersion: v1
kind: Service
metadata: {name: app, namespace: demo}
spec: {ports: [{port: 8000}]}
`;

function gateway(listener: string, name = 'edge'): string {
  return `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: demo}
spec:
  gatewayClassName: agentgateway
  listeners:
  - ${listener}
---
`;
}

const HTTP = gateway('{name: http, port: 80, protocol: HTTP}');
const HTTPS = gateway(
  '{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: certificate}]}}',
);

const KEYS = `
---
apiVersion: v1
kind: Secret
metadata: {name: callers, namespace: demo}
stringData: {alice: fake-key-for-tests}
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: keys, namespace: demo}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
  traffic:
    apiKeyAuthentication:
      mode: Strict
      secretRef: {name: callers}
`;

function secret(): string {
  const { cert, key } = testCertificate('a.test');
  const indented = (text: string) => text.trimEnd().replaceAll('\n', '\n    ');
  return `
---
apiVersion: v1
kind: Secret
metadata: {name: certificate, namespace: demo}
type: kubernetes.io/tls
stringData:
  tls.crt: |
    ${indented(cert)}
  tls.key: |
    ${indented(key)}
`;
}

/** A directory with one file of objects. */
function objects(text: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'objects.yaml'), text);
  return directory;
}

describe('agw translate', () => {
  it('prints what agw run then runs as the objects themselves', async () => {
    const upstream = await httpUpstream((incoming, response) =>
      response.end(`hello ${incoming.headers.authorization}`),
    );
    const directory = objects(HTTP + ROUTE + KEYS);
    const { code, stdout, stderr } = await runAgw(['translate', directory]);
    expect([code, stderr]).toEqual([0, '']);
    const translated = join(temporaryDirectory(), 'gateway.yaml');
    writeFileSync(translated, stdout);
    for (const path of [directory, translated]) {
      const running = agw([
        ...['run', path, '--port', '80:0'],
        ...['--resolve', `app.demo:8000=http://127.0.0.1:${upstream}`],
      ]);
      const port = await running.port(80);
      expect((await fetch(port, '/')).status).toBe(401);
      const { body } = await fetch(port, '/', 'GET', {
        authorization: 'Bearer fake-key-for-tests',
      });
      expect(body).toBe('hello undefined');
      expect(running.stdout + running.stderr).not.toContain('fake-key');
    }
  });

  it('writes files that only their owner reads, whatever was there', async () => {
    const output = temporaryDirectory();
    const target = join(output, 'elsewhere');
    writeFileSync(join(output, 'demo.edge.yaml'), 'old', { mode: 0o666 });
    writeFileSync(target, 'untouched');
    symlinkSync(target, join(output, 'demo.edge.yaml.unfinished'));
    const { code, stdout } = await runAgw([
      'translate',
      objects(HTTPS + ROUTE + secret()),
      '-o',
      output,
    ]);
    expect([code, stdout]).toEqual([0, '']);
    const names = readdirSync(output, { recursive: true })
      .map(String)
      .filter((name) => name !== 'elsewhere');
    const files = names.filter((name) => statSync(join(output, name)).isFile());
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const name of files)
      expect([name, statSync(join(output, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(readFileSync(target, 'utf8')).toBe('untouched');
    expect(readFileSync(join(output, 'demo.edge.yaml'), 'utf8')).not.toMatch(/PRIVATE KEY/);
  });

  it('makes directories that only their owner opens', async () => {
    const output = join(temporaryDirectory(), 'a', 'b');
    expect((await runAgw(['translate', objects(HTTP + ROUTE), '-o', output])).code).toBe(0);
    expect(statSync(output).mode & 0o777).toBe(0o700);
  });

  it.each<[string, string, readonly string[], RegExp]>([
    [
      'two gateways on standard output',
      HTTP + gateway('{name: http, port: 81, protocol: HTTP}', 'other') + ROUTE,
      [],
      /write demo\/edge, demo\/other with -o DIR, or pick one with --gateway/,
    ],
    ['certificates on standard output', HTTPS + ROUTE + secret(), [], /certificates.*-o DIR/],
    [
      'a gateway that is not there',
      HTTP + ROUTE,
      ['--gateway', 'demo/odd'],
      /there is no gateway demo\/odd: these files hold demo\/edge/,
    ],
    ['no gateway', ROUTE, [], /there is no Gateway in these files/],
    ['a standalone file', routeTo(9), [], /a standalone file needs no translation/],
  ])('cannot do it with %s: exit code 2', async (_name, text, more, expected) => {
    const { code, stdout, stderr } = await runAgw(['translate', objects(text), ...more]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
  });

  it('never prints what a standalone file takes from the environment', async () => {
    const text = routeTo(9, '{apiKey: {keys: [{key: $SECRET_OF_TEST}]}}');
    const env = { SECRET_OF_TEST: 'fake-key-for-tests' };
    const { stdout, stderr } = await runAgw(['translate', objects(text)], { env });
    expect(stdout + stderr).not.toContain('fake-key');
  });

  it('refuses objects with errors, and writes nothing: exit code 1', async () => {
    const output = temporaryDirectory();
    const text = HTTP.replace('gatewayClassName', 'gatewayClasName') + ROUTE;
    const { code, stderr } = await runAgw(['translate', objects(text), '-o', output]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error .*objects\.yaml:6:\d+ .*gatewayClasName/m);
    expect(readdirSync(output)).toEqual([]);
  });

  it('says why it cannot write', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), '');
    mkdirSync(join(directory, 'demo.edge.yaml'));
    for (const [output, reason] of [
      [join(directory, 'file'), 'a part of it is a file'],
      [directory, 'it is a directory'],
    ]) {
      const { code, stderr } = await runAgw(['translate', objects(HTTP + ROUTE), '-o', output]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
  });
});

describe('agw run with objects', () => {
  it('serves certificates from memory', async () => {
    const { code, stdout, stderr } = await runAgw([
      'run',
      objects(HTTPS + ROUTE + secret()),
      '--validate-only',
    ]);
    expect([code, stdout, stderr]).toEqual([0, 'Configuration is valid!\n', '']);
  });

  it('refuses two gateways that want one port, and names the way out', async () => {
    const text = HTTP + gateway('{name: http, port: 80, protocol: HTTP}', 'other') + ROUTE;
    const { code, stderr } = await runAgw(['run', objects(text)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /port 80 is wanted by gateway demo\/edge and by gateway demo\/other\n {2}run one of them: --gateway demo\/other/,
    );
    const chosen = await runAgw([
      'run',
      objects(text),
      '--gateway',
      'demo/edge',
      '--validate-only',
    ]);
    expect(chosen.code).toBe(0);
  });

  it('says where an object is wrong', async () => {
    const text =
      HTTP + ROUTE.replace('port: 8000}]}', 'port: many}]}').replace('backendRefs', 'backendRef');
    const { code, stderr } = await runAgw(['run', objects(text)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /objects\.yaml:\d+:\d+ HTTPRoute demo\/all spec\.rules\[0\].*backendRef/,
    );
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
