import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileLocalRateLimit } from '../../../lib/gateway/policies/rate-limit';
import type { PolicyHost } from '../../../lib/gateway/policy-host';
import { RateLimitBuckets } from '../../../lib/gateway/rate-limit-buckets';
import type { RequestContext, TokenLimit } from '../../../lib/gateway/request-context';
import { TokenBucket } from '../../../lib/gateway/token-bucket';
import type { NormalDocument, NormalLocalRateLimit } from '../../../lib/standalone/normal-document';
import { TestGateway } from '../../../lib/testing';
import { policyGateway } from '../../support/policy-gateway';

const REQUEST = { url: 'http://a.test/' };
const TWO = { maxTokens: 2, tokensPerFill: 2, fillInterval: '1m' };
const FIELDS = ['limit', 'remaining', 'reset'] as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

/** `200 2/1/60`: the status, and how the client stands. */
async function ask(gateway: TestGateway, request: { url: string; headers?: object } = REQUEST) {
  const { status, headers } = await gateway.request(request as typeof REQUEST);
  return `${status} ${FIELDS.map((field) => headers[`x-ratelimit-${field}`]).join('/')}`;
}

async function statuses(gateway: TestGateway, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push((await gateway.request(REQUEST)).status);
  return found;
}

describe('a limit of requests', () => {
  it('tells with every answer how the client stands, and refuses what is over it', async () => {
    const gateway = policyGateway({ localRateLimit: [TWO] });
    expect(await ask(gateway)).toBe('200 2/1/60');
    pass(18_500);
    expect(await ask(gateway)).toBe('200 2/0/41');
    expect(await ask(gateway)).toBe('429 2/0/41');
    pass(41_499);
    expect(await ask(gateway)).toBe('429 2/0/0');
    pass(1);
    expect(await ask(gateway)).toBe('200 2/1/60');
    expect(gateway.forwarded).toHaveLength(3);
  });

  it('refuses as agentgateway does, and says so in the log', async () => {
    const gateway = policyGateway({ localRateLimit: [{ ...TWO, maxTokens: 0, tokensPerFill: 0 }] });
    const { status, text, headers } = await gateway.request(REQUEST);
    expect([status, text, headers['content-type']]).toEqual([
      429,
      'rate limit exceeded',
      'text/plain',
    ]);
    expect(gateway.logLines[0]).toContain('http.status=429');
    expect(gateway.logLines[0]).toContain('error="rate limit exceeded" reason=RateLimit');
  });

  it('tells gRPC callers in their own way', async () => {
    const gateway = policyGateway({ localRateLimit: [{ fillInterval: '1s' }] });
    const headers = { 'content-type': 'application/grpc' };
    const answer = await gateway.request({ ...REQUEST, method: 'POST', headers });
    expect([answer.status, answer.headers['grpc-status']]).toEqual([200, '14']);
  });

  it('keeps a burst, and no more of it than fits', async () => {
    const limit = { maxTokens: 5, tokensPerFill: 1, fillInterval: '1s' };
    const gateway = policyGateway({ localRateLimit: [limit] });
    expect(await statuses(gateway, 6)).toEqual([200, 200, 200, 200, 200, 429]);
    pass(2_999);
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
    pass(3_600_000);
    expect(await statuses(gateway, 6)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('holds for all of several, and speaks of the last', async () => {
    const perHour = { maxTokens: 3, tokensPerFill: 3, fillInterval: '1h' };
    const gateway = policyGateway({ localRateLimit: [TWO, perHour] });
    expect(await ask(gateway)).toBe('200 3/2/3600');
    expect(await ask(gateway)).toBe('200 3/1/3600');
    expect(await ask(gateway)).toBe('429 2/0/60');
    pass(60_000);
    expect(await ask(gateway)).toBe('200 3/0/3540');
    expect(await ask(gateway)).toBe('429 3/0/3540');
  });

  it('of an empty list is none, which takes away what the gateway says', async () => {
    expect(await ask(policyGateway({ localRateLimit: [] }))).toBe('200 //');
  });

  it('counts who was let in only', async () => {
    const gateway = policyGateway({
      apiKey: { mode: 'strict', keys: [{ key: 'demo-key' }] },
      localRateLimit: [TWO],
    });
    expect(await statuses(gateway, 3)).toEqual([401, 401, 401]);
    const known = { ...REQUEST, headers: { authorization: 'Bearer demo-key' } };
    expect(await ask(gateway, known)).toBe('200 2/1/60');
  });

  it('also counts what is answered without an upstream, but preflights', async () => {
    const gateway = policyGateway({
      cors: { allowOrigins: ['https://app.test'] },
      localRateLimit: [TWO],
      directResponse: { status: 204 },
    });
    const headers = { origin: 'https://app.test' };
    await gateway.request({ ...REQUEST, headers, method: 'OPTIONS' });
    expect(await statuses(gateway, 2)).toEqual([204, 204]);
    const refused = await gateway.request({ ...REQUEST, headers });
    expect(refused.status).toBe(429);
    expect(refused.headers['access-control-allow-origin']).toBe('https://app.test');
  });
});

describe('the bucket', () => {
  const both = { gateways: ['default', 'other'], backends: [{ host: 'echo.test:80' }] };
  const ROUTES = [
    { name: 'a', matches: [{ path: { pathPrefix: '/a' } }], ...both },
    { name: 'b', matches: [{ path: { pathPrefix: '/b' } }], ...both },
  ];
  const gatewayOf = (document: object) =>
    TestGateway.fromStandalone(JSON.stringify(document), {
      upstreams: { 'echo.test:80': () => ({ body: 'passed' }) },
    });
  const entry = (target: object) => ({
    name: { name: 'limit', namespace: 'default' },
    target,
    policy: { localRateLimit: [TWO] },
  });
  const GATEWAY = { gateway: { gatewayName: 'default', gatewayNamespace: 'default' } };
  const at = (path: string, port = 80) => ({ url: `http://a.test${path}`, port });
  const gateways = { default: { port: 80 }, other: { port: 81 } };

  it('of a gateway is shared by all its routes and listeners', async () => {
    const running = gatewayOf({ gateways, routes: ROUTES, policies: [entry(GATEWAY)] });
    expect(await ask(running, at('/a'))).toBe('200 2/1/60');
    expect(await ask(running, at('/b', 81))).toBe('200 2/0/60');
    expect(await ask(running, at('/a'))).toBe('429 2/0/60');
  });

  it('of a route is its own, at whatever listener it is met', async () => {
    const target = { route: { name: 'a', namespace: 'default' } };
    const inline = [{ ...ROUTES[0], policies: { localRateLimit: [TWO] } }, ROUTES[1]];
    for (const document of [
      { gateways, routes: ROUTES, policies: [entry(target)] },
      { gateways, routes: inline },
    ]) {
      const running = gatewayOf(document);
      expect(await ask(running, at('/a'))).toBe('200 2/1/60');
      expect(await ask(running, at('/a', 81))).toBe('200 2/0/60');
      expect(await ask(running, at('/a'))).toBe('429 2/0/60');
      expect(await ask(running, at('/b'))).toBe('200 //');
    }
  });

  it('of a route stands in place of that of the gateway', async () => {
    const own = { ...ROUTES[0], policies: { localRateLimit: [{ ...TWO, maxTokens: 9 }] } };
    const running = gatewayOf({ gateways, routes: [own, ROUTES[1]], policies: [entry(GATEWAY)] });
    expect(await ask(running, at('/a'))).toBe('200 9/8/60');
    expect(await ask(running, at('/b'))).toBe('200 2/1/60');
  });
});

const LIMIT: NormalLocalRateLimit = {
  path: 'policies[0].policy.localRateLimit[0]',
  maxTokens: 2,
  tokensPerFill: 2,
  fillIntervalMs: 60_000,
  type: 'requests',
};

describe('buckets that outlive a configuration', () => {
  const documentOf = (limits: readonly NormalLocalRateLimit[]) =>
    ({
      binds: [],
      policies: [{ path: '', policy: { localRateLimit: limits } }],
    }) as unknown as NormalDocument;

  it('are those of limits that say the same at the same place of the same gateway', () => {
    const buckets = new RateLimitBuckets();
    const first = buckets.open('a/b', LIMIT, 0);
    expect(buckets.open('a/b', { ...LIMIT }, 9)).toBe(first);
    const others: [string, NormalLocalRateLimit][] = [
      ['a/c', LIMIT],
      ['a/b', { ...LIMIT, path: 'policies[1].policy.localRateLimit[0]' }],
      ['a/b', { ...LIMIT, maxTokens: 3 }],
      ['a/b', { ...LIMIT, tokensPerFill: 1 }],
      ['a/b', { ...LIMIT, fillIntervalMs: 1000 }],
      ['a/b', { ...LIMIT, type: 'tokens' }],
    ];
    for (const [gateway, limit] of others) expect(buckets.open(gateway, limit, 0)).not.toBe(first);
  });

  it('are forgotten with the limits', () => {
    const buckets = new RateLimitBuckets();
    const first = buckets.open('a/b', LIMIT, 0);
    buckets.keep([{ name: 'a/b', document: documentOf([LIMIT]) }]);
    expect(buckets.open('a/b', LIMIT, 0)).toBe(first);
    buckets.keep([{ name: 'a/b', document: documentOf([]) }]);
    expect(buckets.open('a/b', LIMIT, 0)).not.toBe(first);
  });
});

describe('a bucket', () => {
  const sizes = fc
    .record({
      maxTokens: fc.integer({ min: 1, max: 50 }),
      tokensPerFill: fc.integer({ min: 0, max: 50 }),
      fillIntervalMs: fc.integer({ min: 1, max: 1000 }),
    })
    .filter(({ maxTokens, tokensPerFill }) => tokensPerFill <= maxTokens);
  const steps = fc.array(
    fc.record({
      wait: fc.integer({ min: -500, max: 3000 }),
      take: fc.integer({ min: 1, max: 9 }),
      amend: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constant(Number.MAX_VALUE)),
    }),
    { maxLength: 60 },
  );

  it('never holds less than nothing or more than it can, whatever the clock does', () => {
    fc.assert(
      fc.property(sizes, steps, (size, taken) => {
        let time = 10_000;
        const bucket = new TokenBucket(size, time);
        for (const { wait, take, amend } of taken) {
          time += wait;
          const before = bucket.available(time);
          expect(bucket.take(take, time)).toBe(before >= take);
          bucket.amend(amend, time);
          const left = bucket.available(time);
          expect(left >= 0 && left <= size.maxTokens).toBe(true);
          const rest = bucket.fillsInMs(time);
          expect(rest > 0 && rest <= size.fillIntervalMs).toBe(true);
        }
      }),
    );
  });

  it('gives out at most what it held and what was put in', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
        (size, waits) => {
          let time = 0;
          let given = 0;
          const bucket = new TokenBucket(size, time);
          for (const wait of waits) {
            time += wait;
            if (bucket.take(1, time)) given += 1;
            const filled = Math.floor(time / size.fillIntervalMs) * size.tokensPerFill;
            expect(given).toBeLessThanOrEqual(size.maxTokens + filled);
          }
        },
      ),
    );
  });
});

describe('a limit of tokens', () => {
  let time = 0;
  const limitedTo = (maxTokens: number): (() => TokenLimit) => {
    const limit: NormalLocalRateLimit = { ...LIMIT, maxTokens, type: 'tokens' };
    const buckets = new RateLimitBuckets();
    const now = () => time;
    const bucketOf = (one: NormalLocalRateLimit) => buckets.open('a/b', one, time);
    const policy = compileLocalRateLimit([limit], {
      now,
      bucketOf,
    } as Partial<PolicyHost> as PolicyHost);
    return () => {
      const request = { tokenLimits: [], responseHeaders: [] } as Partial<RequestContext>;
      expect(policy(request as RequestContext)).toBeUndefined();
      expect(request.responseHeaders).toEqual([]);
      return request.tokenLimits![0]!;
    };
  };

  it('lets a call through while one is left, and takes what it has cost', () => {
    const enter = limitedTo(10);
    const first = enter();
    expect(first.admit(0)).toBeUndefined();
    first.spend(9);
    const second = enter();
    expect(second.admit(0)).toBeUndefined();
    second.spend(100);
    const refused = enter().admit(0);
    expect(refused).toMatchObject({
      status: 429,
      body: 'rate limit exceeded',
      reason: 'RateLimit',
    });
    expect(refused?.headers.slice(2)).toEqual([
      ...['x-ratelimit-limit', '10', 'x-ratelimit-remaining', '0', 'x-ratelimit-reset', '60'],
    ]);
    time += 60_000;
    expect(enter().admit(0)).toBeUndefined();
  });

  it('sets aside what a call was measured at, until its cost is known', () => {
    const enter = limitedTo(10);
    const first = enter();
    expect(first.admit(6)).toBeUndefined();
    expect(enter().admit(5)?.status).toBe(429);
    expect(enter().admit(4)).toBeUndefined();
    expect(enter().admit(0)?.status).toBe(429);
    first.spend(2);
    expect(enter().admit(5)?.status).toBe(429);
    expect(enter().admit(4)).toBeUndefined();
  });

  it('asks no more of a call that is tried again', () => {
    const enter = limitedTo(10);
    const call = enter();
    expect(call.admit(10)).toBeUndefined();
    expect(call.admit(10)).toBeUndefined();
    call.spend(10);
    expect(enter().admit(0)?.status).toBe(429);
  });

  it('cannot be made to give by what an upstream claims', () => {
    const enter = limitedTo(10);
    enter().spend(4);
    for (const cost of [-5, Number.NaN, Number.NEGATIVE_INFINITY]) enter().spend(cost);
    expect(enter().admit(7)?.status).toBe(429);
    enter().spend(Number.POSITIVE_INFINITY);
    expect(enter().admit(0)?.status).toBe(429);
    time += 60_000;
    expect(enter().admit(2)).toBeUndefined();
  });

  it('has no time to wait for what never fits', () => {
    expect(limitedTo(10)().admit(11)?.headers.at(-1)).toBe('0');
  });
});
