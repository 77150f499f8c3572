import { describe, expect, it } from 'vitest';
import { told } from '../schema/verdict';
import { brief, check } from '../support/check';
import { Issuer } from '../support/tokens';

const DIRECT = 'policies: {directResponse: {status: 200}}';

describe('a whole number that is written as a fraction', () => {
  const file = (port: string) => `binds:\n- port: ${port}\n  listeners: []\n`;

  it.each(['3000.0', '3e3', '3.0E+3'])('is none to the parser: %s', (written) => {
    const found = check({ 'a.yaml': file(written) }, { verdict: true });
    expect(brief(found)).toEqual(['error TypeInvalid a.yaml:2:9 binds[0].port']);
    expect(found.diagnostics[0]).toMatchObject({
      message: `must be a whole number, and \`${written}\` is written as a fraction`,
      hint: 'write 3000',
    });
  });

  it.each(['3000', '0xbe8', '0xe'])('is one as %s', (written) => {
    expect(brief(check({ 'a.yaml': file(written) }, { verdict: true }))).toEqual([]);
  });

  it('may be one where a fraction is meant', () => {
    const text =
      'binds: [{port: 80, listeners: [{routes: [{policies: {requestMirror: {backend: {host: "a:1"}, percentage: 1.0}}}]}]}]';
    expect(brief(check({ 'a.yaml': text }, { verdict: true }))).toEqual([]);
  });
});

describe('listeners that share a port', () => {
  const bind = (...listeners: string[]) =>
    `binds:\n- port: 80\n  listeners:\n${listeners.map((listener) => `  - ${listener}\n`).join('')}`;
  const HTTP = `{name: a, hostname: a.test, routes: [{${DIRECT}}]}`;
  const HTTPS = `{name: b, hostname: b.test, protocol: HTTPS, tls: {cert: a, key: b}, routes: [{${DIRECT}}]}`;
  const TCP = '{name: c, protocol: TCP, tcpRoutes: [{backends: [{host: "a:1"}]}]}';
  const TLS =
    '{name: d, hostname: d.test, protocol: TLS, tcpRoutes: [{backends: [{host: "a:1"}]}]}';
  const conflicts = (text: string, verdict = false) =>
    check({ 'a.yaml': text }, { verdict }).diagnostics.filter(
      ({ code }) => code === 'ProtocolConflict',
    );

  it.each<[string, string[], string]>([
    ['HTTP and TCP', [HTTP, TCP], 'port 80 cannot serve both HTTP and TCP'],
    ['HTTP and HTTPS', [HTTP, HTTPS], 'port 80 cannot serve both HTTP and HTTPS'],
    ['TLS and TCP', [TLS, TCP], 'port 80 cannot serve both TLS and TCP'],
  ])('cannot speak %s', (_name, listeners, message) => {
    const found = conflicts(bind(...listeners));
    expect(found).toMatchObject([{ message, path: 'binds[0].listeners[1].protocol', line: 5 }]);
    expect(conflicts(bind(...listeners), true), 'a verdict').toEqual([]);
  });

  it('may speak what TLS tells apart', () => {
    expect(conflicts(bind(HTTPS, TLS))).toEqual([]);
  });
});

describe('keys and users that stand in the file', () => {
  const issuer = new Issuer();
  const set = (...keys: object[]) => JSON.stringify({ keys });
  const jwt = (jwks: string) =>
    `jwtAuth: {mode: strict, issuer: a, audiences: [b], jwks: ${JSON.stringify(jwks)}}`;
  const users = (htpasswd: string) =>
    `basicAuth: {mode: strict, htpasswd: ${JSON.stringify(htpasswd)}}`;
  const told = (policy: string) =>
    check({ 'a.yaml': `binds: [{port: 80, listeners: [{routes: [{policies: {${policy}}}]}]}]` });
  const privateKey = issuer.jwk(issuer.privateKey.export({ format: 'jwk' }));
  const secret = { kty: 'oct', kid: 'a', k: 'b2J2aW91c2x5LWZha2U' };
  const at = 'binds[0].listeners[0].routes[0].policies';

  it.each<[string, string, string]>([
    ['a private key', jwt(set(privateKey)), `warning InvalidKey a.yaml:1:111 ${at}.jwtAuth.jwks`],
    ['a shared secret', jwt(set(secret)), `error InvalidKey a.yaml:1:111 ${at}.jwtAuth.jwks`],
    ['no key', jwt(set()), `warning NoKeys a.yaml:1:111 ${at}.jwtAuth.jwks`],
    [
      'a password instead of its hash',
      users('# callers\nbob:obviously-fake'),
      `warning InvalidKey a.yaml:1:90 ${at}.basicAuth.htpasswd`,
    ],
  ])('are looked at: %s', (_name, policy, expected) => {
    const found = told(policy);
    expect(brief(found)).toEqual([expected]);
    const shown = JSON.stringify(found.diagnostics);
    for (const secret of ['obviously-fake', 'b2J2aW91c2x5LWZha2U', (privateKey as { d: string }).d])
      expect(shown).not.toContain(secret);
  });

  it.each([
    ['public keys', jwt(set(issuer.jwk()))],
    ['a hash', users(`bob:$$2y$$05$$${'a'.repeat(53)}`)],
  ])('are let be where they work: %s', (_name, policy) => {
    expect(brief(told(policy))).toEqual([]);
  });

  it('are not known where the environment has them', () => {
    const found = [told(jwt('$KEYS')), told(users('$USERS'))].flatMap(brief);
    expect(found).toEqual([
      expect.stringMatching(/^warning VariableUnset/),
      expect.stringMatching(/^warning VariableUnset/),
    ]);
  });
});

describe('which files of a directory are standalone', () => {
  const skipped = (text: string) =>
    check({ 'a.yaml': text }, { isNamed: false, verdict: true }).skipped.length > 0;

  it.each<[string, string, string[]]>([
    [
      'one with a misspelt key beside one that is right',
      'binds: []\npolices: []\n',
      ['UnknownField polices: unknown field `polices`; did you mean `policies`?'],
    ],
    [
      'one whose gateways are right',
      'gateways: {a: {port: 1}}\nroutess: []\n',
      ['UnknownField routess: unknown field `routess`; did you mean `routes`?'],
    ],
    [
      'one that has a key of nobody',
      'mcp: {targets: []}\nx: 1\ny: 2\nz: 3\n',
      expect.arrayContaining([expect.stringMatching(/^UnknownField x: /)]),
    ],
  ])('%s', (_name, text, findings) => {
    const found = check({ 'a.yaml': text }, { isNamed: false, verdict: true });
    expect(found.skipped).toEqual([]);
    expect(told(found.diagnostics)).toEqual(findings);
  });

  it.each([
    ['a list of routes that is not ours', 'version: 2\nroutes: [{src: /}]\ncleanUrls: true\n'],
    ['gateways that are no map', 'gateways: [a, b]\nother: 1\n'],
    ['values of a chart', 'replicas: 1\nmcp: {enabled: true}\nimage: a\n'],
  ])('not %s', (_name, text) => {
    expect(skipped(text)).toBe(true);
  });
});

describe('files of a chart', () => {
  const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';

  it('are passed where they describe the chart, unless they are named', () => {
    const { skipped, diagnostics } = check({ 'shop/Chart.yaml': CHART }, { isNamed: false });
    expect([skipped, diagnostics]).toEqual([['shop/Chart.yaml'], []]);
    expect(brief(check({ 'Chart.yaml': CHART }))).toEqual(['error Required Chart.yaml:1:1 kind']);
  });

  it('are checked where they are objects of another name', () => {
    const found = check({ 'chart.yaml': CHART }, { isNamed: false });
    expect(brief(found)).toEqual(['error Required chart.yaml:1:1 kind']);
  });
});

describe('a file with nothing in it', () => {
  it.each([
    ['nothing at all', ''],
    ['a comment', '# off\n'],
    ['marks and comments, as a chart leaves them where all is off', '---\n# Source: a\n---\n'],
    ['nulls', 'null\n---\n~\n'],
  ])('has no fault: %s', (_name, text) => {
    for (const verdict of [true, false]) {
      const { diagnostics, objects } = check({ 'a.yaml': text }, { verdict });
      expect([diagnostics, objects]).toEqual([[], 0]);
    }
  });
});

describe('entries of a list of one kind', () => {
  const list = (kind: string, entry: string) =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nitems:\n- ${entry}\n`;
  const verdict = (text: string) => brief(check({ 'a.yaml': text }, { verdict: true }));

  it('are of the kind that the list says', () => {
    const text = list('HTTPRouteList', 'metadata: {name: a}\n  spec: {hostname: [a]}');
    expect(verdict(text)).toEqual(['error UnknownField a.yaml:5:10 spec.hostname']);
  });

  it.each([
    [
      'where they say half of it themselves',
      'HTTPRouteList',
      'kind: HTTPRoute\n  metadata: {name: a}',
    ],
    ['where the list says none', 'List', 'metadata: {name: a}'],
  ])('have to say so %s', (_name, kind, entry) => {
    expect(verdict(list(kind, entry))).toContainEqual(
      expect.stringMatching(/^error Required .* apiVersion$/),
    );
  });
});

describe('a guard of which only the name is written', () => {
  const text =
    'binds:\n- port: 80\n  listeners:\n  - routes:\n    - policies: {extAuthz: }\n      backends: [{host: "a:1"}]\n';

  it('is warned of at its place, and is no matter of the verdict', () => {
    const path = 'binds[0].listeners[0].routes[0].policies.extAuthz';
    expect(brief(check({ 'a.yaml': text }))).toEqual([`warning NoEffect a.yaml:5:18 ${path}`]);
    expect(brief(check({ 'a.yaml': text }, { verdict: true }))).toEqual([]);
  });
});
