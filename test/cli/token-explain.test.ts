import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeToken } from '../../lib/cli/token-decode';
import { inWords, isoTime } from '../../lib/cli/token-time';
import { runAgw, temporaryDirectory } from '../support/agw';
import { base64url, ISSUER, Issuer, secondsFromNow } from '../support/tokens';

const issuer = new Issuer('key-1');
const signatureOf = (token: string) => token.split('.')[2];

/** A standalone file with a route for each of these policies. */
function routes(...policies: object[]): string {
  const entries = policies.map((each, index) => ({
    name: `route-${index}`,
    matches: [{ path: { pathPrefix: `/${index}` } }],
    policies: each,
    backends: [{ host: '127.0.0.1:9' }],
  }));
  return JSON.stringify({
    binds: [{ port: 3000, listeners: [{ name: 'http', routes: entries }] }],
  });
}

function jwtAuth(beside: object = {}): object {
  return { jwtAuth: { mode: 'strict', issuer: ISSUER, jwks: issuer.jwks(), ...beside } };
}

/** Explains a token on standard input, with these configurations. */
function explain(token: string, files: Readonly<Record<string, string>>, options: string[] = []) {
  const cwd = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const config = Object.keys(files).length > 0 ? ['--config', ...Object.keys(files)] : [];
  return runAgw(['token', 'explain', ...config, ...options], { cwd, input: `${token}\n` });
}

const OBJECTS = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: demo}
spec:
  gatewayClassName: agentgateway
  listeners:
  - {name: http, port: 80, protocol: HTTP}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: demo}
spec:
  parentRefs: [{name: edge}]
  rules:
  - backendRefs: [{name: app, port: 8000}]
---
apiVersion: v1
kind: Service
metadata: {name: app, namespace: demo}
spec: {ports: [{port: 8000}]}
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: callers, namespace: demo}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
  traffic:
    jwtAuthentication:
      mode: Strict
      providers:
      - issuer: ${ISSUER}
        audiences: [shop]
        jwks: {inline: '${issuer.jwks()}'}
    authorization:
      action: Allow
      policy: {matchExpressions: ['jwt.sub == "alice"']}
`;

const LLM = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: models, namespace: demo}
spec:
  parentRefs: [{name: edge}]
  rules:
  - backendRefs: [{group: agentgateway.dev, kind: AgentgatewayBackend, name: models}]
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: models, namespace: demo}
spec:
  ai: {provider: {openai: {}}}
  policies: {auth: {secretRef: {name: openai}}}
`;

describe('agw token explain', () => {
  it('needs no credentials of providers, on which no verdict rests', async () => {
    const files = { 'gateway.yaml': OBJECTS, 'models.yaml': LLM };
    const { code, stdout, stderr } = await explain(issuer.token({ aud: 'shop' }), files);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('gateway demo/edge');
    expect(stdout).not.toContain('value-of-the-environment');
  });

  it('says which variable is missing where a verdict rests on it', async () => {
    const text = routes(jwtAuth({ issuer: '$ISSUER' }));
    const { code, stdout, stderr } = await explain(issuer.token(), { 'gateway.json': text });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error VariableUnset gateway\.json:1:\d+: .*ISSUER/);
  });

  it('shows what a token says, and times in words, but never its signature', async () => {
    const token = issuer.token({ exp: secondsFromNow(5400), roles: ['a'] });
    const { code, stdout, stderr } = await explain(token, {});
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^header\n {2}alg {2}"ES256"\n {2}kid {2}"key-1"\nclaims\n/);
    expect(stdout).toMatch(/^ {2}exp +\d+: \d{4}-\d\d-\d\dT[\d:]+Z, in 1 hour$/m);
    expect(stdout).toMatch(/^ {2}roles +\["a"\]$/m);
    expect(stdout).toContain('nothing of this is proven');
    expect(stdout).not.toContain(signatureOf(token));
  });

  it('reads the token from where it is given, and says that arguments can be seen', async () => {
    const token = issuer.token();
    const shown = await runAgw(['token', 'explain', token]);
    expect(shown.stderr).toMatch(/^note: arguments can be read in the list of processes/);
    const quiet = await runAgw(['token', 'explain', '-'], { input: token });
    expect([quiet.code, quiet.stderr, quiet.stdout]).toEqual([0, '', shown.stdout]);
    for (const prefix of ['Bearer ', 'authorization: bearer ', '\n  ']) {
      const { stdout } = await runAgw(['token', 'explain'], { input: `${prefix}${token}` });
      expect(stdout).toBe(shown.stdout);
    }
  });

  it('says for each policy whether it accepts the token, and for each rule whether it holds', async () => {
    const text = routes(
      {
        ...jwtAuth(),
        authorization: { rules: ['jwt.sub == "alice"', { require: 'request.path == "/0"' }] },
      },
      jwtAuth({ issuer: 'https://other.test' }),
      jwtAuth({ audiences: ['shop'], mode: 'permissive' }),
      {},
    );
    const { code, stdout, stderr } = await explain(issuer.token(), { 'gateway.yaml': text });
    expect([code, stderr]).toEqual([0, '']);
    const judged = stdout.slice(stdout.indexOf('gateway '));
    expect(judged.replace(/ at \S+/, ' at NOW')).toMatchSnapshot();
  });

  it('asks the policies of Kubernetes objects', async () => {
    const wrong = await explain(issuer.token(), { 'objects.yaml': OBJECTS });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('Error(MissingRequiredClaim("aud")); `aud` is missing');
    const right = await explain(issuer.token({ aud: 'shop' }), { 'objects.yaml': OBJECTS });
    expect([right.code, right.stderr]).toEqual([0, '']);
    expect(right.stdout).toContain('gateway demo/edge');
    expect(right.stdout).toMatch(/so a request with it passes here\n$/);
  });

  it.each<[string, object, RegExp]>([
    ['has expired', { exp: secondsFromNow(-7200) }, /`exp` was 2 hours ago/],
    ['is not valid yet', { nbf: secondsFromNow(7260) }, /`nbf` is in 2 hours/],
    ['is of another issuer', { iss: 'https://x.test' }, /`iss` is "https:\/\/x\.test", not "https/],
    ['is for others', { aud: 'till' }, /`aud` is "till", with none of \["shop"\]/],
    ['has a time that is none', { exp: 'soon' }, /`exp` is missing, or not of its type/],
  ])('says of a token that %s what does not fit', async (_name, claims, expected) => {
    const text = routes(jwtAuth({ audiences: ['shop'] }));
    const { code, stdout } = await explain(issuer.token({ aud: 'shop', ...claims }), {
      'a.json': text,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(expected);
    expect(stdout).toContain('so a request with it is refused here: 401 authentication failure');
  });

  it('judges for another time', async () => {
    const token = issuer.token();
    const files = { 'a.json': routes(jwtAuth()) };
    expect((await explain(token, files, ['--at', '30m'])).code).toBe(0);
    const later = await explain(token, files, ['--at', '2030-01-01T00:00:00Z']);
    expect([later.code, later.stdout]).toEqual([
      1,
      expect.stringContaining('Error(ExpiredSignature)'),
    ]);
    expect(later.stdout).toContain('gateway default/default, at 2030-01-01T00:00:00Z');
  });

  it('fetches key sets as the gateway does, and says where it cannot', async () => {
    const server = createServer((_request, response) => response.end(issuer.jwks()));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const text = routes(jwtAuth({ jwks: { url: 'https://issuer.test/jwks?key=fake-secret' } }));
    const resolve = ['--resolve', `issuer.test:443=http://127.0.0.1:${port}`];
    const found = await explain(issuer.token(), { 'a.json': text }, resolve);
    expect([found.code, found.stderr]).toEqual([0, '']);
    server.close();
    const lost = await explain(issuer.token(), { 'a.json': text }, resolve);
    expect(lost.code).toBe(1);
    expect(lost.stdout).toMatch(
      /the key set at https:\/\/issuer\.test\/jwks could not be fetched: /,
    );
    expect(found.stdout + lost.stdout).not.toContain('fake-secret');
  });

  it('writes the same for programs', async () => {
    const token = issuer.token();
    const files = {
      'a.json': routes({ ...jwtAuth(), authorization: { rules: ['jwt.sub == "bob"'] } }),
    };
    const { code, stdout } = await explain(token, files, ['--format', 'json']);
    expect(code).toBe(0);
    expect(stdout).not.toContain(signatureOf(token));
    const { header, claims, gateways } = JSON.parse(stdout);
    expect([header.kid, claims.sub]).toEqual(['key-1', 'alice']);
    expect(gateways[0].places).toMatchObject([
      {
        routes: ['default/route-0'],
        policies: [
          { mode: 'strict', accepted: true, providers: [{ issuer: ISSUER, accepted: true }] },
        ],
        rules: [{ action: 'allow', expression: 'jwt.sub == "bob"', holds: false }],
        outcome: { kind: 'refused', status: 403 },
      },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['two parts', 'a.b', /it has 2 parts with dots between them, and a token has 3/],
    ['one part', 'hello', /it has 1 part with dots/],
    ['an encrypted one', 'a.b.c.d.e', /encrypted \(JWE\)/],
    ['no base64url', '$.b.c', /the header is no base64url/],
    ['no header', '.b.c', /the header is empty/],
    ['no JSON', `${base64url('no')}.b.c`, /the header is no JSON/],
    ['a list', `${base64url('{}')}.${base64url('[]')}.c`, /claims is no JSON object/],
    ['a name twice', `${base64url('{"a":1,"a":2}')}.b.c`, /the name "a" stands twice/],
    [
      'bytes that are no text',
      `${Buffer.from([0xff]).toString('base64url')}.b.c`,
      /no text in UTF-8/,
    ],
  ])('says why %s is no token: exit code 1', async (_name, token, expected) => {
    const { code, stdout, stderr } = await runAgw(['token', 'explain'], { input: token });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it.each([
    ['a signature that is missing', `${base64url('{"alg":"none"}')}.${base64url('{}')}.`],
    ['a critical extension', issuer.token({}, { crit: ['x'], x: 1 })],
  ])('shows a token with %s, and says that no gateway reads it', async (_name, token) => {
    const { code, stdout } = await runAgw(['token', 'explain'], { input: token });
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('no gateway can read it: the token header'),
    ]);
  });

  it('shows nothing that a terminal would obey', async () => {
    const { stdout } = await explain(
      issuer.token({ sub: '\u001b[31mroot\u202e\n', '\u001b]': 1 }),
      {},
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a token among the configurations',
      ['--config', 'a.json', issuer.token()],
      /--config was given a token/,
    ],
    [
      'one input for two',
      ['--config', '-'],
      /standard input can be the token or the configuration/,
    ],
    ['no token', [], /there is no token on standard input/],
    ['no time', ['--at', 'noon'], /--at "noon" is no time/],
    ['no such file', ['--config', 'nowhere.yaml'], /cannot read nowhere\.yaml/],
  ])('refuses %s: exit code 2', async (_name, options, expected) => {
    const input = options.includes('nowhere.yaml') ? issuer.token() : '';
    const { code, stdout, stderr } = await runAgw(['token', 'explain', ...options], { input });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain('eyJ');
  });

  it('prints the errors of a configuration that no gateway runs: exit code 1', async () => {
    const text = routes(jwtAuth()).replace('"strict"', '"stricter"');
    const { code, stdout, stderr } = await explain(issuer.token(), { 'a.json': text });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^error .*a\.json.*stricter[\s\S]*no gateway runs this configuration: 1 error\n$/,
    );
  });

  it('says which keys cannot be read, and that the policy does not run then', async () => {
    const text = routes(jwtAuth({ jwks: { file: 'nowhere.jwks' } }));
    const { code, stdout } = await explain(issuer.token(), { 'a.json': text });
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('the file "nowhere.jwks" is not there'),
    ]);
  });
});

describe('decoding a token to show it', () => {
  it('never fails, whatever it is given', () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map(base64url),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const decoded = decodeToken(parts.join('.'));
        expect('problem' in decoded || typeof decoded.claims === 'object').toBe(true);
      }),
    );
  });

  it('takes no value that is too deep to be shown', () => {
    const deep = base64url(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect(decodeToken(`${deep}.${deep}.x`)).toEqual({
      problem: 'the header is nested too deeply',
    });
  });
});

describe('times in words', () => {
  it.each<[number, string]>([
    [0, 'now'],
    [1, 'in 1 second'],
    [59, 'in 59 seconds'],
    [-60, '1 minute ago'],
    [7199, 'in 1 hour'],
    [-86_400 * 400, '400 days ago'],
  ])('%d seconds from now are %s', (seconds, expected) => {
    expect(inWords(seconds * 1000, 0)).toBe(expected);
  });

  it('end where calendars do', () => {
    expect(isoTime(1e300)).toBeUndefined();
  });
});
