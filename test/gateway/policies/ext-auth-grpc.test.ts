import { ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { parseResolution } from '../../../lib/server/resolve';
import { testCertificate } from '../../support/certificate';
import {
  allowing,
  type CheckAnswer,
  type CheckRequest,
  denying,
  extAuthServer,
  header,
  sampleService,
} from '../../support/ext-auth-server';
import { httpUpstream } from '../../support/http-upstream';
import { type RunningGatewayOptions, routeTo, runGateway } from '../../support/running-gateway';
import { ISSUER, Issuer } from '../../support/tokens';

interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A gateway in front of an upstream that tells what it got, whose requests a service decides about. */
async function guarded(
  answer: (request: CheckRequest) => CheckAnswer | Promise<CheckAnswer>,
  settings: object = {},
  beside: object = {},
  options: RunningGatewayOptions = {},
) {
  const service = await extAuthServer(answer);
  const upstream = await httpUpstream(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    response.setHeader('x-upstream', 'yes');
    response.end(JSON.stringify({ method, url, headers, body }));
  });
  const extAuthz = { host: `127.0.0.1:${service.port}`, ...settings };
  const policies = JSON.stringify({ ...beside, extAuthz }).replaceAll('$', '$$$$');
  const gateway = await runGateway(routeTo(upstream, policies), options);
  const url = `http://127.0.0.1:${gateway.port()}`;
  return {
    service,
    gateway,
    ask: (path = '/', init: RequestInit = {}) => fetch(`${url}${path}`, init),
    echoed: async (path = '/', init: RequestInit = {}) =>
      (await (await fetch(`${url}${path}`, init)).json()) as Echoed,
  };
}

describe('the exchange of the tutorial', () => {
  it('refuses without the header, in the words of the service', async () => {
    const { ask, gateway } = await guarded(sampleService);
    const answer = await ask('/openai');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      403,
      'text/plain',
      'denied by ext_authz for not found header `x-ext-authz: allow` in the request',
    ]);
    expect(answer.headers.get('x-ext-authz-check-result')).toBe('denied');
    expect((await gateway.logged(1))[0]).toMatch(/ http\.status=403 .* reason=DirectResponse$/);
  });

  it('lets pass with it, and the upstream sees what the service adds', async () => {
    const { echoed } = await guarded(sampleService);
    const { headers } = await echoed('/openai', { headers: { 'x-ext-authz': 'allow' } });
    expect(headers['x-ext-authz-check-result']).toBe('allowed');
    expect(headers['x-ext-authz-check-received']).toContain('/openai');
  });
});

describe('what the service is told', () => {
  it('the request, its headers in one line each, and who asks whom', async () => {
    const { service, ask } = await guarded(() => allowing());
    await ask('/a%20b?c=d', {
      method: 'DELETE',
      headers: [
        ['x-many', '1'],
        ['x-many', '2'],
        ['cookie', 'a=1; b=2'],
        ['x-umlaut', 'Gr\u00fc\u00dfe'],
      ],
    });
    const { attributes } = service.checks[0];
    const { http, time } = attributes.request;
    expect(http).toMatchObject({
      method: 'DELETE',
      path: '/a%20b?c=d',
      scheme: 'http',
      query: '',
      fragment: '',
      size: '0',
      protocol: 'HTTP/1.1',
      body: '',
    });
    expect(http.host).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(http.id).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(http.headers).toMatchObject({
      ':method': 'DELETE',
      ':path': '/a%20b?c=d',
      ':scheme': 'http',
      ':authority': http.host,
      'x-many': '1, 2',
      cookie: 'a=1; b=2',
    });
    expect(Math.abs(Number(time.seconds) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(attributes.source.address.socket_address.address).toBe('127.0.0.1');
    expect(attributes.source.address.socket_address.port_value).toBeGreaterThan(1024);
    expect(attributes.destination.address.socket_address).toMatchObject({
      address: '127.0.0.1',
      port_value: 3000,
    });
    expect(attributes.tls_session).toBeNull();
    expect(attributes.metadata_context.filter_metadata).toEqual({});
  });

  it('only the headers that are named, pseudo-fields among them', async () => {
    const { service, ask } = await guarded(() => allowing(), {
      includeRequestHeaders: [':path', 'X-One'],
    });
    await ask('/p', { headers: { 'x-one': '1', 'x-two': '2' } });
    expect(service.checks[0].attributes.request.http.headers).toEqual({
      ':path': '/p',
      'x-one': '1',
    });
  });

  it('the context of the configuration, and metadata that expressions give', async () => {
    const metadata = {
      asked: '{"path": request.path, "deep": {"list": [1, true, null, "x"]}}',
      fails: 'request.headers["x-none"]',
      'no-map': '"text"',
    };
    const { service, ask } = await guarded(() => allowing(), {
      protocol: { grpc: { context: { team: 'a', empty: '' }, metadata } },
    });
    await ask('/p');
    const { context_extensions, metadata_context } = service.checks[0].attributes;
    expect(context_extensions).toEqual({ team: 'a', empty: '' });
    expect(Object.keys(metadata_context.filter_metadata)).toEqual(['asked']);
    expect(JSON.stringify(metadata_context)).toContain('"string_value":"/p"');
  });

  it('the claims of the token, which itself is gone by then', async () => {
    const issuer = new Issuer();
    const jwtAuth = { mode: 'strict', issuer: ISSUER, audiences: ['gw'], jwks: issuer.jwks() };
    const { service, ask } = await guarded(() => allowing(), {}, { jwtAuth });
    const token = issuer.token({ sub: 'alice', aud: 'gw' });
    const answer = await ask('/', { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    const { attributes } = service.checks[0];
    const told = JSON.stringify(attributes.metadata_context.filter_metadata);
    expect(told).toContain('"envoy.filters.http.jwt_authn"');
    expect(told).toContain('"string_value":"alice"');
    expect(attributes.request.http.headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(attributes)).not.toContain(token);
  });

  it('nothing of a request that authentication has refused', async () => {
    const { service, ask } = await guarded(
      () => allowing(),
      {},
      { apiKey: { mode: 'strict', keys: [{ key: 'demo-key' }] } },
    );
    expect((await ask()).status).toBe(401);
    expect((await ask('/', { headers: { authorization: 'Bearer demo-key' } })).status).toBe(200);
    expect(service.checks).toHaveLength(1);
    expect(JSON.stringify(service.checks)).not.toContain('demo-key');
  });
});

describe('what the service is told of the body', () => {
  const body = 'hello world';
  const told = async (includeRequestBody: object, init: RequestInit = { method: 'POST', body }) => {
    const { service, ask } = await guarded(() => allowing(), { includeRequestBody });
    const answer = await ask('/', init);
    const http = service.checks[0]?.attributes.request.http;
    return {
      status: answer.status,
      text: await answer.text(),
      size: http?.size,
      body: http?.body,
      raw: http?.raw_body.toString(),
    };
  };

  it.each([
    ['all of it', { maxRequestBytes: 11 }, '11', body, ''],
    ['bytes', { maxRequestBytes: 99, packAsBytes: true }, '11', '', body],
    ['its beginning', { maxRequestBytes: 5, allowPartialMessage: true }, '-1', 'hello', ''],
    ['none, where no size is given', { allowPartialMessage: true }, '-1', '', ''],
  ])('%s', async (_, settings, size, text, raw) => {
    const seen = await told(settings);
    expect(seen).toMatchObject({ status: 200, size, body: text, raw });
    expect(JSON.parse(seen.text).body).toBe(body);
  });

  it.each([
    ['text, what is no UTF-8 replaced', false, 'a\uFFFD\0', []],
    ['bytes, as they are', true, '', [0x61, 0xff, 0]],
  ])('binary ones as %s', async (_, packAsBytes, text, bytes) => {
    const includeRequestBody = { maxRequestBytes: 99, packAsBytes };
    const { service, ask } = await guarded(() => allowing(), { includeRequestBody });
    await ask('/', { method: 'POST', body: new Uint8Array([0x61, 0xff, 0]) });
    const http = service.checks[0].attributes.request.http;
    expect([http.body, [...http.raw_body]]).toEqual([text, bytes]);
  });

  it.each([
    ['all headers', []],
    ['the header by name', ['x-envoy-auth-partial-body']],
  ])('no word of the client on whether it was cut: %s', async (_, includeRequestHeaders) => {
    const includeRequestBody = { maxRequestBytes: 5, allowPartialMessage: true };
    const { service, ask } = await guarded(() => allowing(), {
      includeRequestBody,
      includeRequestHeaders,
    });
    await ask('/', { method: 'POST', body, headers: { 'x-envoy-auth-partial-body': 'false' } });
    const { headers, size } = service.checks[0].attributes.request.http;
    expect([headers['x-envoy-auth-partial-body'], size]).toEqual([undefined, '-1']);
  });

  it('a body that is too long is refused, and the service is not asked', async () => {
    expect(await told({ maxRequestBytes: 10 })).toMatchObject({
      status: 413,
      text: 'external authorization failed',
      size: undefined,
    });
  });

  it('a request without a body has the size 0', async () => {
    expect(await told({ maxRequestBytes: 0 }, {})).toMatchObject({ status: 200, size: '0' });
  });

  it('a long body passes whole behind its beginning', async () => {
    const long = 'x'.repeat(3_000_000);
    const seen = await told(
      { maxRequestBytes: 100_000, allowPartialMessage: true },
      { method: 'POST', body: long },
    );
    expect(seen.body).toBe('x'.repeat(100_000));
    expect(JSON.parse(seen.text).body).toBe(long);
  });
});

describe('what a service that lets pass changes', () => {
  it('headers, by each of the actions', async () => {
    const headers = [
      header('x-overwritten', 'new'),
      header('X-Appended', 'two', { append: { value: true } }),
      header('x-absent', 'new', { append_action: 'ADD_IF_ABSENT' }),
      header('x-present', 'new', { append_action: 'ADD_IF_ABSENT' }),
      header('x-only-if-there', 'new', { append_action: 'OVERWRITE_IF_EXISTS' }),
      header('x-not-there', 'new', { append_action: 'OVERWRITE_IF_EXISTS' }),
      header('x-emptied', ''),
      { header: { key: 'x-raw', value: 'text', raw_value: Buffer.from('bytes') } },
      header('content-length', '5'),
      header('connection', 'close'),
      header('transfer-encoding', 'chunked'),
    ];
    const { echoed } = await guarded(() =>
      allowing({ headers, headers_to_remove: ['X-Removed', 'host', ':path', 'content-length'] }),
    );
    const sent = {
      'x-overwritten': 'old',
      'x-appended': 'one',
      'x-present': 'old',
      'x-only-if-there': 'old',
      'x-emptied': 'forged',
      'x-removed': 'old',
    };
    const { headers: seen } = await echoed('/p', { method: 'POST', headers: sent, body: 'abc' });
    expect(seen).toMatchObject({
      'x-overwritten': 'new',
      'x-appended': 'one, two',
      'x-absent': 'new',
      'x-present': 'old',
      'x-only-if-there': 'new',
      'x-raw': 'bytes',
      'content-length': '3',
    });
    for (const name of ['x-not-there', 'x-emptied', 'x-removed', 'transfer-encoding']) {
      expect(seen).not.toHaveProperty(name);
    }
  });

  it('method, path and authority', async () => {
    const headers = [
      header(':method', 'PUT'),
      header(':path', '/other?x=1'),
      header(':authority', 'other.test'),
    ];
    const { echoed } = await guarded(() => allowing({ headers }));
    const seen = await echoed('/p?y=2', { method: 'POST', body: 'abc' });
    expect([seen.method, seen.url, seen.headers.host, seen.body]).toEqual([
      'PUT',
      '/other?x=1',
      'other.test',
      'abc',
    ]);
  });

  it('parameters of the query', async () => {
    const { echoed } = await guarded(() =>
      allowing({
        query_parameters_to_set: [
          { key: 'user', value: 'alice & co' },
          { key: 'new', value: '' },
        ],
        query_parameters_to_remove: ['secret'],
      }),
    );
    const { url } = await echoed('/p?user=forged&a=%20b&secret=1&user=2');
    expect(url).toBe('/p?a=%20b&user=alice%20%26%20co&new=');
  });

  it('the answer of the client, cookies each for itself', async () => {
    const added = [
      header('x-answer', 'added'),
      header('set-cookie', 'a=1', { append: { value: true } }),
      header('set-cookie', 'b=2', { append: { value: true } }),
      header('x-upstream', 'replaced'),
    ];
    const { ask } = await guarded(() => allowing({ response_headers_to_add: added }));
    const { headers } = await ask();
    expect(headers.get('x-answer')).toBe('added');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('x-upstream')).toBe('replaced');
  });

  it('every cookie of the answer, also where they are to overwrite', async () => {
    const response_headers_to_add = [header('set-cookie', 'a=1'), header('set-cookie', 'b=2')];
    const { ask } = await guarded(() => allowing({ response_headers_to_add }));
    expect((await ask()).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('nothing, for a denial whose status is OK, or an answer that says nothing', async () => {
    for (const answer of [{ denied_response: { body: 'no' } }, {}]) {
      const { ask } = await guarded(() => answer);
      expect((await ask()).status).toBe(200);
    }
  });

  it('what it says is there for rules', async () => {
    const metadata = { fields: { tenant: { string_value: 'acme' }, n: { number_value: 2 } } };
    const rules = ['extauthz.tenant == "acme" && extauthz.n == 2'];
    const passing = await guarded(
      () => allowing({}, { dynamic_metadata: metadata }),
      {},
      { authorization: { rules } },
    );
    expect((await passing.ask()).status).toBe(200);
    const refused = await guarded(() => allowing(), {}, { authorization: { rules } });
    expect((await refused.ask()).status).toBe(403);
  });

  it('fields that are unknown are passed over', async () => {
    const { ask } = await guarded(() => allowing({}, { of_the_future: 'x'.repeat(300) }));
    expect((await ask()).status).toBe(200);
  });
});

describe('what a service that refuses answers', () => {
  it('status, headers and body are as it sends them', async () => {
    const { ask } = await guarded(() =>
      denying({
        status: { code: 429 },
        headers: [
          header('content-type', 'application/json'),
          header('retry-after', '3'),
          header('set-cookie', 'a=1', { append: { value: true } }),
          header('set-cookie', 'b=2', { append: { value: true } }),
          header('content-length', '999'),
        ],
        body: '{"no":"\u00fc"}',
      }),
    );
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([429, '{"no":"\u00fc"}']);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('retry-after')).toBe('3');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('content-length')).toBe('11');
  });

  it('every cookie, also where they are to overwrite', async () => {
    const headers = [header('set-cookie', 'a=1'), header('set-cookie', 'b=2')];
    const { ask } = await guarded(() => denying({ headers }));
    expect((await ask()).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it.each([
    ['no status', {}, 403],
    ['no status that an answer may have', { status: { code: 42 } }, 403],
    ['one that would not end the exchange', { status: { code: 101 } }, 403],
  ])('with %s it is 403', async (_, denied, status) => {
    const { ask } = await guarded(() => denying(denied));
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([status, '']);
  });

  it('without an answer of its own it is the gateway\u2019s', async () => {
    const { ask, gateway } = await guarded(() => denying());
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([403, 'external authorization failed']);
    expect((await gateway.logged(1))[0]).toMatch(
      / error="external authorization failed" reason=ExtAuth$/,
    );
  });

  it('a client of gRPC reads it from the status of gRPC', async () => {
    const { ask } = await guarded(() => denying());
    const answer = await ask('/', { headers: { 'content-type': 'application/grpc' } });
    expect([answer.status, answer.headers.get('grpc-status')]).toEqual([200, '7']);
  });
});

describe('a service behind TLS', () => {
  const authority = testCertificate('authority.test');
  const issuer = { name: 'authority.test', key: authority.privateKey };
  const { cert, key } = testCertificate('authz.test', { issuer });
  const secured = async (backendTLS?: object) => {
    const credentials = ServerCredentials.createSsl(null, [
      { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) },
    ]);
    const service = await extAuthServer(() => allowing(), 0, credentials);
    const upstream = await httpUpstream((_, response) => response.end('passed'));
    const extAuthz = {
      host: `https://authz.test:${service.port}`,
      ...(backendTLS && { policies: { backendTLS } }),
    };
    const gateway = await runGateway(routeTo(upstream, JSON.stringify({ extAuthz })), {
      files: { 'root.pem': authority.cert },
      resolutions: [
        parseResolution(`authz.test:${service.port}=https://127.0.0.1:${service.port}`),
      ],
    });
    const answer = await fetch(`http://127.0.0.1:${gateway.port()}/`);
    return { status: answer.status, log: (await gateway.logged(1))[0], checks: service.checks };
  };

  it('is asked where its certificate is the right one', async () => {
    const { status, checks } = await secured({ root: 'root.pem' });
    expect([status, checks.length]).toEqual([200, 1]);
  });

  it('is told nothing where nobody vouches for it', async () => {
    const { status, checks, log } = await secured();
    expect([status, checks.length]).toEqual([403, 0]);
    expect(log).toMatch(/ extauthz\.failure="[^"]*certificate/);
  });

  it('is told nothing where its certificate bears another name', async () => {
    const { status, checks } = await secured({ root: 'root.pem', hostname: 'other.test' });
    expect([status, checks.length]).toEqual([403, 0]);
  });
});
