import { describe, expect, it } from 'vitest';
import { TestGateway, type TestGatewayOptions } from '../../../lib/testing';
import { Issuer } from '../../support/tokens';
import { completes, llmGateway } from './llm-gateway';

const SECRET = 'sk-demo-not-a-key';
const HELLO = { model: 'm', messages: [] };
const ANYBODY = { rules: [{ require: 'true // allow-anonymous: a test' }] };

function hostGateway(
  backendAuth: object,
  policies: object = { authorization: ANYBODY },
  options: TestGatewayOptions = {},
): TestGateway {
  const backends = [{ host: 'echo.test:80', policies: { backendAuth } }];
  const document = { binds: [{ port: 3000, listeners: [{ routes: [{ policies, backends }] }] }] };
  return TestGateway.fromStandalone(JSON.stringify(document), {
    upstreams: { 'echo.test:80': () => ({ body: 'passed' }) },
    ...options,
  });
}

const OF_CLIENT = { authorization: 'Bearer of-the-client', cookie: 'a=1; session=old; b=2' };

/** What an upstream gets where the client has credentials of its own. */
async function forwarded(backendAuth: object, options: TestGatewayOptions = {}) {
  const gateway = hostGateway(backendAuth, undefined, options);
  const url = 'http://a.test/x?key=of-the-client&a=b';
  expect((await gateway.request({ url, headers: OF_CLIENT })).status).toBe(200);
  expect(gateway.logLines.join()).not.toContain(SECRET);
  const [{ path, headers }] = gateway.forwarded;
  return { path, ...headers };
}

describe('the credential of a backend', () => {
  it.each<[name: string, auth: object, expected: object]>([
    ['a key is a bearer token', { key: SECRET }, { authorization: `Bearer ${SECRET}` }],
    [
      'a scheme is not written twice',
      { key: `Bearer ${SECRET}` },
      { authorization: `Bearer ${SECRET}` },
    ],
    [
      'in another field, beside that of the client',
      { key: { value: SECRET, location: { header: { name: 'X-Key', prefix: 'Token ' } } } },
      { 'x-key': `Token ${SECRET}`, authorization: 'Bearer of-the-client' },
    ],
    [
      'in the query, in the place of that of the client',
      { key: { value: SECRET, location: { queryParameter: { name: 'key' } } } },
      { path: `/x?a=b&key=${SECRET}` },
    ],
    [
      'in a cookie, in the place of that of the client',
      { key: { value: SECRET, location: { cookie: { name: 'session' } } } },
      { cookie: `a=1; b=2; session=${SECRET}` },
    ],
    [
      'several of them',
      {
        key: SECRET,
        credentials: [{ key: 'demo-2', location: { header: { name: 'x-second' } } }],
      },
      { authorization: `Bearer ${SECRET}`, 'x-second': 'demo-2' },
    ],
    [
      'without a token there is none to pass on',
      { passthrough: {} },
      { authorization: 'Bearer of-the-client' },
    ],
  ])('%s', async (_name, auth, expected) => {
    expect(await forwarded(auth)).toMatchObject(expected);
  });

  it('that a client has put where that of the backend belongs is not logged', async () => {
    const location = { queryParameter: { name: 'key' } };
    const gateway = hostGateway({ key: { value: SECRET, location } });
    await gateway.request({ url: 'http://a.test/x?key=of-the-client&a=b' });
    expect(gateway.logLines[0]).toContain('http.path=/x?key=redacted&a=b');
  });

  it('is read from a file without its line break', async () => {
    const files = { '/etc/key': `${SECRET}\n` };
    const got = await forwarded({ key: { file: '/etc/key' } }, { files });
    expect(got).toMatchObject({ authorization: `Bearer ${SECRET}` });
  });

  it('is the token of the caller, which authentication has taken out, where it is passed on', async () => {
    const issuer = new Issuer();
    const token = issuer.token();
    const jwtAuth = { mode: 'strict', issuer: 'https://issuer.test', jwks: issuer.jwks() };
    const gateway = hostGateway({ passthrough: {} }, { jwtAuth });
    const headers = { authorization: `Bearer ${token}` };
    expect((await gateway.request({ url: 'http://a.test/', headers })).status).toBe(200);
    expect(gateway.forwarded[0].headers.authorization).toBe(`Bearer ${token}`);
    const elsewhere = { passthrough: { location: { header: { name: 'x-caller' } } } };
    const other = hostGateway(elsewhere, { jwtAuth });
    await other.request({ url: 'http://a.test/', headers });
    expect(other.forwarded[0].headers).toMatchObject({ 'x-caller': token });
    expect(other.forwarded[0].headers.authorization).toBeUndefined();
  });

  it.each<[name: string, auth: object, message: RegExp]>([
    ['a file that is not there', { key: { file: '/no' } }, /backendAuth\.key\.file: .*"\/no"/],
    ['an empty key', { key: ' ' }, /backendAuth\.key: the credential is empty/],
    ['a line break', { key: `${SECRET}\nx: y` }, /backendAuth\.key: the credential has characters/],
    [
      'a name that no field has',
      { key: { value: SECRET, location: { header: { name: 'x y' } } } },
      /backendAuth\.key\.location: no header field/,
    ],
    [
      'an expression',
      { key: { value: SECRET, location: { expression: 'jwt.sub' } } },
      /location\.expression: a credential cannot be written to an expression/,
    ],
  ])('%s is a finding that does not show the credential', (_name, auth, message) => {
    const start = () => hostGateway(auth);
    expect(start).toThrow(message);
    expect(start).not.toThrow(SECRET);
  });
});

describe('the credential of a provider', () => {
  it('of Claude may stand elsewhere, and then replaces that of the client altogether', async () => {
    const location = { header: { name: 'x-api-key' } };
    const bench = llmGateway({
      ai: { name: 'claude', provider: { anthropic: {} } },
      policies: { backendAuth: { key: { value: SECRET, location } } },
      script: [completes({ type: 'message', content: [] })],
    });
    await bench.ask(HELLO, { authorization: 'Bearer of-the-client', 'x-api-key': 'its-own' });
    const { fields } = bench.tries[0].request;
    expect(fields['x-api-key']).toBe(SECRET);
    expect(fields.authorization).toBeUndefined();
  });

  it('of Claude stays in the field that the configuration names', async () => {
    const location = { header: { name: 'Authorization', prefix: 'Bearer ' } };
    const bench = llmGateway({
      ai: { name: 'claude', provider: { anthropic: {} } },
      policies: { backendAuth: { key: { value: SECRET, location } } },
    });
    await bench.ask(HELLO, { 'x-api-key': 'its-own' });
    const { fields } = bench.tries[0].request;
    expect(fields.authorization).toBe(`Bearer ${SECRET}`);
    expect(fields['x-api-key']).toBeUndefined();
  });

  it('is that of the client where none is configured', async () => {
    const bench = llmGateway({ policies: {} });
    await bench.ask(HELLO, { authorization: 'Bearer of-the-client' });
    expect(bench.tries[0].request.fields.authorization).toBe('Bearer of-the-client');
  });
});
