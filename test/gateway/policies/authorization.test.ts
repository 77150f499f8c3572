import { describe, expect, it } from 'vitest';
import { type InProcessRequest, TestGateway } from '../../../lib/testing';
import { bearer, policyGateway } from '../../support/policy-gateway';
import { ISSUER, Issuer } from '../../support/tokens';

const issuer = new Issuer();
const jwtAuth = { mode: 'optional', issuer: ISSUER, jwks: issuer.jwks() };
const REQUEST: InProcessRequest = {
  url: 'http://a.test:8080/tools?x=1',
  headers: { 'x-team': 'shop' },
};

type Rules = readonly (string | object)[];

function withRules(route: Rules, listener: Rules = []) {
  const at = (rules: Rules) => (rules.length > 0 ? { authorization: { rules } } : {});
  return policyGateway({ jwtAuth, ...at(route) }, { listener: at(listener) });
}

async function status(route: Rules, request = REQUEST, listener: Rules = []): Promise<number> {
  return (await withRules(route, listener).request(request)).status;
}

const T = 'true';
const F = 'false';
const FAILS = 'jwt.sub == "alice"';

describe('the decision', () => {
  const table: [Rules, number][] = [
    [[], 200],
    [[T], 200],
    [[F], 403],
    [[F, T], 200],
    [[FAILS], 403],
    [[FAILS, T], 200],
    [[{ allow: T }], 200],
    [[{ deny: F }], 200],
    [[{ deny: T }], 403],
    [[{ deny: T }, T], 403],
    [[{ deny: F }, F], 403],
    [[{ deny: FAILS }], 200],
    [[{ deny: FAILS }, T], 200],
    [[{ deny: F }, { deny: T }], 403],
    [[{ require: T }], 200],
    [[{ require: F }], 403],
    [[{ require: FAILS }], 403],
    [[{ require: T }, { require: F }], 403],
    [[{ require: T }, F], 403],
    [[{ require: T }, T], 200],
    [[{ require: F }, T], 403],
    [[{ require: T }, { deny: T }, T], 403],
  ];

  it.each(table)('%j answers %d', async (rules, expected) => {
    expect(await status(rules)).toBe(expected);
  });

  it('allow rules of the Gateway and of the route in one phase are one pool', async () => {
    const entry = (name: string, target: object, rule: object) => ({
      name: { name, namespace: 'default' },
      target,
      policy: { authorization: { rules: [rule] } },
    });
    const gateway = { gateway: { gatewayName: 'default', gatewayNamespace: 'default' } };
    const ask = async (ofGateway: object, ofRoute: object) => {
      const document = {
        gateways: { default: { port: 80 } },
        routes: [
          {
            policies: { authorization: { rules: [ofRoute] } },
            backends: [{ host: 'echo.test:80' }],
          },
        ],
        policies: [entry('all', gateway, ofGateway)],
      };
      const running = TestGateway.fromStandalone(JSON.stringify(document), {
        upstreams: { 'echo.test:80': () => ({ body: 'passed' }) },
      });
      return (await running.request(REQUEST)).status;
    };
    expect(await ask({ allow: T }, { allow: F })).toBe(200);
    expect(await ask({ deny: T }, { allow: T })).toBe(403);
    expect(await ask({ require: F }, { allow: T })).toBe(403);
  });

  it('a listener and a route are two phases, which a request must both pass', async () => {
    expect(await status([T], REQUEST, [F])).toBe(403);
    expect(await status([F], REQUEST, [T])).toBe(403);
    expect(await status([T], REQUEST, [T])).toBe(200);
  });
});

describe('what rules may read', () => {
  const cases: [string, number][] = [
    ['request.method == "GET"', 200],
    ['request.host == "a.test:8080"', 200],
    ['request.path == "/tools"', 200],
    ['request.pathAndQuery == "/tools?x=1"', 200],
    ['request.uri == "http://a.test:8080/tools?x=1"', 200],
    ['request.scheme == "http"', 200],
    ['request.version == "HTTP/1.1"', 200],
    ['request.headers["X-Team"] == "shop"', 200],
    ['request.headers["x-none"] == "shop"', 403],
    ['"x-none" in request.headers', 403],
    ['source.address == "127.0.0.1"', 200],
    ['source.port == 0', 200],
    ['destination.port == 3000', 200],
    ['has(jwt.sub)', 403],
    ['request.startTime > timestamp("2020-01-01T00:00:00Z")', 200],
  ];

  it.each(cases)('%s answers %d', async (rule, expected) => {
    expect(await status([rule], { ...REQUEST, port: 3000 })).toBe(expected);
  });

  it('the claims of the token, of the listener in the route as well', async () => {
    const rules = { authorization: { rules: ['jwt.sub == "alice" && "dev" in jwt.roles'] } };
    const token = issuer.token({ roles: ['dev'] });
    const onRoute = policyGateway({ jwtAuth, ...rules });
    const onListener = policyGateway(rules, { listener: { jwtAuth } });
    for (const gateway of [onRoute, onListener]) {
      expect((await gateway.request(bearer(token))).status).toBe(200);
      expect((await gateway.request(bearer(issuer.token()))).status).toBe(403);
    }
  });

  it('the raw token cannot be compared', async () => {
    const token = issuer.token();
    const gateway = withRules([`jwt.rawToken == "${token}"`]);
    expect((await gateway.request(bearer(token))).status).toBe(403);
  });

  it('the metadata of an API key', async () => {
    const keys = [{ key: 'demo-key', metadata: { team: 'shop' } }];
    const gateway = policyGateway({
      apiKey: { mode: 'strict', keys },
      authorization: { rules: ['apiKey.team == "shop"'] },
    });
    expect((await gateway.request(bearer('demo-key'))).status).toBe(200);
  });

  it('the name that a password belongs to', async () => {
    const gateway = policyGateway({
      basicAuth: { mode: 'strict', htpasswd: 'carol:{SHA}KYPGUZ1RyNcMPgP8M8UWINc8iAU=' },
      authorization: { rules: ['basicAuth.username == "carol"'] },
    });
    const authorization = `Basic ${Buffer.from('carol:demo-password-of-carol').toString('base64')}`;
    const { status: code } = await gateway.request({ ...REQUEST, headers: { authorization } });
    expect(code).toBe(200);
  });
});

describe('a rule that reads the body', () => {
  const rule = 'json(request.body).model == "small"';
  const ask = (body: string | Uint8Array | undefined, rules: Rules = [rule]) => {
    const gateway = withRules(rules);
    return gateway
      .request({ ...REQUEST, method: 'POST', body })
      .then((answer) => ({ code: answer.status, sent: gateway.forwarded[0]?.body }));
  };

  it('waits for it, and sends it on', async () => {
    const body = JSON.stringify({ model: 'small', prompt: 'x'.repeat(100_000) });
    expect(await ask(body)).toEqual({ code: 200, sent: body });
    expect((await ask('{"model":"large"}')).code).toBe(403);
  });

  it('fails where there is none, or none of that form', async () => {
    expect((await ask(undefined)).code).toBe(403);
    expect((await ask('model')).code).toBe(403);
  });

  it('fails where it is longer than may be kept, and it is sent on as a whole', async () => {
    const body = JSON.stringify({ model: 'small', prompt: 'x'.repeat(3 * 1024 * 1024) });
    expect((await ask(body)).code).toBe(403);
    const { code, sent } = await ask(body, ['true', rule]);
    expect([code, sent?.length]).toEqual([200, body.length]);
  });
});

describe('token, password or key', () => {
  const gateway = policyGateway({
    jwtAuth: { ...jwtAuth, mode: 'permissive' },
    apiKey: { mode: 'permissive', keys: [{ key: 'demo-key' }] },
    authorization: { rules: [{ require: 'has(jwt.sub) || has(apiKey.key)' }] },
  });

  it.each([
    ['a token', issuer.token(), 200],
    ['a key', 'demo-key', 200],
    ['a token of somebody else', new Issuer().token(), 403],
    ['a key that is not known', 'other-key', 403],
    ['nothing', '', 403],
  ])('%s', async (_, credential, expected) => {
    expect((await gateway.request(bearer(credential))).status).toBe(expected);
  });
});

describe('what the client and the log are told', () => {
  it('no more than that it failed', async () => {
    const gateway = withRules([F]);
    const { text, headers } = await gateway.request(bearer(issuer.token()));
    expect(text).toBe('authorization failed');
    expect(headers['content-type']).toBe('text/plain');
    expect(gateway.logLines[0]).toContain(
      'http.status=403 jwt.sub=alice protocol=http error="authorization failed" reason=Authorization',
    );
    expect(gateway.forwarded).toEqual([]);
  });

  it('a gRPC client reads it in its own terms', async () => {
    const headers = { 'content-type': 'application/grpc' };
    const answer = await withRules([F]).request({ ...REQUEST, headers });
    expect([answer.status, answer.headers['grpc-status']]).toEqual([200, '7']);
  });
});

describe('a rule that works otherwise than it reads is a finding', () => {
  const found = (rule: object) =>
    withRules([rule])
      .warnings.filter(({ path }) => path.startsWith(place))
      .map(({ code, path, message }) => [code, path, message]);
  const place = 'binds[0].listeners[0].routes[0].policies.authorization.rules[0]';

  it.each([
    [
      'deny',
      'jwt.team == "x"',
      'this rule denies nobody where `jwt.team` is missing; write `coalesce(',
    ],
    ['deny', 'false', 'this rule denies nobody'],
    ['allow', 'false', 'this rule lets nobody pass'],
    ['require', 'false', 'this rule keeps everybody out'],
  ])('%s: %s', (action, expression, message) => {
    expect(found({ [action]: expression })).toEqual([
      ['NoEffect', `${place}.${action}`, expect.stringContaining(message)],
    ]);
  });

  it.each([
    { deny: 'has(jwt.team) && jwt.team == "x"' },
    { deny: 'coalesce(jwt.team == "x", true)' },
    { allow: 'jwt.team == "x"' },
    { require: 'jwt.team == "x"' },
  ])('but not %j', (rule) => {
    expect(found(rule)).toEqual([]);
  });
});

describe('a rule that cannot work is refused when it is loaded', () => {
  const place = 'binds[0].listeners[0].routes[0].policies.authorization.rules[1]';

  it('with its place and a caret', () => {
    expect(() => withRules([T, { deny: 'jwtt.sub == "alice"' }])).toThrow(
      `InvalidExpression ${place}.deny: unknown variable`,
    );
    expect(() => withRules([T, 'jwtt.sub == "alice"'])).toThrow('\n  jwtt.sub == "alice"\n  ^^^^');
  });

  it.each([
    'request.bodyPrefix == b"x"',
    'source.identity.namespace == "a"',
    'string(source) == ""',
    'proxy.listener.name == "a"',
  ])('where it reads what this gateway does not tell: %s', (rule) => {
    expect(() => withRules([T, rule])).toThrow(/authorization\.rules\[1\]: /);
  });
});
