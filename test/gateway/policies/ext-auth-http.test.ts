import { describe, expect, it } from 'vitest';
import type { ForwardedRequest, TestUpstream, UpstreamAnswer } from '../../../lib/testing';
import { policyGateway } from '../../support/policy-gateway';

const SERVICE = 'authz.test:9000';

/** A gateway whose requests a service decides about over HTTP. */
function guarded(
  answer: UpstreamAnswer | TestUpstream,
  http: object = {},
  settings: object = {},
  beside: object = {},
) {
  const service: TestUpstream = typeof answer === 'function' ? answer : () => answer;
  const extAuthz = { host: SERVICE, protocol: { http }, ...settings };
  const gateway = policyGateway(
    { ...beside, extAuthz },
    { upstreams: { [SERVICE]: service, 'echo.test:80': () => ({ body: 'passed' }) } },
  );
  const checks = (): ForwardedRequest[] =>
    gateway.forwarded.filter(({ upstream }) => upstream === SERVICE);
  const passed = (): ForwardedRequest[] =>
    gateway.forwarded.filter(({ upstream }) => upstream !== SERVICE);
  return { gateway, checks, passed };
}

const URL = 'http://a.test/p?q=1';
const FAILED = 'external authorization failed';

describe('what the service is asked over HTTP', () => {
  it('the method, path and credential of the client, and nothing else', async () => {
    const { gateway, checks } = guarded({});
    const headers = { authorization: 'Basic demo', 'x-other': '1', cookie: 'a=1' };
    await gateway.request({ url: URL, method: 'POST', headers, body: 'hello' });
    expect(checks()).toEqual([
      {
        upstream: SERVICE,
        method: 'POST',
        path: '/p?q=1',
        headers: { host: SERVICE, authorization: 'Basic demo', 'content-length': '0' },
        body: '',
      },
    ]);
  });

  it('the headers that are named in place of the credential', async () => {
    const { gateway, checks } = guarded({}, {}, { includeRequestHeaders: ['X-One', ':authority'] });
    await gateway.request({ url: URL, headers: { authorization: 'Basic demo', 'x-one': '1' } });
    expect(checks()[0].headers).toEqual({ host: 'a.test', 'x-one': '1' });
  });

  it('a path, a body and headers that expressions give', async () => {
    const { gateway, checks } = guarded(
      {},
      {
        path: '"/check" + request.path',
        body: '{"path": request.path, "who": request.headers["x-user"]}',
        addRequestHeaders: {
          'x-method': 'request.method',
          authorization: 'request.headers["x-none"]',
          'x-count': '1 + 1',
        },
      },
    );
    const headers = { authorization: 'Basic demo', 'x-user': 'alice' };
    await gateway.request({ url: URL, method: 'PUT', headers, body: 'hello' });
    const [check] = checks();
    expect([check.method, check.path, JSON.parse(check.body)]).toEqual([
      'PUT',
      '/check/p',
      { path: '/p', who: 'alice' },
    ]);
    expect(check.headers).toEqual({
      host: SERVICE,
      'x-method': 'PUT',
      'x-count': '2',
      'content-length': String(Buffer.byteLength(check.body)),
    });
  });

  it.each([
    ['path', { path: 'request.headers["x-none"]' }],
    ['path', { path: '"no slash"' }],
    ['path', { path: '1' }],
    ['body', { body: 'request.headers["x-none"]' }],
  ])(
    'nothing, where the expression for its %s gives none: the request is refused',
    async (_, http) => {
      const { gateway, checks } = guarded({}, http, { failureMode: 'allow' });
      const answer = await gateway.request({ url: URL });
      expect([answer.status, answer.text, checks()]).toEqual([403, FAILED, []]);
    },
  );

  it.each([
    ['all of it', { maxRequestBytes: 5 }, 'hello', 'false'],
    ['its beginning', { maxRequestBytes: 4, allowPartialMessage: true }, 'hell', 'true'],
  ])('the body: %s', async (_, includeRequestBody, body, isPartial) => {
    const { gateway, checks, passed } = guarded({}, {}, { includeRequestBody });
    await gateway.request({ url: URL, method: 'POST', body: 'hello' });
    const [check] = checks();
    expect([check.body, check.headers['x-envoy-auth-partial-body']]).toEqual([body, isPartial]);
    expect(passed()[0].body).toBe('hello');
  });

  it('no word of the client on whether the body was cut', async () => {
    const name = 'x-envoy-auth-partial-body';
    const { gateway, checks } = guarded({}, {}, { includeRequestHeaders: [name] });
    await gateway.request({
      url: URL,
      method: 'POST',
      body: 'hello',
      headers: { [name]: 'false' },
    });
    expect(checks()[0].headers).not.toHaveProperty(name);
  });

  it('an expression reads the body that passes on', async () => {
    const { gateway, checks, passed } = guarded({}, { body: 'request.body' });
    await gateway.request({ url: URL, method: 'POST', body: 'hello' });
    expect([checks()[0].body, passed()[0].body]).toEqual(['hello', 'hello']);
  });

  it('a service at a URL is asked by its host', async () => {
    const { gateway } = guarded({}, {}, { host: 'http://authz.test:9000/' });
    expect((await gateway.request({ url: URL })).text).toBe('passed');
  });

  it('what its policies say is done to the call', async () => {
    const { gateway, checks } = guarded(
      {},
      {},
      {
        policies: {
          requestHeaderModifier: { set: { 'x-set': '1' } },
          backendAuth: { key: 'demo-key-of-the-gateway' },
        },
      },
    );
    await gateway.request({ url: URL, headers: { authorization: 'Basic demo' } });
    expect(checks()[0].headers).toMatchObject({
      'x-set': '1',
      authorization: 'Bearer demo-key-of-the-gateway',
    });
  });
});

describe('a service that answers 2xx lets pass', () => {
  it.each([200, 204, 299])('%d', async (status) => {
    const { gateway } = guarded({ status });
    expect((await gateway.request({ url: URL })).text).toBe('passed');
  });

  it('with the headers that are named, in the place of the client\u2019s', async () => {
    const answer = { headers: { 'x-user': 'alice', 'x-other': '1', 'x-many': 'a' } };
    const { gateway, passed } = guarded(answer, {
      includeResponseHeaders: ['X-User', 'x-absent', 'content-length', 'host', 'cookie'],
    });
    await gateway.request({
      url: URL,
      headers: { 'x-user': 'forged', 'x-absent': 'forged', cookie: 'own=1' },
    });
    const [{ headers }] = passed();
    expect(headers).toMatchObject({ host: 'echo.test', 'x-user': 'alice', cookie: 'own=1' });
    expect(headers).not.toHaveProperty('x-absent');
    expect(headers).not.toHaveProperty('x-other');
    expect(headers).not.toHaveProperty('content-length');
  });

  it('with what expressions take from its answer, for the rules that follow', async () => {
    const body = JSON.stringify({ roles: ['admin'] });
    const metadata = {
      role: 'json(response.body).roles[0]',
      code: 'response.code',
      fails: 'response.headers["x-none"]',
    };
    const rules = ['extauthz.role == "admin" && extauthz.code == 200 && !has(extauthz.fails)'];
    const { gateway } = guarded({ body }, { metadata }, {}, { authorization: { rules } });
    expect((await gateway.request({ url: URL })).text).toBe('passed');
  });
});

describe('a service that answers anything else refuses', () => {
  it.each([301, 400, 401, 403, 404, 500, 503])('%d, word for word', async (status) => {
    const headers = { 'content-type': 'text/html', 'x-reason': 'because', connection: 'close' };
    const { gateway, passed } = guarded({ status, headers, body: '<p>no' });
    const answer = await gateway.request({ url: URL });
    expect([answer.status, answer.text, passed()]).toEqual([status, '<p>no', []]);
    expect(answer.headers).toEqual({
      'content-type': 'text/html',
      'x-reason': 'because',
      'content-length': '5',
    });
  });

  it.each([401, 403])('%d sends to where an expression says', async (status) => {
    const redirect = '"https://login.test/?to=" + request.path';
    const { gateway } = guarded({ status, body: 'no' }, { redirect });
    const answer = await gateway.request({ url: URL });
    expect([answer.status, answer.headers.location, answer.text]).toEqual([
      302,
      'https://login.test/?to=/p',
      '',
    ]);
  });

  it('404 sends nowhere', async () => {
    const { gateway } = guarded({ status: 404 }, { redirect: '"https://login.test/"' });
    expect((await gateway.request({ url: URL })).status).toBe(404);
  });

  it.each(['request.headers["x-none"]', '1', '"a\\r\\nset-cookie: b"'])(
    'to nowhere, where the expression gives no place: %s',
    async (redirect) => {
      const { gateway } = guarded({ status: 401, body: 'no' }, { redirect });
      const answer = await gateway.request({ url: URL });
      expect([answer.status, answer.text, answer.headers.location]).toEqual([
        403,
        FAILED,
        undefined,
      ]);
      expect(gateway.logLines[0]).toContain(
        'extauthz.failure="the expression for `redirect` gives no place to go"',
      );
    },
  );

  it.each([
    ['path', { path: 'request.headers["x-none"]' }],
    ['path', { path: '"no slash"' }],
    ['body', { body: 'request.headers["x-none"]' }],
  ])('whose %s cannot be told is not asked, and lets nobody pass', async (name, http) => {
    const { gateway, checks, passed } = guarded({}, http, { failureMode: 'allow' });
    const answer = await gateway.request({ url: URL });
    expect([answer.status, answer.text, checks(), passed()]).toEqual([403, FAILED, [], []]);
    expect(gateway.logLines[0]).toMatch(
      new RegExp(
        `extauthz\\.failure="the expression for \`${name}\` gives [^"]*" .*reason=ExtAuth`,
      ),
    );
  });
});

describe('a service that cannot be asked', () => {
  const dead = { host: 'dead.test:1' };

  it.each([
    ['deny', 403, FAILED, 'ExtAuth'],
    [{ denyWithStatus: 503 }, 503, 'Authorization service unavailable', 'DirectResponse'],
  ])('refuses by %j', async (failureMode, status, body, reason) => {
    const { gateway, passed } = guarded({}, {}, { ...dead, failureMode });
    const answer = await gateway.request({ url: URL });
    expect([answer.status, answer.text, passed()]).toEqual([status, body, []]);
    expect(gateway.logLines[0]).toContain('extauthz.failure="connection refused"');
    expect(gateway.logLines[0]).toContain(`reason=${reason}`);
    expect(gateway.logLines[0]).not.toContain('failed_open');
  });

  it('lets pass by `allow`, which the log says', async () => {
    const { gateway } = guarded({}, {}, { ...dead, failureMode: 'allow' });
    expect((await gateway.request({ url: URL })).text).toBe('passed');
    expect(gateway.logLines[0]).toContain(
      'extauthz.failure="connection refused" extauthz.failed_open=true',
    );
    expect(gateway.warnings.map(({ code }) => code)).toEqual(['FailsOpen']);
  });

  it('refuses nobody who has been refused by it: `allow` is not for denials', async () => {
    const { gateway } = guarded({ status: 403 }, {}, { failureMode: 'allow' });
    expect((await gateway.request({ url: URL })).status).toBe(403);
  });
});
