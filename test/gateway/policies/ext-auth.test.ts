import { describe, expect, it } from 'vitest';
import { TestGateway, type TestUpstream } from '../../../lib/testing';
import { policyGateway } from '../../support/policy-gateway';

const STRICT = 'strict.test:1';
const LENIENT = 'lenient.test:1';
const ECHO = { 'echo.test:80': () => ({ body: 'passed' }) };
const allow: TestUpstream = () => ({});
const deny: TestUpstream = () => ({ status: 403, body: 'no' });

function asking(host: string, beside: object = {}): object {
  return { host, protocol: { http: {} }, ...beside };
}

function guard(host: string): object {
  return { extAuthz: asking(host) };
}

describe('both phases run', () => {
  it.each([
    [allow, allow, 200, [STRICT, LENIENT]],
    [allow, deny, 403, [STRICT, LENIENT]],
    [deny, allow, 403, [STRICT]],
    [deny, deny, 403, [STRICT]],
  ])(
    'so that a request must pass at the listener and at its route',
    async (first, second, status, asked) => {
      const gateway = policyGateway(
        { extAuthz: asking(LENIENT) },
        {
          listener: { extAuthz: asking(STRICT) },
          upstreams: { ...ECHO, [STRICT]: first, [LENIENT]: second },
        },
      );
      expect((await gateway.request({ url: 'http://a.test/' })).status).toBe(status);
      const upstreams = gateway.forwarded.map(({ upstream }) => upstream);
      expect(upstreams.filter((upstream) => upstream !== 'echo.test:80')).toEqual(asked);
    },
  );

  it('and what the later one says stands in the place of what the first has said', async () => {
    const metadata = (value: string) => ({ protocol: { http: { metadata: { [value]: '1' } } } });
    const gateway = policyGateway(
      {
        extAuthz: asking(LENIENT, metadata('second')),
        authorization: { rules: ['has(extauthz.second) && !has(extauthz.first)'] },
      },
      {
        listener: {
          extAuthz: asking(STRICT, metadata('first')),
          authorization: { rules: ['has(extauthz.first)'] },
        },
        upstreams: { ...ECHO, [STRICT]: allow, [LENIENT]: allow },
      },
    );
    expect((await gateway.request({ url: 'http://a.test/' })).text).toBe('passed');
  });
});

describe('its place among the policies', () => {
  const cors = { allowOrigins: ['https://app.test'], allowMethods: ['*'] };
  const preflight = {
    url: 'http://a.test/',
    method: 'OPTIONS',
    headers: { origin: 'https://app.test', 'access-control-request-method': 'PUT' },
  };
  const upstreams = { ...ECHO, [STRICT]: deny };

  it('a preflight is answered before it, and its refusals can be read', async () => {
    const gateway = policyGateway({ cors, extAuthz: asking(STRICT) }, { upstreams });
    expect((await gateway.request(preflight)).status).toBe(200);
    expect(gateway.forwarded).toEqual([]);
    const refused = await gateway.request({
      url: 'http://a.test/',
      headers: { origin: 'https://app.test' },
    });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([
      403,
      'https://app.test',
    ]);
  });

  it('at the listener it comes before the CORS of a route, and after that of the listener', async () => {
    const listener = { extAuthz: asking(STRICT) };
    const below = policyGateway({ cors }, { listener, upstreams });
    expect((await below.request(preflight)).status).toBe(403);
    const beside = policyGateway({ cors }, { listener: { cors, ...listener }, upstreams });
    expect((await beside.request(preflight)).status).toBe(200);
  });

  it('it sees no credential that was consumed, and rules come after it', async () => {
    const told: string[] = [];
    const gateway = policyGateway(
      {
        apiKey: { mode: 'strict', keys: [{ key: 'demo-key' }] },
        extAuthz: asking(STRICT, { includeRequestHeaders: ['authorization', 'x-one'] }),
        authorization: { rules: [{ deny: 'true' }] },
      },
      {
        upstreams: {
          ...ECHO,
          [STRICT]: ({ headers }) => {
            told.push(...Object.keys(headers));
            return {};
          },
        },
      },
    );
    const headers = { authorization: 'Bearer demo-key', 'x-one': '1' };
    const answer = await gateway.request({ url: 'http://a.test/', headers });
    expect([answer.status, answer.text]).toEqual([403, 'authorization failed']);
    expect(told).toEqual(['host', 'x-one']);
  });
});

describe('entries with conditions', () => {
  const conditional = [
    { condition: 'request.path == "/strict"', ...asking(STRICT) },
    { condition: 'request.headers["x-none"] == "1"', ...asking(STRICT) },
    asking(LENIENT),
  ];
  const upstreams = { ...ECHO, [STRICT]: deny, [LENIENT]: allow };

  it.each([
    ['/strict', 403, STRICT],
    ['/other', 200, LENIENT],
  ])(
    '%s is decided by the first that holds; one that fails does not hold',
    async (path, status, asked) => {
      const gateway = policyGateway({ extAuthz: { conditional } }, { upstreams });
      expect((await gateway.request({ url: `http://a.test${path}` })).status).toBe(status);
      expect(gateway.forwarded[0].upstream).toBe(asked);
      expect(gateway.warnings).toEqual([]);
    },
  );

  it('without a last one for all, others pass unchecked, which is a finding', async () => {
    const gateway = policyGateway(
      { extAuthz: { conditional: conditional.slice(0, 2) } },
      { upstreams },
    );
    expect((await gateway.request({ url: 'http://a.test/other' })).text).toBe('passed');
    expect(gateway.warnings.map(({ code, path }) => [code, path])).toEqual([
      ['Unchecked', 'binds[0].listeners[0].routes[0].policies.extAuthz.conditional'],
    ]);
  });

  it('a condition on the body waits for it', async () => {
    const extAuthz = { conditional: [{ condition: 'request.body == b"x"', ...asking(STRICT) }] };
    const gateway = policyGateway({ extAuthz }, { upstreams });
    const answers = await Promise.all(
      ['x', 'y'].map((body) => gateway.request({ url: 'http://a.test/', method: 'POST', body })),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 200]);
  });
});

describe('a backend that requests are checked for', () => {
  const upstreams = { ...ECHO, [STRICT]: deny, [LENIENT]: allow };
  const load = (backends: object[], beside: object = {}, policies: object = {}) =>
    TestGateway.fromStandalone(
      JSON.stringify({
        ...beside,
        gateways: { default: { port: 3000 } },
        routes: [{ policies, backends }],
      }),
      { upstreams },
    );

  it.each([
    ['at its place in a route', [{ host: 'echo.test:80', policies: guard(STRICT) }], {}],
    [
      'at its name',
      [{ backend: '/echo' }],
      { backends: [{ name: 'echo', host: 'echo.test:80', policies: guard(STRICT) }] },
    ],
    [
      'at its place in a route, over that of its name',
      [{ backend: '/echo', policies: guard(STRICT) }],
      { backends: [{ name: 'echo', host: 'echo.test:80', policies: guard(LENIENT) }] },
    ],
  ])('%s', async (_, backends, beside) => {
    const gateway = load(backends, beside);
    const answer = await gateway.request({ url: 'http://a.test/' });
    expect([answer.status, answer.text]).toEqual([403, 'no']);
    expect(gateway.forwarded.map(({ upstream }) => upstream)).toEqual([STRICT]);
  });

  it('is asked about after the route, so that both must agree', async () => {
    const backends = [{ host: 'echo.test:80', policies: guard(STRICT) }];
    const gateway = load(backends, {}, guard(LENIENT));
    expect((await gateway.request({ url: 'http://a.test/' })).status).toBe(403);
    expect(gateway.forwarded.map(({ upstream }) => upstream)).toEqual([LENIENT, STRICT]);
  });

  it('leaves the others of its route alone', async () => {
    const backends = [
      { host: 'echo.test:80', weight: 1 },
      { host: 'echo.test:80', weight: 0, policies: guard(STRICT) },
    ];
    expect((await load(backends).request({ url: 'http://a.test/' })).text).toBe('passed');
  });

  it('is once asked about for all tries', async () => {
    const backends = [{ host: 'dead.test:80', policies: guard(LENIENT) }];
    const gateway = load(backends, {}, { retry: { attempts: 2, codes: [503] } });
    expect((await gateway.request({ url: 'http://a.test/' })).status).toBe(503);
    expect(gateway.forwarded.map(({ upstream }) => upstream)).toEqual([LENIENT]);
  });

  it('is refused for one provider of models, and for what cannot be told', () => {
    const provider = { name: 'a', provider: { openAI: {} }, policies: guard(STRICT) };
    expect(() => load([{ ai: provider }])).toThrow('ai.policies.extAuthz: this gateway asks');
    const reading = asking(STRICT, { cache: { key: ['backend.name'], ttl: 'duration("1m")' } });
    expect(() => load([{ host: 'echo.test:80', policies: { extAuthz: reading } }])).toThrow(
      'policies.extAuthz.cache.key[0]: this gateway does not tell expressions `backend`',
    );
  });
});

describe('who may be asked', () => {
  const upstreams = { ...ECHO, [STRICT]: deny };

  it('a named backend, with the policies that it has', async () => {
    const document = {
      backends: [
        {
          name: 'authz',
          host: STRICT,
          policies: { requestHeaderModifier: { set: { 'x-from': 'gateway' } } },
        },
      ],
      gateways: { default: { port: 3000 } },
      routes: [
        {
          policies: { extAuthz: { backend: '/authz', protocol: { http: {} } } },
          backends: [{ host: 'echo.test:80' }],
        },
      ],
    };
    const gateway = TestGateway.fromStandalone(JSON.stringify(document), { upstreams });
    expect((await gateway.request({ url: 'http://a.test/' })).status).toBe(403);
    expect(gateway.forwarded[0].headers['x-from']).toBe('gateway');
  });

  it.each([
    [
      'a backend that is not there',
      { host: undefined, backend: '/nobody' },
      'extAuthz.backend: no entry of `backends` is named `nobody`',
    ],
    ['no host', { host: '-:80' }, 'extAuthz.host: `-` is not a host name'],
    [
      'gRPC over HTTP/1.1',
      { protocol: { grpc: {} }, policies: { http: { version: 'HTTP/1.1' } } },
      'extAuthz.policies.http.version: gRPC is spoken over HTTP/2 only',
    ],
    [
      'a status that ends nothing',
      { failureMode: { denyWithStatus: 101 } },
      'extAuthz.failureMode.denyWithStatus: 101 is no status that an answer may have',
    ],
    [
      'a value that no header can have',
      { policies: { requestHeaderModifier: { set: { 'x-a': 'a\r\nb' } } } },
      'extAuthz.policies.requestHeaderModifier: the value of `x-a`',
    ],
    [
      'an expression that cannot work',
      { cache: { key: ['requst.path'], ttl: 'duration("1m")' } },
      'extAuthz.cache.key[0]: ',
    ],
  ])('%s is refused when the file is loaded', (_, settings, finding) => {
    const load = () => policyGateway({ extAuthz: asking(STRICT, settings) }, { upstreams });
    expect(load).toThrow(finding);
  });

  const found = (settings: object) =>
    policyGateway({ extAuthz: asking(STRICT, settings) }, { upstreams }).warnings.map(
      ({ code, path }) => `${code} ${path.split('extAuthz.')[1]}`,
    );

  it.each<[settings: object, finding: string]>([
    [{ failureMode: { denyWithStatus: 200 } }, 'RefusedAsSuccess failureMode.denyWithStatus'],
    [{ failureMode: { denyWithStatus: 302 } }, 'RefusedAsSuccess failureMode.denyWithStatus'],
    [
      { includeRequestBody: { maxRequestBytes: 0 } },
      'BodyNotSent includeRequestBody.maxRequestBytes',
    ],
    [{ includeRequestBody: {} }, 'BodyNotSent includeRequestBody.maxRequestBytes'],
    [{ cache: { key: [], ttl: 'duration("5m")' } }, 'NoEffect cache.key'],
    ...['duration("0s")', 'duration("-1s")', '"5m"', '0', '300', 'null', '[1]'].map(
      (ttl): [object, string] => [
        { cache: { key: ['request.headers["authorization"]'], ttl } },
        'NoEffect cache.ttl',
      ],
    ),
  ])('%j loads with a warning', (settings, finding) => {
    expect(found(settings)).toEqual([finding]);
  });

  it.each([
    { failureMode: { denyWithStatus: 503 } },
    { includeRequestBody: { maxRequestBytes: 1 } },
    ...[
      'duration("5m")',
      'duration("1ms")',
      'timestamp(jwt.exp)',
      'jwt.exp',
      'duration(extauthz.ttl)',
      'timestamp("2100-01-01T00:00:00Z")',
      '4102444800',
    ].map((ttl) => ({ cache: { key: ['request.headers["authorization"]'], ttl } })),
  ])('%j loads without one', (settings) => {
    expect(found(settings)).toEqual([]);
  });
});
