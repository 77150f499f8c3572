import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Diagnostic, hasErrors } from '../../lib/diagnostic';
import { validateStandalone } from '../../lib/schema/validate-standalone';
import { reportAnonymousAccess } from '../../lib/standalone/anonymous-access';
import type { StandaloneDocument } from '../../lib/standalone/document';
import { Findings } from '../../lib/standalone/findings';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';

const KEYED = '{ai: {name: m, provider: {openAI: {}}}, policies: {backendAuth: {key: demo-key}}}';
const FREE = '{host: models:80}';
const KEYS = 'keys: [{key: demo-key-of-alice}]';
const STRICT = `apiKey: {mode: strict, ${KEYS}}`;
const OPTIONAL = `apiKey: {mode: optional, ${KEYS}}`;
const EITHER = `jwtAuth: {mode: permissive, issuer: i, audiences: [a], jwks: '{"keys":[]}'}, apiKey: {mode: permissive, ${KEYS}, location: {header: {name: k}}}`;
const ANYWHERE = 'gateway: {gatewayName: default, gatewayNamespace: default';

function diagnosticsOf(text: string): readonly Diagnostic[] {
  const document: StandaloneDocument = parse(text);
  expect(validateStandalone(document)).toEqual([]);
  const findings = new Findings();
  reportAnonymousAccess(document, findings);
  return findings.diagnostics;
}

/** `code path` of what is found. */
function found(text: string): string[] {
  return diagnosticsOf(text).map(({ code, path }) => `${code} ${path}`);
}

interface Written {
  readonly backend?: string;
  readonly route?: string;
  readonly listener?: string;
  readonly beside?: string;
}

function bind({ backend = KEYED, route = '', listener = '', beside = '' }: Written): string[] {
  return found(`
binds:
- port: 3000
  listeners:
  - name: http
    ${listener}
    routes:
    - name: models
      policies: {${route}}
      backends: [${backend}]
${beside}`);
}

const ROUTE = 'binds[0].listeners[0].routes[0]';
const EXPOSED = [`ExposedCredentials ${ROUTE}.backends[0]`];

describe('credentials of a backend', () => {
  it.each<[what: string, written: Written]>([
    ['without any policy', {}],
    [
      'below a listener of optional keys that rules leave alone',
      { listener: `policies: {apiKey: {${KEYS}}}` },
    ],
    [
      'behind a rule that others meet as well',
      { route: `${EITHER}, authorization: {rules: ['has(jwt.sub) || request.method == "GET"']}` },
    ],
    [
      'behind an authorizer that fails open',
      { route: 'extAuthz: {host: "authz:9000", failureMode: allow}' },
    ],
    [
      'behind an authorizer for some',
      {
        route: `extAuthz: {conditional: [{condition: 'request.path == "/a"', host: "authz:9000"}]}`,
      },
    ],
    [
      'behind MCP authentication that lets others in',
      {
        route: `mcpAuthentication: {mode: optional, issuer: i, audiences: [a], resourceMetadata: {}}`,
      },
    ],
    [
      'behind a reason that is none',
      { route: `authorization: {rules: [{require: 'true // allow-anonymous: '}]}` },
    ],
  ])('%s are for anybody', (_, written) => {
    expect(bind(written).filter((one) => one.startsWith('Exposed'))).toEqual(EXPOSED);
  });

  it.each<[what: string, written: Written]>([
    ['strict at the route', { route: STRICT }],
    ['strict at the listener', { listener: `policies: {${STRICT}}` }],
    [
      'certificates of clients',
      { listener: 'protocol: HTTPS\n    tls: {cert: a, key: b, root: c}' },
    ],
    [
      'token or key',
      {
        route: `${EITHER}, authorization: {rules: [{require: 'has(jwt.sub) || has(apiKey.key)'}]}`,
      },
    ],
    [
      'rules before routing',
      {
        listener: `policies: {${EITHER}, authorization: {rules: [{deny: 'jwt == null && apiKey == null'}]}}`,
      },
    ],
    ['an authorizer', { route: 'extAuthz: {host: "authz:9000"}' }],
    [
      'an authorizer that refuses with another status',
      { route: 'extAuthz: {host: "authz:9000", failureMode: {denyWithStatus: 503}}' },
    ],
    [
      'an authorizer for those without a token',
      { route: `extAuthz: {conditional: [{condition: 'jwt == null', host: "authz:9000"}]}` },
    ],
    [
      'MCP authentication',
      { route: 'mcpAuthentication: {issuer: i, audiences: [a], resourceMetadata: {}}' },
    ],
    [
      'a reason',
      { route: `authorization: {rules: [{require: 'true // allow-anonymous: a demo'}]}` },
    ],
    [
      'a policy of the whole gateway',
      {
        beside: `policies: [{name: {name: p, namespace: n}, target: {${ANYWHERE}}}, policy: {${STRICT}}}]`,
      },
    ],
    [
      'a policy of the port',
      {
        beside: `policies: [{name: {name: p, namespace: n}, target: {${ANYWHERE}, port: 3000}}, phase: gateway, policy: {${STRICT}}}]`,
      },
    ],
    [
      'a policy of the listener',
      {
        beside: `policies: [{name: {name: p, namespace: n}, target: {${ANYWHERE}, listenerName: http}}, policy: {${STRICT}}}]`,
      },
    ],
    [
      'a policy of the route',
      {
        beside: `policies: [{name: {name: p, namespace: n}, target: {route: {name: models, namespace: default}}, policy: {${STRICT}}}]`,
      },
    ],
    [
      'an authorizer at the backend',
      { backend: KEYED.replace('policies: {', 'policies: {extAuthz: {host: "authz:9000"}, ') },
    ],
    ['no credentials', { backend: FREE }],
    ['no share of the requests', { backend: KEYED.replace('{ai', '{weight: 0, ai') }],
  ])('are for nobody else with %s', (_, written) => {
    expect(bind(written)).toEqual([]);
  });

  it('are for anybody where a nearer policy takes the place of a strict one', () => {
    const policies = `policies: [{name: {name: p, namespace: n}, target: {${ANYWHERE}}}, policy: {${STRICT}}}]`;
    expect(bind({ route: OPTIONAL, beside: policies })).toContain(EXPOSED[0]);
  });

  it('are found where a backend has a name, at every listener that serves the route', () => {
    const text = `
gateways:
  edge: {port: 3000}
  inner: {port: 3001, listeners: [{name: one, ${STRICT}}, {name: two}]}
routes:
- gateways: [edge, inner]
  backends: [{backend: /models}]
- gateways: inner/one
  backends: [{backend: /models}]
backends:
- name: models
  ai: {name: m, provider: {openAI: {}}}
  policies: {backendAuth: {key: demo-key}}
`;
    const messages = diagnosticsOf(text);
    expect(
      messages.map(({ path, message }) => [path, /listener `[^`]*`/.exec(message)?.[0]]),
    ).toEqual([
      ['routes[0].backends[0]', 'listener `edge`'],
      ['routes[0].backends[0]', 'listener `inner/two`'],
    ]);
  });

  it('stop no start', () => {
    const text = `binds: [{port: 3000, listeners: [{routes: [{backends: [${KEYED}]}]}]}]`;
    const { document } = readStandalone(text, { variables: () => undefined });
    const normal = normalizeStandalone(document!);
    expect(hasErrors(normal.diagnostics)).toBe(true);
    expect(normal.document).toBeDefined();
  });
});

describe('a policy that demands nothing', () => {
  const route = (policies: string) => bind({ backend: FREE, route: policies });

  it.each([
    [OPTIONAL, [`AnonymousPasses ${ROUTE}.policies.apiKey.mode`]],
    [EITHER, ['jwtAuth', 'apiKey'].map((name) => `AnonymousPasses ${ROUTE}.policies.${name}.mode`)],
    [
      `${OPTIONAL}, authorization: {rules: ['request.method == "GET"']}`,
      [`AnonymousPasses ${ROUTE}.policies.apiKey.mode`],
    ],
  ])('is a finding where no rule asks who calls: %s', (policies, expected) => {
    expect(route(policies)).toEqual(expected);
  });

  it.each([
    `${OPTIONAL}, authorization: {rules: ['has(apiKey.key) || request.method == "GET"']}`,
    `${OPTIONAL}, mcpAuthorization: {rules: ['mcp.tool.name == "echo"']}`,
    `${OPTIONAL}, jwtAuth: {mode: strict, issuer: i, audiences: [a], jwks: '{"keys":[]}'}`,
    // That is said already.
    `apiKey: {${KEYS}}`,
  ])('is none with %s', (policies) => {
    expect(route(policies)).toEqual([]);
  });

  it('is none where there is nothing to be had', () => {
    expect(bind({ backend: '', route: OPTIONAL })).toEqual([]);
  });
});

describe('a rule that asks who calls where nothing finds it out', () => {
  const JWT = `jwtAuth: {mode: strict, issuer: i, audiences: [a], jwks: '{"keys":[]}'}`;
  const ruled = (rule: string, policies = '') =>
    diagnosticsOf(`
binds:
- port: 3000
  listeners:
  - name: http
    routes:
    - {name: models, policies: {authorization: {rules: [${rule}]}${policies}}, backends: [${FREE}]}`);

  it.each([
    ['\'jwt.sub == "alice"\'', '', 'this rule lets nobody pass'],
    ["{require: 'has(jwt.sub) || has(apiKey.key)'}", '', 'this rule keeps everybody out'],
    ["{deny: 'has(jwt.banned) && jwt.banned'}", '', 'this rule denies nobody'],
    ["{deny: 'coalesce(jwt.banned, true) != false'}", '', 'this rule denies everybody'],
    ['\'apiKey.team == "shop"\'', `, ${JWT}`, 'this rule lets nobody pass'],
    ["'basicAuth.username == request.path'", `, ${STRICT}`, 'this rule lets nobody pass'],
  ])('is a finding: %s%s', (rule, policies, effect) => {
    expect(ruled(rule, policies)).toMatchObject([
      {
        severity: 'warning',
        code: 'UnknownCaller',
        path: expect.stringContaining(`${ROUTE}.policies.authorization.rules[0]`),
        message: `${effect}: it asks who calls, and no policy that runs before it finds that out`,
      },
    ]);
  });

  it('names the policy that is missing', () => {
    const [{ hint }] = ruled('\'jwt.sub == "a" && apiKey.team == "b"\'', `, ${STRICT}`);
    expect(hint).toBe(
      'write a policy for the route or what it is attached to: `jwtAuth` for `jwt`; or remove the rule',
    );
  });

  it.each([
    ['\'jwt.sub == "alice"\'', `, ${JWT}`],
    ["'has(jwt.sub) || has(apiKey.key)'", `, ${STRICT}`],
    ['\'has(jwt.sub) || request.path == "/public"\'', ''],
    ['{deny: \'has(jwt.sub) && jwt.sub == "mallory" || request.path == "/a"\'}', ''],
    ["{require: '!has(jwt.sub)'}", ''],
    ['\'extauthz.user == "alice"\'', ''],
    ["'false'", ''],
  ])(
    'is none where it tells requests apart, or asks for what is found out: %s%s',
    (rule, policies) => {
      expect(ruled(rule, policies)).toEqual([]);
    },
  );

  const listener = (rule: string, routes: readonly string[]) =>
    found(`
binds:
- port: 3000
  listeners:
  - name: http
    routes:
${routes.map((policies, index) => `    - {name: r${index}, policies: {${policies}}, backends: [${FREE}]}`).join('\n')}
policies:
- {name: {name: p, namespace: default}, target: {${ANYWHERE}}}, policy: {authorization: {rules: [${rule}]}}}`);

  it('is told of where that is so on all the routes that it counts for', () => {
    const rule = '\'jwt.sub == "alice"\'';
    const at = 'UnknownCaller policies[0].policy.authorization.rules[0]';
    expect(listener(rule, ['', STRICT])).toEqual([at]);
    expect(listener(rule, ['', JWT])).toEqual([]);
    expect(listener(rule, [JWT, ''])).toEqual([]);
  });

  it('is told of where it runs before tokens are looked at', () => {
    const early = (phase: string) =>
      found(`
binds:
- port: 3000
  listeners:
  - name: http
    routes:
    - {name: models, policies: {${JWT}}, backends: [${FREE}]}
policies:
- {name: {name: p, namespace: default}, phase: ${phase}, target: {${ANYWHERE}}}, policy: {authorization: {rules: ['has(jwt.sub)']}}}`);
    expect(early('gateway')).toEqual(['UnknownCaller policies[0].policy.authorization.rules[0]']);
    expect(early('route')).toEqual([]);
  });

  it('is none where the backend looks at tokens', () => {
    const asking = `{host: models:80, policies: {mcpAuthentication: {issuer: i, audiences: [a], jwks: {url: 'https://i.example/jwks'}, resourceMetadata: {}}}}`;
    const document = parse(`
binds:
- port: 3000
  listeners:
  - routes:
    - {policies: {authorization: {rules: ['has(jwt.sub)']}}, backends: [${asking}]}`);
    const findings = new Findings();
    reportAnonymousAccess(document, findings);
    expect(findings.diagnostics).toEqual([]);
  });
});

describe('a file whose variables are not filled in', () => {
  const ANYTHING = fc.oneof(
    fc.constantFrom('$VALUE', null, 1, {}, [], ['$VALUE'], [null], { rules: '$VALUE' }),
    fc.constantFrom({ rules: [1, { allow: 2 }, '$VALUE'] }, { key: 'demo-key' }, 'http'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const object = (...names: readonly string[]) =>
    fc.record(Object.fromEntries(names.map((name) => [name, ANYTHING])), { requiredKeys: [] });
  const policies = object('apiKey', 'jwtAuth', 'authorization', 'extAuthz', 'backendAuth');
  const list = <T>(entry: fc.Arbitrary<T>) =>
    fc.oneof(fc.array(fc.oneof(entry, ANYTHING), { maxLength: 2 }), ANYTHING);
  const backend = fc.record({ ai: ANYTHING, mcp: ANYTHING, policies, backend: ANYTHING });
  const route = fc.record({
    name: ANYTHING,
    policies,
    backends: list(backend),
    gateways: ANYTHING,
  });
  const listener = fc.record({ name: ANYTHING, tls: ANYTHING, policies, routes: list(route) });
  const file = fc.record({
    binds: list(fc.record({ port: ANYTHING, listeners: list(listener) })),
    gateways: fc.oneof(fc.dictionary(fc.constantFrom('default', 'a'), listener), ANYTHING),
    routes: list(route),
    backends: list(backend),
    policies: list(fc.record({ target: ANYTHING, phase: ANYTHING, policy: policies })),
  });

  it('is looked at all the same, whatever stands there', () => {
    fc.assert(
      fc.property(file, (document) => {
        expect(() => reportAnonymousAccess(document, new Findings())).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
