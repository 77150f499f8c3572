import { ApiObject, JsonPatch } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { activation } from '../../../lib/cel/gateway/activation';
import { checkExpression } from '../../../lib/cel/gateway/check-expression';
import { compileRule } from '../../../lib/cel/gateway/rule';
import { Cel } from '../../../lib/constructs/cel';
import { HttpRoute } from '../../../lib/constructs/http-route';
import { AuthorizationPolicy, OnFailure } from '../../../lib/constructs/policies/authorization';
import { chart, gateway, service, spec, synthesized } from '../trees';

const ALICE = Cel.of('jwt.sub == "alice"');

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  const rule = route.addRule(service(scope), { name: 'main' });
  return { scope, edge, route, rule };
}

function denied(expression: string, jwt?: Record<string, unknown>): boolean {
  const { scope, route } = tree();
  new AuthorizationPolicy(scope, 'Rules', { target: route, deny: [Cel.of(expression)] });
  const { traffic } = spec(scope, 'AgentgatewayPolicy') as {
    traffic: { authorization: { policy: { matchExpressions: [string] } } };
  };
  const { rule } = compileRule(traffic.authorization.policy.matchExpressions[0], 'route');
  if (!rule) throw new Error('the rule does not compile');
  return rule.matches(activation({ jwt }));
}

describe('an AuthorizationPolicy', () => {
  it('writes one object for each list', () => {
    const { scope, route } = tree();
    new AuthorizationPolicy(scope, 'Rules', {
      target: route,
      allow: [ALICE, Cel.of('jwt.sub == "bob"')],
      deny: [Cel.of('jwt.team == "guests"'), Cel.of('request.path == "/admin"')],
      require: [Cel.of('has(jwt.email)')],
    });
    const policies = synthesized(scope, 'AgentgatewayPolicy');
    expect(policies.map(({ metadata }) => metadata.name)).toEqual([
      'test-rules-allow',
      'test-rules-deny',
      'test-rules-require',
    ]);
    expect(
      policies.map(({ spec }) => (spec.traffic as { authorization: unknown }).authorization),
    ).toEqual([
      {
        action: 'Allow',
        policy: { matchExpressions: ['jwt.sub == "alice"', 'jwt.sub == "bob"'] },
      },
      {
        action: 'Deny',
        policy: {
          matchExpressions: [
            'coalesce(jwt.team == "guests", true)',
            // Every request has a path.
            'request.path == "/admin"',
          ],
        },
      },
      { action: 'Require', policy: { matchExpressions: ['has(jwt.email)'] } },
    ]);
  });

  it.each([
    ['that holds', { sub: 'mallory' }, true],
    ['that does not hold', { sub: 'alice' }, false],
    ['that fails', {}, true],
    ['that finds no token', undefined, true],
  ])('with a rule to deny %s', (_, jwt, expected) => {
    expect(denied('jwt.sub == "mallory"', jwt)).toBe(expected);
    expect(denied('jwt.sub == "mallory" // the attacker', jwt)).toBe(expected);
  });

  it.each(['jwt.banned', 'has(jwt.banned) && jwt.banned', 'default(jwt.banned, false)'])(
    'denies by %s whomever it does not name as let in',
    (rule) => {
      const banned = (value: unknown) => denied(rule, { banned: value });
      expect([true, 'true', 'false', '', 1, 0, [], {}].filter((value) => !banned(value))).toEqual(
        [],
      );
      expect(banned(false)).toBe(false);
    },
  );

  it.each([
    ['jwt.banned', 'coalesce(jwt.banned, true) != false'],
    // agentgateway gives the last term of `||` as it is, whatever it is.
    ['jwt.a == 1 || jwt.banned', 'coalesce(jwt.a == 1 || jwt.banned, true) != false'],
    ['has(jwt.banned) && jwt.banned', 'coalesce(has(jwt.banned) && jwt.banned, true)'],
    ['!jwt.allowed', 'coalesce(!jwt.allowed, true)'],
    ['jwt.level < 3', 'coalesce(jwt.level < 3, true)'],
    ['true ? jwt.a : jwt.b == 1', 'coalesce(true ? jwt.a : jwt.b == 1, true) != false'],
  ])('writes a rule to deny %s so that only false lets in', (rule, written) => {
    const { scope, route } = tree();
    new AuthorizationPolicy(scope, 'Rules', { target: route, deny: [Cel.of(rule)] });
    expect(spec(scope, 'AgentgatewayPolicy')).toMatchObject({
      traffic: { authorization: { action: 'Deny', policy: { matchExpressions: [written] } } },
    });
    expect(checkExpression(written, 'route', 'deny')).toEqual([]);
  });

  it.each([
    ['jwt.banned', 'coalesce(jwt.banned, false) == true'],
    ['jwt.team == "guests"', 'coalesce(jwt.team == "guests", false)'],
    ['request.path == "/admin"', 'request.path == "/admin"'],
  ])('denies by %s only where it is true, if failures are to be ignored', (rule, written) => {
    const { scope, route } = tree();
    const deny = [Cel.of(rule)];
    new AuthorizationPolicy(scope, 'Rules', { target: route, deny, onFailure: OnFailure.IGNORE });
    expect(spec(scope, 'AgentgatewayPolicy')).toMatchObject({
      traffic: { authorization: { action: 'Deny', policy: { matchExpressions: [written] } } },
    });
    expect(checkExpression(written, 'route', 'deny')).toEqual([]);
  });

  it('lets rules of all levels stand beside each other', () => {
    const { scope, edge, route, rule } = tree();
    const targets = [edge, edge.listener('http'), route, rule];
    targets.forEach((target, index) => {
      new AuthorizationPolicy(scope, `Rules${index}`, { target, require: [ALICE] });
    });
    const policies = synthesized(scope, 'AgentgatewayPolicy');
    expect(policies.map(({ spec }) => (spec.targetRefs as object[])[0])).toMatchObject([
      { kind: 'Gateway' },
      { kind: 'Gateway', sectionName: 'http' },
      { kind: 'HTTPRoute' },
      { kind: 'HTTPRoute', sectionName: 'main' },
    ]);
    for (const { spec } of policies) expect(spec).not.toHaveProperty('strategy');
  });

  it('of one list is one object, which can be patched', () => {
    const { scope, route } = tree();
    const rules = new AuthorizationPolicy(scope, 'Rules', {
      metadata: { name: 'rules' },
      target: route,
      allow: [ALICE],
    });
    ApiObject.of(rules).addJsonPatch(JsonPatch.add('/metadata/labels', { team: 'shop' }));
    expect(synthesized(scope, 'AgentgatewayPolicy')[0].metadata).toEqual({
      name: 'rules',
      labels: { team: 'shop' },
    });
  });

  it.each([
    [{}, 'AuthorizationPolicy test/Rules has no rule; give it `allow`, `deny` or `require`'],
    [{ allow: [], deny: [] }, 'AuthorizationPolicy test/Rules has no rule'],
    [
      { allow: [ALICE], deny: [ALICE], metadata: { name: 'rules' } },
      'AuthorizationPolicy test/Rules would write 2 objects with the name `rules`, one for each list; leave metadata.name out',
    ],
    [
      { require: Array.from({ length: 257 }, () => ALICE) },
      'AuthorizationPolicy test/Rules takes at most 256 rules in `require`, got 257',
    ],
  ])('that says nothing, or too much, is refused: %#', (props, message) => {
    const { scope, route } = tree();
    const build = () => new AuthorizationPolicy(scope, 'Rules', { target: route, ...props });
    expect(build).toThrow(message);
  });

  it.each([
    [
      { allow: [Cel.of('response.code == 200')] },
      'a rule of AuthorizationPolicy test/Rules cannot work: `response` is not there in policies of routes',
    ],
    [
      { require: [Cel.of('mcp.tool.name == "add"')] },
      'a rule of AuthorizationPolicy test/Rules cannot work: `mcp` is not there in policies of routes',
    ],
    [
      { allow: [Cel.of('jwt.sub == "alice" && 1 == 2')] },
      'a rule of AuthorizationPolicy test/Rules has no meaning: this rule lets nobody pass',
    ],
  ])('with a rule that cannot do what it is there for is refused: %#', (props, message) => {
    const { scope, route } = tree();
    const build = () => new AuthorizationPolicy(scope, 'Rules', { target: route, ...props });
    expect(build).toThrow(message);
  });

  it('takes no text for a rule, which JavaScript lets through', () => {
    const { scope, route } = tree();
    const rules = ['jwt.sub == "alice"'] as unknown as Cel[];
    const build = () => new AuthorizationPolicy(scope, 'Rules', { target: route, allow: rules });
    expect(build).toThrow(
      'AuthorizationPolicy test/Rules has a text in `allow`: jwt.sub == "alice"; write it as Cel.of(…)',
    );
  });

  it('closes a route where that is said', () => {
    const { scope, route } = tree();
    new AuthorizationPolicy(scope, 'Closed', { target: route, require: [Cel.of('false')] });
    expect(spec(scope, 'AgentgatewayPolicy')).toMatchObject({
      traffic: { authorization: { action: 'Require', policy: { matchExpressions: ['false'] } } },
    });
  });

  it('has no meaning on a backend', () => {
    const { scope } = tree();
    const build = () =>
      new AuthorizationPolicy(scope, 'Rules', {
        target: service(scope, 'other'),
        allow: [ALICE],
      });
    expect(build).toThrow('sets `traffic` on a Service; target the route or the Gateway instead');
  });
});
