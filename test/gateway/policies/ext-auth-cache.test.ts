import { describe, expect, it, vi } from 'vitest';
import type { TestUpstream } from '../../../lib/testing';
import { policyGateway } from '../../support/policy-gateway';

const SERVICE = 'authz.test:9000';

/** A gateway that remembers decisions; `asked` counts how often the service was. */
function remembering(cache: object, answer: TestUpstream = () => ({}), http: object = {}) {
  let asked = 0;
  const gateway = policyGateway(
    {
      extAuthz: {
        host: SERVICE,
        protocol: { http },
        cache: { ttl: 'duration("60s")', ...cache },
      },
    },
    {
      upstreams: {
        'echo.test:80': ({ headers }) => ({ body: headers['x-user'] ?? 'passed' }),
        [SERVICE]: (request) => {
          asked++;
          return answer(request);
        },
      },
    },
  );
  return {
    asked: () => asked,
    ask: (path = '/', headers: Readonly<Record<string, string>> = {}) =>
      gateway.request({ url: `http://a.test${path}`, headers }),
    warnings: gateway.warnings,
  };
}

describe('a decision is remembered', () => {
  it('for requests whose key is the same', async () => {
    const { ask, asked } = remembering({ key: ['request.path'] });
    for (const path of ['/a', '/a', '/b', '/a', '/b']) await ask(path);
    expect(asked()).toBe(2);
  });

  it('with what it changes and what it says', async () => {
    const { ask, asked } = remembering(
      { key: ['request.path'] },
      () => ({ headers: { 'x-user': `alice` } }),
      { includeResponseHeaders: ['x-user'] },
    );
    const answers = [await ask(), await ask('/', { 'x-user': 'forged' })];
    expect([answers.map(({ text }) => text), asked()]).toEqual([['alice', 'alice'], 1]);
  });

  it('also where it refuses', async () => {
    const { ask, asked } = remembering({ key: ['request.path'] }, () => ({
      status: 403,
      body: 'no',
    }));
    const answers = [await ask(), await ask()];
    expect([answers.map(({ text }) => text), asked()]).toEqual([['no', 'no'], 1]);
  });

  it('never for another caller, where the key says who calls', async () => {
    const keyed = remembering({ key: ['request.headers["authorization"]'] }, ({ headers }) => ({
      status: headers.authorization === 'Basic good' ? 200 : 403,
    }));
    const statuses = [];
    for (const authorization of ['Basic good', 'Basic bad', 'Basic good', 'Basic bad']) {
      statuses.push((await keyed.ask('/', { authorization })).status);
    }
    expect([statuses, keyed.asked()]).toEqual([[200, 403, 200, 403], 2]);
  });

  it('values of different types, and parts that run together, are different keys', async () => {
    const { ask, asked } = remembering({ key: ['json(request.headers["x-json"])'] });
    const values = ['1', '"1"', '1.5', 'true', '"true"', 'null', '"null"'];
    for (const value of [...values, ...values]) await ask('/', { 'x-json': value });
    expect(asked()).toBe(values.length);
    const joined = remembering({ key: ['request.headers["x-a"]', 'request.headers["x-b"]'] });
    await joined.ask('/', { 'x-a': 'ab', 'x-b': 'c' });
    await joined.ask('/', { 'x-a': 'a', 'x-b': 'bc' });
    expect(joined.asked()).toBe(2);
  });
});

describe('a decision is not remembered', () => {
  it.each([
    ['an empty key', { key: [] }],
    ['a key that fails', { key: ['request.headers["x-none"]'] }],
    ['a key that is no plain value', { key: ['request.headers'] }],
    ['a lifetime that fails', { key: ['1'], ttl: 'request.headers["x-none"]' }],
    ['a lifetime that is none', { key: ['1'], ttl: '"1m"' }],
    ['no lifetime', { key: ['1'], ttl: 'duration("0s")' }],
    ['one that is over', { key: ['1'], ttl: 'timestamp("2001-01-01T00:00:00Z")' }],
    ['one that was over in seconds', { key: ['1'], ttl: '1000' }],
  ])('by %s', async (_, cache) => {
    const { ask, asked } = remembering(cache);
    const answers = [await ask(), await ask()];
    expect([answers.map(({ status }) => status), asked()]).toEqual([[200, 200], 2]);
  });

  it.each([404, 500])('where the service answers %d', async (status) => {
    const { ask, asked } = remembering({ key: ['1'] }, () => ({ status }));
    await ask();
    await ask();
    expect(asked()).toBe(2);
  });

  it('where it is large', async () => {
    const { ask, asked } = remembering({ key: ['1'] }, () => ({
      status: 403,
      body: 'x'.repeat(20_000),
    }));
    await ask();
    expect([(await ask()).text.length, asked()]).toEqual([20_000, 2]);
  });
});

describe('how long a decision holds', () => {
  const atTimes = async (ttl: string, times: readonly number[], answer?: TestUpstream) => {
    vi.useFakeTimers({ now: 1_000_000_000_000, toFake: ['Date'] });
    try {
      const { ask, asked } = remembering({ key: ['1'], ttl }, answer, {
        metadata: { ttl: '"30s"' },
      });
      const counts: number[] = [];
      for (const at of times) {
        vi.setSystemTime(1_000_000_000_000 + at * 1000);
        await ask();
        counts.push(asked());
      }
      return counts;
    } finally {
      vi.useRealTimers();
    }
  };

  it.each([
    ['a duration', 'duration("30s")'],
    ['the moment at which it ends', 'timestamp("2001-09-09T01:47:10Z")'],
    ['that moment in seconds', '1000000030'],
    ['that moment in fractions of seconds', '1000000030.0'],
    ['what the service has said', 'duration(extauthz.ttl)'],
  ])('%s', async (_, ttl) => {
    expect(await atTimes(ttl, [0, 10, 26, 31])).toEqual([1, 1, 1, 2]);
  });

  it('in its last tenth it is made anew by one caller', async () => {
    expect(await atTimes('duration("30s")', [0, 26, 28, 29, 40, 54])).toEqual([1, 1, 2, 2, 2, 2]);
  });

  it('which is no more than five seconds', async () => {
    expect(await atTimes('duration("1000s")', [0, 994, 996, 997])).toEqual([1, 1, 2, 2]);
  });
});

describe('how much is remembered', () => {
  it('what is the oldest goes first', async () => {
    const { ask, asked } = remembering({ key: ['request.path'], maxEntries: 2 });
    for (const path of ['/a', '/b', '/c', '/b', '/c']) await ask(path);
    expect(asked()).toBe(3);
    await ask('/a');
    expect(asked()).toBe(4);
  });

  it('0 is the default, as in agentgateway', async () => {
    const { ask, asked } = remembering({ key: ['request.path'], maxEntries: 0 });
    for (const path of ['/a', '/b', '/a', '/b']) await ask(path);
    expect(asked()).toBe(2);
  });
});
