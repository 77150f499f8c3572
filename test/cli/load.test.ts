import { describe, expect, it } from 'vitest';
import { load, prepare } from '../../lib/cli/load';
import type { Diagnostic } from '../../lib/diagnostic';
import { Runtime } from '../../lib/server/runtime';
import { Metrics } from '../../lib/telemetry/metrics';
import { Issuer } from '../support/tokens';

/** All that is said at a start, without messages: `error Code file:line:column object path`. */
function atStart(text: string, environment: Record<string, string> = {}): string[] {
  const variables = (name: string) => environment[name];
  const loaded = load([{ path: 'a.yaml', text }], { variables });
  const { gateways, diagnostics } = prepare(loaded.gateways, environment, () => {
    throw new Error('there is no such file');
  });
  const runtime = new Runtime({
    address: '127.0.0.1',
    ports: new Map(),
    resolutions: [],
    writeLog: () => {},
    metrics: new Metrics('0'),
    keySetChanged: () => {},
  });
  const compiled = runtime.check(gateways);
  return [...loaded.diagnostics, ...diagnostics, ...compiled].map(brief);
}

function brief({ severity, code, source, line, column, object, path }: Diagnostic): string {
  const place = line === undefined ? source : `${source}:${line}:${column}`;
  return [severity, code, place, object && `${object.kind} ${object.name}`, path]
    .filter(Boolean)
    .join(' ');
}

/** A standalone file, its policies from line 6 on. */
function file(...policies: string[]): string {
  const lines = policies.map((line) => `        ${line}`).join('\n');
  return `binds:
- port: 3000
  listeners:
  - routes:
    - policies:
${lines}
      backends: [{host: 127.0.0.1:9}]
`;
}

const ROUTE = 'binds[0].listeners[0].routes[0].policies';

describe('what is found when a standalone file is compiled has its place in it:', () => {
  const keys = { file: 'missing.json' };

  it.each<[string, string[], string]>([
    [
      'an expression',
      ['authorization:', "  rules: [{allow: 'requst.path == 1'}]"],
      `error InvalidExpression a.yaml:7:27 ${ROUTE}.authorization.rules[0].allow`,
    ],
    [
      'a rule without effect',
      ['authorization:', '  rules:', '  - deny: \'request.headers["a"] == "b"\''],
      `warning NoEffect a.yaml:8:19 ${ROUTE}.authorization.rules[0].deny`,
    ],
    [
      'a file',
      ['jwtAuth:', `  {mode: strict, issuer: a, audiences: [b], jwks: ${JSON.stringify(keys)}}`],
      `error Unreadable a.yaml:7:67 ${ROUTE}.jwtAuth.jwks.file`,
    ],
  ])('%s', (_, policies, expected) => {
    expect(atStart(file(...policies))).toEqual([expected]);
  });
});

function objects(action: string, expression: string, jwks = new Issuer().jwks()): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: agentgateway
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: callers}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
  traffic:
    jwtAuthentication:
      providers: [{issuer: a, audiences: [b], jwks: {inline: '${jwks}'}}]
    authorization:
      action: ${action}
      policy:
        matchExpressions:
        - ${expression}
`;
}

const RULE = 'spec.traffic.authorization.policy.matchExpressions[0]';

describe('what is wrong with an expression of an object is said once, of the object:', () => {
  it.each([
    ['Allow', 'token.sub == "alice"', 'error InvalidExpression'],
    ['Deny', 'jwt.sub == "mallory"', 'warning NoEffect'],
  ])('%s %s', (action, expression, expected) => {
    expect(atStart(objects(action, expression))).toEqual([
      `${expected} a.yaml:20:11 AgentgatewayPolicy callers ${RULE}`,
    ]);
  });
});

it('says once of private keys that stand in an object, of the object', () => {
  const issuer = new Issuer();
  const jwk = issuer.jwk(issuer.privateKey.export({ format: 'jwk' }));
  const text = objects('Allow', '\'jwt.sub == "a"\'', JSON.stringify({ keys: [jwk] }));
  const place =
    'AgentgatewayPolicy callers spec.traffic.jwtAuthentication.providers[0].jwks.inline';
  expect(atStart(text)).toEqual([`warning InvalidKey a.yaml:15:62 ${place}`]);
});

it('says of a variable that is not set only that', () => {
  const backend = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: models}
spec:
  parentRefs: [{name: edge}]
  rules: [{backendRefs: [{group: agentgateway.dev, kind: AgentgatewayBackend, name: models}]}]
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: models}
spec:
  ai: {provider: {openai: {}}}
  policies: {auth: {secretRef: {name: openai}}}
`;
  const text = `${objects('Allow', '\'jwt.sub == "a"\'')}---\n${backend}`;
  expect(atStart(text)).toEqual(['error VariableUnset gateway default/edge']);
  expect(atStart(text, { OPENAI_AUTHORIZATION: 'sk-demo-not-a-real-key' })).toEqual([]);
});
