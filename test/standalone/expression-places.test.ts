import { describe, expect, it } from 'vitest';
import type { Phase } from '../../lib/cel/gateway/phase';
import { placesInFile, placesInObject } from '../../lib/standalone/expression-places';
import { check } from '../support/check';

/** Rules stand alone here: that nothing finds out who calls is no matter of expressions. */
function told(files: Record<string, string>): string[] {
  return check(files)
    .diagnostics.filter(({ code }) => code !== 'UnknownCaller')
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

function policy(spec: string): string {
  return `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: rules, namespace: shop}
spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], ${spec}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: agentgateway, listeners: [{name: http, port: 80, protocol: HTTP}]}
`;
}

function rule(expression: string, action = 'Allow', more = ''): string {
  const rules = JSON.stringify([expression]);
  return policy(
    `traffic: {${more}authorization: {action: ${action}, policy: {matchExpressions: ${rules}}}}`,
  );
}

function file(policies: string): string {
  return `gateways: {default: {port: 80}}
routes:
- {name: r, policies: ${policies}, backends: [{host: "a:1"}]}
`;
}

describe('a rule that cannot work as it reads', () => {
  const cases: [expression: string, action: string, found: string[]][] = [
    ['jwt.sub == "alice"', 'Allow', []],
    [
      'jwt.sub == alice',
      'Allow',
      ['error InvalidExpression: unknown variable `alice`; a text stands in quotes: "alice"'],
    ],
    [
      'jwtt.sub == "a"',
      'Require',
      ['error InvalidExpression: unknown variable `jwtt`; did you mean `jwt`?'],
    ],
    [
      'request.path.startWith("/a")',
      'Deny',
      ['error InvalidExpression: unknown function `startWith`; did you mean `startsWith`?'],
    ],
    ['jwt.sub == 5', 'Allow', ['error InvalidExpression: a string is never equal to an int']],
    [
      '"a" in jwt.sub',
      'Allow',
      [
        'error InvalidExpression: `in` takes a list or a map on its right, not a string; write `b.contains(a)`',
      ],
    ],
    [
      'mcp.tool.arguments.a == 1',
      'Allow',
      [
        'error InvalidExpression: `mcp` is not there in policies of routes; it is in authorization of MCP items; access logs, metrics and traces',
      ],
    ],
    [
      'jwt.sub = "a"',
      'Allow',
      [
        'error InvalidExpression: this is no CEL expression: unexpected `=`; equality is written `==`',
      ],
    ],
    ['false', 'Allow', ['warning NoEffect: this rule lets nobody pass: it is never true']],
    [
      'jwt.sub == "a" && jwt.sub == "b"',
      'Require',
      ['warning NoEffect: this rule keeps everybody out: `jwt.sub` is not two values at once'],
    ],
    [
      'jwt.sub == "a"',
      'Deny',
      [
        'warning NoEffect: this rule denies nobody where `jwt.sub` is missing; write `coalesce(jwt.sub == "a", true)`, which denies then as well, or ask first: `has(jwt.sub) && …`',
      ],
    ],
    ['has(jwt.sub) && jwt.sub == "a"', 'Deny', []],
    ['coalesce(jwt.sub == "a", true)', 'Deny', []],
    ['cidr("10.0.0.0/8").containsIP(source.address)', 'Deny', []],
  ];

  it.each(cases)('%s as %s is told of in objects', (expression, action, found) => {
    expect(told({ 'a.yaml': rule(expression, action) })).toEqual(found);
  });

  it.each(cases)('%s as %s is told of in files', (expression, action, found) => {
    const rules = JSON.stringify([{ [action.toLowerCase()]: expression }]);
    expect(told({ 'a.yaml': file(`{authorization: {rules: ${rules}}}`) })).toEqual(found);
  });

  it('is shown where it stands, in its line', () => {
    const text = `gateways: {default: {port: 80}}
routes:
- policies:
    authorization:
      rules:
      - |-
        has(jwt.sub) &&
        jwt.sub == alice
  backends: [{host: "a:1"}]
`;
    const found = check({ 'a.yaml': text }).diagnostics;
    const wrong = found.filter(({ code }) => code === 'InvalidExpression');
    expect(wrong.map(({ line, column }) => [line, column])).toEqual([[8, 20]]);
  });

  it('of a phase before routes reads no route, and a variable of the environment is not read', () => {
    const expression = 'proxy.route.name == "a"';
    expect(told({ 'a.yaml': rule(expression) })).toEqual([]);
    expect(told({ 'a.yaml': rule(expression, 'Allow', 'phase: PreRouting, ') })).toHaveLength(1);
    const known = file('{authorization: {rules: ["jwt.sub == $NAME"]}}');
    expect(told({ 'a.yaml': known })).toEqual([expect.stringContaining('VariableUnset')]);
  });

  it('may call functions that the configuration has of its own', () => {
    const text = file('{authorization: {rules: ["isAlice(jwt)"]}}');
    expect(told({ 'a.yaml': text })).toHaveLength(1);
    const own = `config: {customFunctions: "function isAlice(jwt) { jwt.sub == 'alice' }"}\n${text}`;
    expect(told({ 'a.yaml': own })).toEqual([]);
  });

  it('is no part of the verdict of an API server', () => {
    const files = { 'a.yaml': rule('jwtt.sub == "a"') };
    expect(check(files, { verdict: true }).diagnostics).toEqual([]);
  });
});

describe('where an expression stands', () => {
  const objects: [kind: string, path: string, phase: Phase][] = [
    ['AgentgatewayPolicy', 'traffic.authorization.policy.matchExpressions[0]', 'route'],
    ['AgentgatewayPolicy', 'traffic.jwtAuthentication.location.expression', 'route'],
    ['AgentgatewayPolicy', 'traffic.retry.precondition', 'route'],
    ['AgentgatewayPolicy', 'traffic.retry.condition', 'response'],
    ['AgentgatewayPolicy', 'traffic.transformation.request.set[1].value', 'route'],
    ['AgentgatewayPolicy', 'traffic.transformation.response.set[1].value', 'response'],
    ['AgentgatewayPolicy', 'traffic.transformation.conditional[0].condition', 'route'],
    [
      'AgentgatewayPolicy',
      'traffic.transformation.conditional[0].policy.response.body',
      'response',
    ],
    ['AgentgatewayPolicy', 'traffic.extAuth.http.path', 'route'],
    ['AgentgatewayPolicy', 'traffic.extAuth.http.responseMetadata.a', 'response'],
    [
      'AgentgatewayPolicy',
      'traffic.rateLimit.global.descriptors[0].entries[0].expression',
      'llm-usage',
    ],
    ['AgentgatewayPolicy', 'traffic.rateLimit.global.descriptors[0].cost', 'llm-usage'],
    ['AgentgatewayPolicy', 'backend.transformation.request.body', 'backend'],
    [
      'AgentgatewayPolicy',
      'backend.mcp.authorization.policy.matchExpressions[0]',
      'mcp-authorization',
    ],
    ['AgentgatewayPolicy', 'backend.ai.transformations[0].expression', 'llm-request'],
    ['AgentgatewayPolicy', 'backend.health.unhealthyCondition', 'response'],
    ['AgentgatewayPolicy', 'frontend.accessLog.attributes.add[0].expression', 'log'],
    ['AgentgatewayPolicy', 'frontend.tracing.randomSampling', 'gateway'],
    ['AgentgatewayPolicy', 'frontend.networkAuthorization.policy.matchExpressions[0]', 'network'],
    ['AgentgatewayBackend', 'policies.transformation.request.body', 'backend'],
    ['AgentgatewayBackend', 'policies.ai.promptGuard.response[0].webhook.headers.x', 'response'],
    ['AgentgatewayModel', 'virtualModel.conditional.targets[0].when', 'llm-request'],
  ];

  it.each(objects)('decides in %s what %s may read', (kind, path, phase) => {
    expect(placesInObject({ kind, spec: {} })(`spec.${path}`).phase).toBe(phase);
  });

  const files: [path: string, phase: Phase][] = [
    ['gateways.edge.authorization.rules[0]', 'gateway'],
    ['gateways.edge.listeners[0].authorization.rules[0].deny', 'gateway'],
    ['binds[0].listeners[0].policies.authorization.rules[0]', 'gateway'],
    ['binds[0].listeners[0].routes[0].policies.authorization.rules[0]', 'route'],
    ['binds[0].listeners[0].routes[0].backends[0].policies.authorization.rules[0]', 'backend'],
    ['routes[0].policies.mcpAuthorization.rules[0]', 'mcp-authorization'],
    ['routes[0].policies.transformations.response.body', 'response'],
    ['routes[0].policies.ai.transformations.max_tokens', 'llm-request'],
    ['policies[0].policy.authorization.rules[0]', 'route'],
    ['policies[1].policy.authorization.rules[0]', 'gateway'],
    ['policies[2].policy.authorization.rules[0]', 'backend'],
    ['frontendPolicies.accessLog.add.user', 'log'],
    ['frontendPolicies.networkAuthorization.rules[0]', 'network'],
    ['config.logging.fields.add.user', 'log'],
    ['llm.models[0].authorization.rules[0]', 'llm-request'],
  ];

  it.each(files)('decides in a file what %s may read', (path, phase) => {
    const policies = [
      { policy: {} },
      { policy: {}, phase: 'gateway' },
      { policy: {}, target: { backend: { backend: { name: 'a', namespace: 'b' } } } },
    ];
    expect(placesInFile({ policies })(path).phase).toBe(phase);
  });

  it('decides what it is for', () => {
    const spec = { traffic: { authorization: { action: 'Deny' } }, backend: { mcp: {} } };
    const inObject = placesInObject({ kind: 'AgentgatewayPolicy', spec });
    const inFile = placesInFile({});
    expect([
      inObject('spec.traffic.authorization.policy.matchExpressions[0]').use,
      inObject('spec.backend.mcp.authorization.policy.matchExpressions[0]').use,
      inObject('spec.traffic.retry.condition').use,
      inFile('routes[0].policies.authorization.rules[3]').use,
      inFile('routes[0].policies.authorization.rules[3].require').use,
      inFile('routes[0].policies.mcpAuthorization.rules[3].deny').use,
      inFile('routes[0].policies.directResponse.bodyExpression').use,
    ]).toEqual(['deny', 'allow', 'value', 'allow', 'require', 'deny', 'value']);
  });
});
