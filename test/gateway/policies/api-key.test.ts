import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TestGateway } from '../../../lib/testing';

const KEY = 'demo-key-of-alice';
const HASH = `sha256:${createHash('sha256').update(KEY).digest('hex')}`;

function gateway(policy: object): TestGateway {
  const document = {
    binds: [
      {
        port: 3000,
        listeners: [
          { routes: [{ policies: { apiKey: policy }, backends: [{ host: 'echo.test:80' }] }] },
        ],
      },
    ],
  };
  return TestGateway.fromStandalone(JSON.stringify(document).replaceAll('$', '$$$$'), {
    upstreams: { 'echo.test:80': () => ({ body: 'passed' }) },
  });
}

const NO_KEY = 'api key authentication failure: no API Key found';
const WRONG_KEY = 'api key authentication failure: invalid credentials';

describe('the three modes', () => {
  const cases = [
    ['strict', undefined, 401, NO_KEY],
    ['strict', 'Bearer wrong', 401, WRONG_KEY],
    ['strict', `Bearer ${KEY}`, 200, 'passed'],
    ['optional', undefined, 200, 'passed'],
    ['optional', 'Bearer wrong', 401, WRONG_KEY],
    ['optional', `Bearer ${KEY}`, 200, 'passed'],
    ['permissive', undefined, 200, 'passed'],
    ['permissive', 'Bearer wrong', 200, 'passed'],
    ['permissive', `Bearer ${KEY}`, 200, 'passed'],
  ] as const;

  it.each(cases)('%s with %s answers %d', async (mode, authorization, status, body) => {
    const answer = await gateway({ mode, keys: [{ key: KEY }] }).request({
      url: 'http://a.test/',
      headers: authorization ? { authorization } : {},
    });
    expect([answer.status, answer.text]).toEqual([status, body]);
  });

  it('optional is what a file without a mode means', async () => {
    const answer = await gateway({ keys: [{ key: KEY }] }).request({ url: 'http://a.test/' });
    expect(answer.status).toBe(200);
  });

  it('a strict policy without keys lets nobody in', async () => {
    const closed = gateway({ mode: 'strict', keys: [] });
    const answers = await Promise.all([
      closed.request({ url: 'http://a.test/' }),
      closed.request({ url: 'http://a.test/', headers: { authorization: 'Bearer ' } }),
      closed.request({ url: 'http://a.test/', headers: { authorization: 'Bearer undefined' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });
});

describe('where the key is read', () => {
  const locations = [
    ['the Authorization header', undefined, { headers: { authorization: `Bearer ${KEY}` } }],
    ['a scheme in any case', undefined, { headers: { authorization: `bEARER ${KEY}` } }],
    [
      'a header without a prefix',
      { header: { name: 'X-Api-Key' } },
      { headers: { 'x-api-key': KEY } },
    ],
    [
      'a header with a prefix',
      { header: { name: 'X-Auth', prefix: 'Key-' } },
      { headers: { 'X-AUTH': `key-${KEY}` } },
    ],
    [
      'a query parameter',
      { queryParameter: { name: 'api key' } },
      { query: `?a=1&api+key=${KEY}&b=2` },
    ],
    ['a cookie', { cookie: { name: 'key' } }, { headers: { cookie: `a=1; key=${KEY}; b=2` } }],
  ] as const;

  it.each(locations)('%s', async (_, location, { headers, query }: Credential) => {
    const secured = gateway({ mode: 'strict', location, keys: [{ key: KEY }] });
    const answer = await secured.request({ url: `http://a.test/x${query ?? ''}`, headers });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(secured.forwarded)).not.toContain(KEY);
    expect(secured.logLines.join()).not.toContain(KEY);
  });

  it('leaves the other query parameters and cookies as they are', async () => {
    const byQuery = gateway({ location: { queryParameter: { name: 'k' } }, keys: [{ key: KEY }] });
    await byQuery.request({ url: `http://a.test/x?a=%20b&k=${KEY}&a=c` });
    expect(byQuery.forwarded[0].path).toBe('/x?a=%20b&a=c');
    const byCookie = gateway({ location: { cookie: { name: 'k' } }, keys: [{ key: KEY }] });
    await byCookie.request({ url: 'http://a.test/', headers: { cookie: `a=1; k=${KEY}; b=2` } });
    expect(byCookie.forwarded[0].headers.cookie).toBe('a=1; b=2');
  });

  it.each([
    ['another scheme', `Basic ${KEY}`],
    ['no scheme', KEY],
    ['the scheme alone', 'Bearer'],
  ])('%s in the header is no key', async (_, authorization) => {
    const answer = await gateway({ mode: 'strict', keys: [{ key: KEY }] }).request({
      url: 'http://a.test/',
      headers: { authorization },
    });
    expect(answer.text).toBe(NO_KEY);
  });

  it('an expression, and what it reads travels on', async () => {
    const expression = 'request.headers["x-keys"].split(",")[1]';
    const keyed = gateway({ mode: 'strict', location: { expression }, keys: [{ key: KEY }] });
    const headers = { 'x-keys': `other,${KEY}` };
    expect((await keyed.request({ url: 'http://a.test/', headers })).status).toBe(200);
    expect(keyed.forwarded[0].headers['x-keys']).toBe(headers['x-keys']);
  });

  it.each(['request.headers["x-none"]', 'request.path == "/"', 'source.port'])(
    'an expression that fails or gives no text finds no key: %s',
    async (expression) => {
      const keyed = gateway({ mode: 'strict', location: { expression }, keys: [{ key: KEY }] });
      expect((await keyed.request({ url: 'http://a.test/' })).text).toBe(NO_KEY);
    },
  );

  it('an expression that cannot work is refused when the file is loaded, with its place', () => {
    const load = () => gateway({ location: { expression: 'requst.path' }, keys: [{ key: KEY }] });
    expect(load).toThrow(
      'InvalidExpression binds[0].listeners[0].routes[0].policies.apiKey.location.expression: ',
    );
  });
});

interface Credential {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

describe('what a key may be written as', () => {
  it('its hash, in any case', async () => {
    const hashed = gateway({ mode: 'strict', keys: [{ keyHash: HASH }] });
    const answer = await hashed.request({
      url: 'http://a.test/',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(answer.status).toBe(200);
  });

  it('a hash is not a key', async () => {
    const hashed = gateway({ mode: 'strict', keys: [{ keyHash: HASH }] });
    const answer = await hashed.request({
      url: 'http://a.test/',
      headers: { authorization: `Bearer ${HASH}` },
    });
    expect(answer.text).toBe(WRONG_KEY);
  });

  it('a key is compared exactly: no trimming, no case', async () => {
    const exact = gateway({ mode: 'strict', keys: [{ key: `${KEY}\n` }] });
    const answer = await exact.request({
      url: 'http://a.test/',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(answer.text).toBe(WRONG_KEY);
  });
});

describe('what the client and the log are told', () => {
  it('a refusal is plain text, offers no scheme, and its line names the reason', async () => {
    const secured = gateway({ mode: 'strict', keys: [{ key: KEY }] });
    const { status, headers } = await secured.request({ url: 'http://a.test/headers' });
    expect(status).toBe(401);
    expect(headers).toEqual({ 'content-type': 'text/plain', 'content-length': '48' });
    expect(secured.logLines[0]).toContain(
      'http.method=GET http.host=a.test http.path=/headers http.version=HTTP/1.1 http.status=401 ' +
        'protocol=http error="api key authentication failure: no API Key found" reason=APIKeyAuth duration=',
    );
    expect(secured.forwarded).toEqual([]);
  });

  it('a wrong key in a query parameter stays out of the log', async () => {
    const secured = gateway({
      mode: 'strict',
      location: { queryParameter: { name: 'member' } },
      keys: [{ key: KEY }],
    });
    await secured.request({ url: 'http://a.test/x?member=almost-the-key&b=2' });
    expect(secured.logLines[0]).toContain('http.path=/x?member=redacted&b=2 ');
  });
});
