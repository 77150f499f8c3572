import { hashSync } from 'bcryptjs';
import { Secret } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import {
  ApiKeyMode,
  ApiKeyPolicy,
  ApiKeys,
  AuthorizationPolicy,
  BasicAuthMode,
  BasicAuthPolicy,
  BasicAuthUsers,
  Cel,
  HttpRoute,
  type HttpRouteRule,
  Jwks,
  JwtMode,
  JwtPolicy,
  Policy,
  RateLimit,
  RateLimitPolicy,
  RateLimitUnit,
  synthStandalone,
} from '../../lib';
import { TestGateway } from '../../lib/testing';
import { chart, gateway, service } from '../constructs/trees';
import { base64url, ISSUER, Issuer, secondsFromNow } from '../support/tokens';

const issuer = new Issuer();
const providers = [{ issuer: ISSUER, audiences: ['shop'], jwks: Jwks.inline(issuer.jwks()) }];
const UPSTREAMS = { 'shop.default:80': () => ({ body: 'passed' }) };

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  const rule: HttpRouteRule = route.addRule(service(scope), { name: 'main' });
  return { scope, edge, route, rule };
}

type Tree = ReturnType<typeof tree>;

/** The statuses of requests with such headers, from the chart and from its standalone file. */
async function statuses(
  build: (tree: Tree) => void,
  requests: readonly Record<string, string>[],
): Promise<number[]> {
  const whole = tree();
  build(whole);
  const [text] = Object.values(synthStandalone(whole.scope));
  const ofChart = TestGateway.fromChart(whole.scope, { upstreams: UPSTREAMS });
  const ofFile = TestGateway.fromStandalone(text, {
    upstreams: { 'shop.default.svc.cluster.local:80': UPSTREAMS['shop.default:80'] },
  });
  const found: number[] = [];
  for (const headers of requests) {
    const { status } = await ofChart.request({ url: 'http://a.test/', headers });
    const { status: other } = await ofFile.request({ url: 'http://a.test/', headers });
    expect(other).toBe(status);
    found.push(status);
  }
  return found;
}

function token(claims: object = {}): Record<string, string> {
  return bearer(issuer.token({ aud: 'shop', ...claims }));
}

function bearer(credential: string): Record<string, string> {
  return { authorization: `Bearer ${credential}` };
}

function basic(user: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

describe('the policies of a chart, run by the gateway', () => {
  it('let in who has a token of the issuer, for this audience and still valid', async () => {
    const build = ({ scope, edge }: Tree) =>
      new JwtPolicy(scope, 'Jwt', { target: edge, providers });
    expect(
      await statuses(build, [
        {},
        token(),
        token({ aud: 'other' }),
        token({ iss: 'https://other.test' }),
        token({ exp: secondsFromNow(-3600) }),
        bearer(new Issuer().token({ aud: 'shop' })),
        bearer(`${base64url('{"alg":"none","kid":"key-1"}')}.${base64url('{}')}.`),
      ]),
    ).toEqual([401, 200, 401, 401, 401, 401, 401]);
  });

  it('let in whom the rules of all levels together let in', async () => {
    const build = ({ scope, edge, route, rule }: Tree) => {
      new JwtPolicy(scope, 'Jwt', { target: edge, providers });
      new AuthorizationPolicy(scope, 'Edge', {
        target: edge,
        deny: [Cel.of('has(jwt.banned) && jwt.banned')],
        require: [Cel.of('has(jwt.email)')],
      });
      new AuthorizationPolicy(scope, 'Shop', {
        target: route,
        allow: [Cel.of('jwt.sub == "alice"'), Cel.of('jwt.team == "shop"')],
      });
      new AuthorizationPolicy(scope, 'Read', {
        target: rule,
        require: [Cel.of('request.method == "GET"')],
      });
    };
    expect(
      await statuses(build, [
        token({ email: 'a@example.com' }),
        token(),
        token({ email: 'a@example.com', banned: true }),
        token({ email: 'a@example.com', banned: 'yes' }),
        token({ email: 'b@example.com', sub: 'bob' }),
        token({ email: 'b@example.com', sub: 'bob', team: 'shop' }),
      ]),
    ).toEqual([200, 403, 403, 403, 403, 200]);
  });

  it('deny whom a rule that denies cannot judge', async () => {
    const build = ({ scope, route }: Tree) => {
      new JwtPolicy(scope, 'Jwt', { target: route, providers });
      new AuthorizationPolicy(scope, 'Rules', {
        target: route,
        deny: [Cel.of('jwt.team == "guests"')],
      });
    };
    expect(
      await statuses(build, [token({ team: 'shop' }), token({ team: 'guests' }), token()]),
    ).toEqual([200, 403, 403]);
  });

  it('take a token or a key', async () => {
    const build = ({ scope, route }: Tree) => {
      new JwtPolicy(scope, 'Jwt', { target: route, providers, mode: JwtMode.PERMISSIVE });
      new ApiKeyPolicy(scope, 'Keys', {
        target: route,
        mode: ApiKeyMode.PERMISSIVE,
        keys: ApiKeys.fromSecret(
          new Secret(scope, 'Callers', { stringData: { robot: 'FAKE-KEY-of-robot' } }),
        ),
      });
      new AuthorizationPolicy(scope, 'Either', {
        target: route,
        require: [Cel.of('has(jwt.sub) || has(apiKey.key)')],
      });
    };
    expect(
      await statuses(build, [
        {},
        token(),
        bearer('FAKE-KEY-of-robot'),
        bearer('FAKE-KEY-of-nobody'),
        token({ aud: 'other' }),
      ]),
    ).toEqual([403, 200, 200, 403, 403]);
  });

  it('refuse the tokens of an issuer whose keys cannot be had', async () => {
    const build = (mode: string) => {
      const inline = JSON.stringify({ keys: [{ ...issuer.jwk(), kid: undefined }] });
      return ({ scope, route }: Tree) => {
        const others = [{ issuer: ISSUER, jwks: { inline } }];
        new Policy(scope, 'Jwt', {
          target: route,
          traffic: { jwtAuthentication: { mode, providers: others } },
        });
      };
    };
    expect(await statuses(build('Strict'), [{}, token()])).toEqual([401, 401]);
    expect(await statuses(build('Optional'), [{}, token()])).toEqual([200, 401]);
  });

  it('take a name and its password', async () => {
    const users = BasicAuthUsers.htpasswd([`alice:${hashSync('FAKE-password', 4)}`]);
    const build =
      (mode?: BasicAuthMode) =>
      ({ scope, edge }: Tree) => {
        new BasicAuthPolicy(scope, 'Users', { target: edge, users, mode });
      };
    const requests = [{}, basic('alice:FAKE-password'), basic('alice:wrong'), basic('bob:FAKE')];
    expect(await statuses(build(), requests)).toEqual([401, 200, 401, 401]);
    expect(await statuses(build(BasicAuthMode.OPTIONAL), requests)).toEqual([200, 200, 401, 401]);
  });

  it('count requests wherever they are attached', async () => {
    const local = [RateLimit.requests(1, { per: RateLimitUnit.HOUR, burst: 1 })];
    for (const place of ['edge', 'listener', 'route', 'rule'] as const) {
      const build = ({ scope, ...places }: Tree) => {
        const target = { ...places, listener: places.edge.listener('http') }[place];
        new RateLimitPolicy(scope, 'Limits', { target, local });
      };
      expect(await statuses(build, [{}, {}, {}])).toEqual([200, 200, 429]);
    }
  });
});
