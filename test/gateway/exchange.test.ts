import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type {
  BodySource,
  HeaderList,
  Upstream,
  UpstreamAddress,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
} from '../../lib/effects';
import { compile } from '../../lib/gateway/compile';
import type { Gateway } from '../../lib/gateway/gateway';
import { GatheringReply, joinedFields } from '../../lib/gateway/in-process';
import type { RoutePolicies, StandaloneDocument } from '../../lib/standalone/document';
import { normalizeStandalone } from '../../lib/standalone/normalize';

/** What a scripted upstream does with one try. */
type Behaviour = (handler: UpstreamHandler, request: UpstreamRequest) => void;

interface Bench {
  readonly gateway: Gateway;
  readonly tries: UpstreamRequest[];
  readonly log: string[];
}

/** A gateway whose upstream follows a script, a behaviour a try; the last one repeats. */
function bench(document: StandaloneDocument, script: readonly Behaviour[], random = 0): Bench {
  const tries: UpstreamRequest[] = [];
  const log: string[] = [];
  const open = (address: UpstreamAddress): Upstream => ({
    endpoint: `${address.host}:${address.port}`,
    send(request, handler) {
      const behaviour = script[Math.min(tries.length, script.length - 1)];
      tries.push(request);
      behaviour(handler, request);
    },
  });
  const normal = normalizeStandalone(document);
  const { gateway, diagnostics } = compile(normal.document!, {
    now: () => 0,
    random: () => random,
    readFile: () => new Uint8Array(),
    upstreams: { open },
    writeLog: (line) => void log.push(line),
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
  });
  expect(diagnostics).toEqual([]);
  return { gateway: gateway!, tries, log };
}

function answer(status: number, body = '', headers: HeaderList = []): Behaviour {
  return (handler) => {
    handler.onStart(() => {});
    handler.onHeaders(status, [...headers, 'content-length', String(body.length)], () => {});
    if (body) handler.onData(Buffer.from(body));
    handler.onComplete([]);
  };
}

function fail(kind: UpstreamError['kind'], message = 'connection refused'): Behaviour {
  return (handler) => {
    handler.onStart(() => {});
    handler.onError({ kind, message });
  };
}

/** Never answers; counts how often it was told to stop. */
function silence(aborted: { count: number } = { count: 0 }): Behaviour {
  return (handler) => handler.onStart(() => void aborted.count++);
}

function route(
  policies: RoutePolicies,
  backends: object[] = [{ host: 'up.test:8000' }],
): StandaloneDocument {
  return {
    binds: [
      {
        port: 3000,
        listeners: [{ name: 'http', routes: [{ name: 'r', policies, backends }] }],
      },
    ],
  };
}

const ASK = { url: 'http://www.test/a/b?x=1' };

describe('answers that the gateway makes itself', () => {
  const onlyOne: StandaloneDocument = {
    binds: [
      {
        port: 3000,
        listeners: [
          {
            hostname: 'known.test',
            routes: [{ matches: [{ path: { exact: '/x' } }], backends: [] }],
          },
        ],
      },
    ],
  };

  it.each([
    [
      'a port that no bind has',
      { url: 'http://known.test/x', port: 1 },
      404,
      'bind not found',
      'NotFound',
    ],
    [
      'a host that no listener has',
      { url: 'http://other.test/x' },
      404,
      'listener not found',
      'NotFound',
    ],
    [
      'a path that no route has',
      { url: 'http://known.test/y' },
      404,
      'route not found',
      'NotFound',
    ],
    [
      'a route without backends',
      { url: 'http://known.test/x' },
      500,
      'no valid backends',
      'NoHealthyBackend',
    ],
    [
      'CONNECT',
      { url: 'http://known.test/x', method: 'CONNECT' },
      405,
      'method not allowed',
      'Internal',
    ],
  ])('%s', async (_, request, status, text, reason) => {
    const { gateway, log } = bench(onlyOne, [answer(200)]);
    const response = await gateway.handle(request);
    expect([response.status, response.text]).toEqual([status, text]);
    expect(response.headers['content-type']).toBe('text/plain');
    expect(log).toHaveLength(1);
    expect(log[0]).toContain(`error="${text}" reason=${reason} `);
  });

  it.each([
    [
      'refuses connections',
      fail('connect'),
      503,
      'upstream call failed: connection refused',
      'UpstreamFailure',
    ],
    [
      'breaks off',
      fail('reset', 'connection reset'),
      503,
      'upstream call failed: connection reset',
      'UpstreamFailure',
    ],
    [
      'has no address',
      fail('dns'),
      503,
      'backends required DNS resolution which failed',
      'NoHealthyBackend',
    ],
    ['upgrades wrongly', fail('upgrade'), 502, 'upgrade failed', 'Internal'],
  ])('an upstream that %s', async (_, behaviour, status, text, reason) => {
    const { gateway, log } = bench(route({}), [behaviour]);
    const response = await gateway.handle(ASK);
    expect([response.status, response.text]).toEqual([status, text]);
    expect(log[0]).toContain(` endpoint=up.test:8000 `);
    expect(log[0]).toContain(`error="${text}" reason=${reason} `);
  });

  it('a backend that does not resolve is answered for its share of the weight', async () => {
    const half = route({}, [
      { invalid: null, weight: 1 },
      { host: 'up.test:8000', weight: 1 },
    ]);
    const first = await bench(half, [answer(200)], 0.49).gateway.handle(ASK);
    const second = await bench(half, [answer(200)], 0.51).gateway.handle(ASK);
    expect([first.status, first.text, second.status]).toEqual([500, 'backend does not exist', 200]);
  });

  it('weights of nothing leave no backend', async () => {
    const none = route({}, [{ host: 'up.test:8000', weight: 0 }]);
    expect((await bench(none, [answer(200)]).gateway.handle(ASK)).text).toBe('no valid backends');
  });

  it('a gRPC client reads the status in a field, with HTTP status 200', async () => {
    const { gateway, log } = bench(route({ apiKey: { mode: 'strict', keys: [] } }), [answer(200)]);
    const response = await gateway.handle({
      ...ASK,
      headers: { 'content-type': 'application/grpc+proto' },
    });
    expect(response.status).toBe(200);
    expect(response.headers).toEqual({
      'content-type': 'application/grpc',
      'grpc-status': '16',
      'grpc-message': 'api%20key%20authentication%20failure%3A%20no%20API%20Key%20found',
      'content-length': '0',
    });
    expect(log[0]).toContain('grpc.status=16');
  });
});

describe('what is sent on', () => {
  it('asks an upstream by its name, with the path, the query and the fields that travel', async () => {
    const { gateway, tries } = bench(route({}), [answer(200)]);
    await gateway.handle({
      ...ASK,
      headers: {
        'X-Mine': '1',
        connection: 'x-dropped',
        'x-dropped': '1',
        'keep-alive': '5',
        te: 'trailers',
      },
    });
    expect(tries[0]).toMatchObject({
      method: 'GET',
      path: '/a/b?x=1',
      headers: ['host', 'up.test', 'x-mine', '1', 'te', 'trailers'],
      body: null,
    });
  });

  it.each([
    ['an address', [{ host: '127.0.0.1:8000' }], {}, 'www.test'],
    [
      'a rewrite to none',
      [{ host: 'up.test:8000' }],
      { urlRewrite: { authority: 'none' } },
      'www.test',
    ],
    [
      'a rewrite of all',
      [{ host: 'up.test:8000' }],
      { urlRewrite: { authority: { full: 'o.test:9' } } },
      'o.test:9',
    ],
    [
      'a rewrite of the host',
      [{ host: 'up.test:8000' }],
      { urlRewrite: { authority: { host: 'o.test' } } },
      'o.test',
    ],
    [
      'a rewrite of the port',
      [{ host: 'up.test:8000' }],
      { urlRewrite: { authority: { port: 81 } } },
      'www.test:81',
    ],
  ] as const)('%s decides the authority', async (_, backends, policies, host) => {
    const { gateway, tries } = bench(route(policies as RoutePolicies, [...backends]), [
      answer(200),
    ]);
    await gateway.handle(ASK);
    expect(tries[0].headers.slice(0, 2)).toEqual(['host', host]);
  });

  it.each([
    ['/foo', '/foo/bar', '/xyz', '/xyz/bar'],
    ['/foo', '/foo/bar', '/xyz/', '/xyz/bar'],
    ['/foo/', '/foo/bar', '/', '/bar'],
    ['/foo', '/foo', '/', '/'],
    ['/foo', '/foo/', '/xyz', '/xyz/'],
    ['/', '/foo', '/xyz', '/xyz/foo'],
  ])('prefix %s of %s gives way to %s: %s', async (pathPrefix, path, prefix, rewritten) => {
    const document = route({ urlRewrite: { path: { prefix } } });
    document.binds![0].listeners[0].routes![0].matches = [{ path: { pathPrefix } }];
    const { gateway, tries } = bench(document, [answer(200)]);
    await gateway.handle({ url: `http://www.test${path}?q` });
    expect(tries[0].path).toBe(`${rewritten}?q`);
  });

  it('header modifiers add, then set, then remove, on the way there and back', async () => {
    const modifier = { add: { 'X-A': '2' }, set: { 'X-B': 'new' }, remove: ['X-C'] };
    const document = route({ requestHeaderModifier: modifier, responseHeaderModifier: modifier });
    const { gateway, tries } = bench(document, [
      answer(200, '', ['x-a', '1', 'x-b', 'old', 'x-c', '1']),
    ]);
    const response = await gateway.handle({
      ...ASK,
      headers: { 'x-a': '1', 'x-b': 'old', 'x-c': '1' },
    });
    expect(joinedFields(tries[0].headers)).toEqual({
      host: 'up.test',
      'x-a': '1, 2',
      'x-b': 'new',
    });
    expect(response.headers).toEqual({ 'x-a': '1, 2', 'x-b': 'new', 'content-length': '0' });
  });

  it('a mirror gets the request without its body, and its answer is nobody’s', async () => {
    const mirrored = route({
      requestMirror: { backend: { host: 'shadow.test:1' }, percentage: 1 },
    });
    const { gateway, tries } = bench(mirrored, [answer(500, 'ignored'), answer(200, 'real')]);
    const response = await gateway.handle({ ...ASK, method: 'POST', body: 'content' });
    expect(response.text).toBe('real');
    expect(tries.map(({ method, body }) => [method, body === null])).toEqual([
      ['POST', true],
      ['POST', false],
    ]);
    expect(joinedFields(tries[0].headers)['content-length']).toBeUndefined();
  });

  it('a mirror that never answers is given up', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const aborted = { count: 0 };
    const mirrored = route({
      requestMirror: { backend: { host: 'shadow.test:1' }, percentage: 1 },
    });
    await bench(mirrored, [silence(aborted), answer(200)]).gateway.handle(ASK);
    vi.advanceTimersByTime(30_000);
    expect(aborted.count).toBe(1);
  });

  it('a mirror of a share leaves the other requests alone', async () => {
    const mirrored = route({
      requestMirror: { backend: { host: 'shadow.test:1' }, percentage: 0.5 },
    });
    const { gateway, tries } = bench(mirrored, [answer(200)], 0.5);
    await gateway.handle(ASK);
    expect(tries).toHaveLength(1);
  });
});

describe('a body whose end other readers may see elsewhere', () => {
  it.each([
    ['HTTP/1.0', 'chunked'],
    ['HTTP/1.1', 'gzip, chunked'],
    ['HTTP/1.1', 'chunked, chunked'],
    ['HTTP/1.1', 'identity'],
  ] as const)('%s with transfer coding %s ends the connection', async (httpVersion, coding) => {
    const { gateway, tries, log } = bench(route({}), [answer(200)]);
    const reply = new GatheringReply();
    const connection = { port: 3000, tls: false, source: '127.0.0.1:1' };
    const headers = ['Host', 'www.test', 'Transfer-Encoding', coding];
    gateway.serve(
      { connection, method: 'POST', target: '/', httpVersion, headers, body: null },
      reply,
    );
    const { status, headers: fields } = await reply.response;
    expect([status, fields.connection, tries.length]).toEqual([400, 'close', 0]);
    expect(log[0]).toContain('http.status=400');
  });
});

describe('paths that climb', () => {
  it.each([
    '/cart/../admin',
    '/cart/%2e%2E/admin',
    '/cart/.%2e',
    '/cart%2f..%2fadmin',
    '/cart/..;/admin',
    '/cart\\..\\admin',
  ])('%s is no request: an upstream might serve what other policies protect', async (path) => {
    const { tries, served } = await serveTarget(path);
    expect([served.status, tries.length]).toEqual([400, 0]);
  });

  it.each(['/cart/...', '/cart/..x', '/a.b/c..', '/.well-known/x', '/cart?x=/../'])(
    '%s is like any other',
    async (path) => {
      const { tries, served } = await serveTarget(path);
      expect([served.status, tries[0].path]).toEqual([200, path]);
    },
  );

  /** Past `URL`, which would resolve the path first. */
  async function serveTarget(target: string) {
    const { gateway, tries } = bench(route({}), [answer(200)]);
    const reply = new GatheringReply();
    const connection = { port: 3000, tls: false, source: '127.0.0.1:1' };
    const headers = ['Host', 'www.test'];
    gateway.serve(
      { connection, method: 'GET', target, httpVersion: 'HTTP/1.1', headers, body: null },
      reply,
    );
    return { tries, served: await reply.response };
  }
});

describe('redirects and direct responses', () => {
  it.each([
    ['another scheme', { scheme: 'https' }, 'https://www.test/a/b?x=1'],
    ['a host keeps the port', { authority: { host: 'o.test' } }, 'http://o.test:8080/a/b?x=1'],
    ['a port', { authority: { port: 81 } }, 'http://www.test:81/a/b?x=1'],
    [
      'the scheme’s own port is left out',
      { scheme: 'https', authority: { port: 443 } },
      'https://www.test/a/b?x=1',
    ],
    ['a whole path keeps the query', { path: { full: '/z' } }, 'http://www.test:8080/z?x=1'],
    ['a prefix', { path: { prefix: '/z' } }, 'http://www.test:8080/z/a/b?x=1'],
  ] as const)('%s', async (_, requestRedirect, location) => {
    const { gateway, tries } = bench(route({ requestRedirect: requestRedirect as object }), [
      answer(200),
    ]);
    const response = await gateway.handle({ url: 'http://www.test:8080/a/b?x=1' });
    expect([response.status, response.headers.location]).toEqual([302, location]);
    expect(tries).toEqual([]);
  });

  it('cannot be had without the key', async () => {
    const locked: RoutePolicies['apiKey'] = { mode: 'strict', keys: [] };
    const direct = bench(
      route({ apiKey: locked, directResponse: { status: 200, body: 'secret' } }),
      [answer(200)],
    );
    const moved = bench(route({ apiKey: locked, requestRedirect: { status: 301 } }), [answer(200)]);
    expect((await direct.gateway.handle(ASK)).status).toBe(401);
    expect((await moved.gateway.handle(ASK)).status).toBe(401);
  });

  it('a direct response has its status, its body and the route’s response fields', async () => {
    const policies = {
      directResponse: { status: 418, body: 'short' },
      responseHeaderModifier: { set: { 'x-by': 'us' } },
    };
    const { gateway, log } = bench(route(policies), [answer(200)]);
    const response = await gateway.handle(ASK);
    expect([response.status, response.text, response.headers['x-by']]).toEqual([
      418,
      'short',
      'us',
    ]);
    expect(log[0]).toContain('reason=DirectResponse');
    expect(log[0]).not.toContain('error=');
  });
});

describe('CORS', () => {
  const cors = {
    allowOrigins: ['https://app.test', 'https://*.example.com'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['*'],
    exposeHeaders: ['x-seen'],
    allowCredentials: true,
    maxAge: '60s',
  };
  const locked = route({ cors, apiKey: { mode: 'strict', keys: [] } });

  it('answers a preflight before any authentication', async () => {
    const response = await bench(locked, [answer(200)]).gateway.handle({
      ...ASK,
      method: 'OPTIONS',
      headers: { origin: 'https://app.test', 'access-control-request-headers': 'x-one, x-two' },
    });
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.test',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-one, x-two',
      'access-control-max-age': '60',
      'access-control-allow-credentials': 'true',
    });
  });

  it('a refusal can be read by the page that asked', async () => {
    const response = await bench(locked, [answer(200)]).gateway.handle({
      ...ASK,
      headers: { origin: 'https://app.test' },
    });
    expect(response.status).toBe(401);
    expect(response.headers['access-control-allow-origin']).toBe('https://app.test');
    expect(response.headers['access-control-expose-headers']).toBe('x-seen');
  });

  it.each([
    ['https://a.example.com', true],
    ['https://a.b.example.com', true],
    ['https://example.com', false],
    ['https://evil.test/.example.com', false],
    ['http://a.example.com', false],
    ['https://app.test.evil.test', false],
    ['null', false],
  ])('origin %s: allowed %s', async (origin, allowed) => {
    const { gateway } = bench(route({ cors }), [answer(200)]);
    const response = await gateway.handle({ ...ASK, headers: { origin } });
    expect(response.status).toBe(200);
    expect(response.headers['access-control-allow-origin']).toBe(allowed ? origin : undefined);
  });

  it('an upstream’s own field gives way', async () => {
    const { gateway } = bench(route({ cors }), [
      answer(200, '', ['access-control-allow-origin', '*']),
    ]);
    const response = await gateway.handle({ ...ASK, headers: { origin: 'https://app.test' } });
    expect(response.headers['access-control-allow-origin']).toBe('https://app.test');
  });
});

describe('retries', () => {
  const retry = { attempts: 2, codes: [503] };

  it('asks again for the listed statuses, and says which try it is', async () => {
    const { gateway, tries, log } = bench(route({ retry }), [
      answer(503),
      answer(503),
      answer(200, 'third'),
    ]);
    expect((await gateway.handle(ASK)).text).toBe('third');
    expect(tries.map(({ headers }) => joinedFields(headers)['x-retry-attempt'])).toEqual([
      undefined,
      '1',
      '2',
    ]);
    expect(log[0]).toContain('http.status=200 protocol=http retry.attempt=2');
  });

  it('gives the last answer when the tries are used up', async () => {
    const { gateway, tries } = bench(route({ retry }), [answer(503, 'still')]);
    const response = await gateway.handle(ASK);
    expect([response.status, response.text, tries.length]).toEqual([503, 'still', 3]);
  });

  it('asks again after failures, with the same body', async () => {
    const { gateway, tries } = bench(route({ retry }), [fail('connect'), answer(200)]);
    await gateway.handle({ ...ASK, method: 'POST', body: 'again' });
    expect(tries.map(({ body }) => Buffer.from(body as Uint8Array).toString())).toEqual([
      'again',
      'again',
    ]);
  });

  it('does not ask again for other statuses', async () => {
    const { gateway, tries } = bench(route({ retry }), [answer(500), answer(200)]);
    expect((await gateway.handle(ASK)).status).toBe(500);
    expect(tries).toHaveLength(1);
  });

  it('sends a body that is too large to keep once, and whole', async () => {
    const received: number[] = [];
    const read: Behaviour = (handler, { body }) => {
      let size = 0;
      const source = body as BodySource;
      source.on('data', (chunk) => {
        size += chunk.length;
      });
      source.on('end', () => {
        received.push(size);
        answer(503)(handler, {} as UpstreamRequest);
      });
    };
    const { gateway, tries } = bench(route({ retry }), [read]);
    const response = await gateway.handle({ ...ASK, method: 'POST', body: 'x'.repeat(65_537) });
    expect([response.status, received, tries.length]).toEqual([503, [65_537], 1]);
  });
});

describe('time limits', () => {
  it('of one try: the call is ended and the client told', async () => {
    const aborted = { count: 0 };
    const { gateway, log } = bench(route({ timeout: { backendRequestTimeout: '10ms' } }), [
      silence(aborted),
    ]);
    const response = await gateway.handle(ASK);
    expect([response.status, response.text, aborted.count]).toEqual([
      504,
      'upstream call timeout',
      1,
    ]);
    expect(log[0]).toContain('reason=Timeout');
  });

  it('of one try: another try follows where retries are set', async () => {
    const policies = {
      timeout: { backendRequestTimeout: '10ms' },
      retry: { attempts: 1, codes: [] },
    };
    const { gateway, tries } = bench(route(policies), [silence(), answer(200)]);
    expect([(await gateway.handle(ASK)).status, tries.length]).toEqual([200, 2]);
  });

  it('of the request: over all tries', async () => {
    const policies = {
      timeout: { requestTimeout: '30ms', backendRequestTimeout: '20ms' },
      retry: { attempts: 5, codes: [] },
    };
    const { gateway } = bench(route(policies), [silence()]);
    const response = await gateway.handle(ASK);
    expect([response.status, response.text]).toEqual([504, 'request timeout']);
  });
});

describe('where policies of several places meet', () => {
  const key = (text: string) => ({ mode: 'strict' as const, keys: [{ key: text }] });
  const gatewayTarget = { gateway: { gatewayName: 'default', gatewayNamespace: 'default' } };

  function document(inline?: RoutePolicies): StandaloneDocument {
    return {
      ...route(inline ?? {}),
      policies: [
        {
          name: { name: 'g', namespace: 'n' },
          target: gatewayTarget,
          policy: { apiKey: key('gateway-key') },
        },
      ],
    };
  }

  async function statusWith(document: StandaloneDocument, text: string): Promise<number> {
    const { gateway } = bench(document, [answer(200)]);
    return (await gateway.handle({ ...ASK, headers: { authorization: `Bearer ${text}` } })).status;
  }

  it('a gateway’s policy holds on its routes', async () => {
    expect(await statusWith(document(), 'gateway-key')).toBe(200);
    expect(await statusWith(document(), 'other')).toBe(401);
  });

  it('a route’s own replaces it as a whole', async () => {
    expect(await statusWith(document({ apiKey: key('route-key') }), 'gateway-key')).toBe(401);
    expect(await statusWith(document({ apiKey: key('route-key') }), 'route-key')).toBe(200);
  });

  it('a listener’s runs in addition, before a route is chosen', async () => {
    const both = document({ apiKey: key('route-key') });
    both.binds![0].listeners[0].policies = { apiKey: key('listener-key') };
    expect(await statusWith(both, 'route-key')).toBe(401);
    expect(await statusWith(both, 'listener-key')).toBe(401);
  });
});
