import { describe, expect, it } from 'vitest';
import { HttpRoute } from '../../../lib/constructs/http-route';
import {
  RateLimit,
  RateLimitPolicy,
  type RateLimitPolicyProps,
  RateLimitUnit,
} from '../../../lib/constructs/policies/rate-limit';
import { validate } from '../../../lib/schema/validate';
import { TestGateway } from '../../../lib/testing';
import { chart, gateway, service, spec, synthesized } from '../trees';

const TWO = RateLimit.requests(2, { per: RateLimitUnit.HOUR });

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  route.addRule(service(scope));
  return { scope, edge, route };
}

function limited(props: Partial<RateLimitPolicyProps>) {
  const { scope, route } = tree();
  new RateLimitPolicy(scope, 'Limits', { target: route, local: [TWO], ...props });
  return scope;
}

describe('a RateLimitPolicy', () => {
  it('writes every limit as the API has it', () => {
    const scope = limited({
      local: [
        RateLimit.requests(100, { per: RateLimitUnit.MINUTE, burst: 20 }),
        RateLimit.tokens(5_000, { per: RateLimitUnit.HOUR }),
        RateLimit.requests(5, { per: RateLimitUnit.SECOND, burst: 0 }),
      ],
    });
    expect(spec(scope, 'AgentgatewayPolicy')).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'test-route' }],
      traffic: {
        rateLimit: {
          local: [
            { requests: 100, burst: 20, unit: 'Minutes' },
            { tokens: 5_000, unit: 'Hours' },
            { requests: 5, burst: 0, unit: 'Seconds' },
          ],
        },
      },
    });
    const [policy] = synthesized(scope, 'AgentgatewayPolicy');
    expect(validate(policy)).toEqual([]);
  });

  it('on a Gateway counts all its routes together', async () => {
    const { scope, edge } = tree();
    new HttpRoute(scope, 'Other', { gateway: edge, hostnames: ['other.test'] }).addRule(
      service(scope, 'other'),
    );
    new RateLimitPolicy(scope, 'Limits', { target: edge, local: [TWO] });
    const passed = () => ({ body: 'passed' });
    const running = TestGateway.fromChart(scope, {
      upstreams: { 'shop.default:80': passed, 'other.default:80': passed },
    });
    const statuses = [];
    for (const host of ['a.test', 'other.test', 'a.test']) {
      statuses.push((await running.request({ url: `http://${host}/` })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('on a route takes the place of that of the Gateway', () => {
    const { scope, edge, route } = tree();
    new RateLimitPolicy(scope, 'All', { target: edge, local: [TWO] });
    new RateLimitPolicy(scope, 'Own', { target: route, local: [TWO] });
    expect(() => scope.toJson()).not.toThrow();
  });

  it('of which two are at one place is an error that names both', () => {
    const { scope, route } = tree();
    new RateLimitPolicy(scope, 'One', { target: route, local: [TWO] });
    new RateLimitPolicy(scope, 'Two', { target: route, local: [TWO] });
    expect(() => scope.toJson()).toThrow(
      '[test/Two] sets traffic.rateLimit (PostRouting) on HTTPRoute `default/test-route`, and so does test/One',
    );
  });

  it.each([
    [() => limited({ local: [] }), 'RateLimitPolicy test/Limits limits nothing; give it `local`'],
    [
      () => limited({ local: Array.from({ length: 17 }, () => TWO) }),
      'RateLimitPolicy test/Limits takes at most 16 limits, got 17',
    ],
    [
      () => RateLimit.requests(0, { per: RateLimitUnit.HOUR }),
      'a limit of requests must be a whole number from 1 to 2147483647, got 0',
    ],
    [
      () => RateLimit.tokens(0.5, { per: RateLimitUnit.SECOND }),
      'a limit of tokens must be a whole number from 1 to 2147483647, got 0.5; write longer units',
    ],
    [
      () => RateLimit.tokens(2 ** 31, { per: RateLimitUnit.SECOND }),
      'a limit of tokens must be a whole number from 1 to 2147483647, got 2147483648',
    ],
    [
      () => RateLimit.requests(1, { per: RateLimitUnit.SECOND, burst: -1 }),
      'the burst of a limit of requests must be a whole number from 0 to 2147483647, got -1',
    ],
  ])('refuses what the API would refuse: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
