import { describe, expect, it } from 'vitest';
import { runAgw } from '../support/agw';
import { brief, check } from '../support/check';

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: agentgateway
  listeners:
  - {name: http, port: 80, protocol: HTTP}
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 80}]}
`;

function route(rule: string, name = 'cart', parents = 'parentRefs: [{name: edge}]'): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: ${name.startsWith('{') ? name : `{name: ${name}, namespace: shop}`}
spec:
  ${parents}
  rules: [{${rule}}]
`;
}

const ROUTE = route('backendRefs: [{name: cart, port: 80}]');

function policy(spec: string, target = 'kind: HTTPRoute, name: cart'): string {
  return `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: rules, namespace: shop}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, ${target}}]
  ${spec}
`;
}

/** What is found in documents of one file. */
function found(...documents: string[]): string[] {
  return brief(check({ 'a.yaml': documents.join('---\n') })).map((text) =>
    text.replace(/ a\.yaml:\d+:\d+/, ''),
  );
}

/** The messages and hints of what is found. */
function messages(...documents: string[]): string {
  const { diagnostics } = check({ 'a.yaml': documents.join('---\n') });
  return diagnostics.map(({ message, hint }) => `${message} (${hint})`).join('\n');
}

const ELSEWHERE = '{name: keys, namespace: other, port: 80}';
const OTHER_SERVICE = SERVICE.replace('cart, namespace: shop', 'keys, namespace: other');

describe('references of policies into another namespace', () => {
  it.each([
    ['traffic.extAuth', `traffic: {extAuth: {backendRef: ${ELSEWHERE}, http: {}}}`],
    [
      'traffic.rateLimit.global',
      `traffic: {rateLimit: {global: {domain: a, backendRef: ${ELSEWHERE}, descriptors: [{entries: [{name: a, expression: '"a"'}]}]}}}`,
    ],
    [
      'traffic.jwtAuthentication.providers[0].jwks.remote',
      `traffic: {jwtAuthentication: {providers: [{issuer: a, audiences: [a], jwks: {remote: {jwksPath: /keys, backendRef: ${ELSEWHERE}}}}]}}`,
    ],
  ])('are advice, as the controller asks for no grant of them by default: %s', (path, spec) => {
    const documents = [GATEWAY, ROUTE, SERVICE, OTHER_SERVICE, policy(spec)];
    expect(found(...documents)).toEqual([
      `warning RefNotPermitted spec.${path}.backendRef.namespace`,
    ]);
    expect(messages(...documents)).toContain('`route-and-policy`');
    const grant = `apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: a, namespace: other}
spec:
  from: [{group: agentgateway.dev, kind: AgentgatewayPolicy, namespace: shop}]
  to: [{group: '', kind: Service}]
`;
    expect(found(...documents, grant)).toEqual([]);
  });

  it('are advice for tracing too, which only a Gateway has', () => {
    const tracing = policy(
      `frontend: {tracing: {backendRef: ${ELSEWHERE}}}`,
      'kind: Gateway, name: edge',
    );
    expect(found(GATEWAY, OTHER_SERVICE, tracing)).toEqual([
      'warning RefNotPermitted spec.frontend.tracing.backendRef.namespace',
    ]);
  });

  it('stay an error for routes', () => {
    expect(found(GATEWAY, route(`backendRefs: [${ELSEWHERE}]`), OTHER_SERVICE)).toEqual([
      'error RefNotPermitted spec.rules[0].backendRefs[0].namespace',
    ]);
  });
});

describe('routes that hand their requests to other routes', () => {
  const child = route(
    'backendRefs: [{name: a, port: 80}]',
    '{name: child, namespace: team, labels: {team: a}}',
    '{}',
  ).replace('  {}\n', '');
  const service = SERVICE.replace('cart, namespace: shop', 'a, namespace: team');

  it.each(['child', '"*"', 'team=a'])(
    'reach children of another namespace, where a grant may be asked for: %s',
    (name) => {
      const parent = route(
        `backendRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: ${name}, namespace: team}]`,
      );
      const grant = `apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: delegation, namespace: team}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: gateway.networking.k8s.io, kind: HTTPRoute}]
`;
      expect(found(GATEWAY, parent, child, service)).toEqual([
        'warning RefNotPermitted spec.rules[0].backendRefs[0].namespace',
      ]);
      expect(found(GATEWAY, parent, child, service, grant)).toEqual([]);
    },
  );

  it.each(['chid', 'team=b'])('serve no other routes: %s', (name) => {
    const parent = route(
      `backendRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: ${name}, namespace: team}]`,
    );
    expect(found(GATEWAY, parent, child, service)).toContainEqual(
      'warning NoMatchingParent spec.parentRefs',
    );
  });
});

describe('listeners that can never work', () => {
  it.each([
    ['protocol: http', 'error NotSupported spec.listeners[0].protocol', 'did you mean `HTTP`?'],
    [
      'protocol: UDP',
      'error NotSupported spec.listeners[0].protocol',
      'no listeners of protocol `UDP`',
    ],
    [
      'protocol: HTTP, allowedRoutes: {namespaces: {from: Selector}}',
      'error Required spec.listeners[0].allowedRoutes.namespaces',
      'takes no routes at all',
    ],
    [
      'protocol: HTTP, allowedRoutes: {kinds: [{kind: TCPRoute}]}',
      'error InvalidKind spec.listeners[0].allowedRoutes.kinds[0].kind',
      'it can take `HTTPRoute`, `GRPCRoute`',
    ],
    [
      'protocol: HTTPS, tls: {certificateRefs: [{name: a}]}, allowedRoutes: {kinds: [{kind: HTTPRoute}, {group: example.com, kind: HTTPRoute}]}',
      'warning InvalidKind spec.listeners[0].allowedRoutes.kinds[1].kind',
      'cannot take routes of kind',
    ],
  ])('are found though no route names them: %s', (listener, expected, message) => {
    const gateway = GATEWAY.replace('protocol: HTTP', listener);
    expect(found(gateway).join()).toContain(expected);
    expect(messages(gateway)).toContain(message);
    expect(brief(check({ 'a.yaml': gateway }, { verdict: true }))).toEqual([]);
  });

  it('are found in a ListenerSet of one of its Gateways too', () => {
    const set = `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more, namespace: shop}
spec:
  parentRef: {name: edge}
  listeners: [{name: a, port: 81, protocol: UDP}]
`;
    expect(found(GATEWAY, set)).toEqual(['error NotSupported spec.listeners[0].protocol']);
  });

  it.each(['TLS, tls: {mode: Passthrough}', 'TCP', 'HBONE'])(
    'are none of those that only this gateway does not open: %s',
    (protocol) => {
      expect(found(GATEWAY.replace('protocol: HTTP', `protocol: ${protocol}`))).toEqual([]);
    },
  );
});

describe('policies that cannot work', () => {
  it('name the key set that is none, and show nothing of it', () => {
    const jwt = policy(
      'traffic: {jwtAuthentication: {providers: [{issuer: a, audiences: [a], jwks: {inline: nope}}]}}',
    );
    expect(found(GATEWAY, ROUTE, SERVICE, jwt)).toEqual([
      'warning InvalidKey spec.traffic.jwtAuthentication.providers[0].jwks.inline',
    ]);
    expect(messages(GATEWAY, ROUTE, SERVICE, jwt)).not.toContain('nope');
  });

  it('name the users without a hash, and show nothing of what may be a password', () => {
    const users = (list: string) => policy(`traffic: {basicAuthentication: {users: ${list}}}`);
    const bad = users("['alice:plaintext', 'nocolon', ':empty']");
    expect(found(GATEWAY, ROUTE, SERVICE, bad)).toEqual([
      'warning InvalidKey spec.traffic.basicAuthentication.users[0]',
      'warning InvalidKey spec.traffic.basicAuthentication.users[1]',
      'warning InvalidKey spec.traffic.basicAuthentication.users[2]',
    ]);
    expect(messages(GATEWAY, ROUTE, SERVICE, bad)).not.toMatch(/plaintext|nocolon|empty/);
    const good = users(
      "['a:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00', 'b:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'c:rl5FQj3OpnKEk', 'd:$6$a$b']",
    );
    expect(found(GATEWAY, ROUTE, SERVICE, good)).toEqual([]);
  });

  it('let any web site call with the credentials of its visitors, by a filter or a policy', () => {
    const cors = "{allowOrigins: ['*'], allowCredentials: true}";
    expect(found(GATEWAY, ROUTE, SERVICE, policy(`traffic: {cors: ${cors}}`))).toEqual([
      'warning AnyOriginWithCredentials spec.traffic.cors.allowOrigins',
    ]);
    const filter = `filters: [{type: CORS, cors: ${cors}}], `;
    expect(
      found(GATEWAY, route(`${filter}backendRefs: [{name: cart, port: 80}]`), SERVICE),
    ).toEqual(['warning AnyOriginWithCredentials spec.rules[0].filters[0].cors.allowOrigins']);
  });

  it('are said once by `agw run` as well', async () => {
    const cors = policy("traffic: {cors: {allowOrigins: ['*'], allowCredentials: true}}");
    const input = [GATEWAY, ROUTE, SERVICE, cors].join('---\n');
    const { code, stdout, stderr } = await runAgw(['run', '--validate-only', '-'], { input });
    expect(`${stdout}${stderr}`.match(/AnyOriginWithCredentials/g)).toHaveLength(1);
    expect(code).toBe(0);
  });

  const backend = (spec: string) => `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: a, namespace: shop}
spec: ${spec}
`;
  const sends = route(
    'backendRefs: [{group: agentgateway.dev, kind: AgentgatewayBackend, name: a}]',
  );

  it.each([
    ['{static: {host: "https://a.com:80", port: 443}}', 'spec.static.host'],
    ['{static: {host: "a.com/path", port: 443}}', 'spec.static.host'],
    [
      '{mcp: {targets: [{name: a, static: {host: "http://a.com", port: 80}}]}}',
      'spec.mcp.targets[0].static.host',
    ],
  ])('send to more than a host, whether a route uses them or not: %s', (spec, path) => {
    for (const documents of [[backend(spec)], [GATEWAY, sends, backend(spec)]]) {
      expect(found(...documents)).toEqual([`error Invalid ${path}`]);
      expect(messages(...documents)).not.toMatch(/standalone/);
    }
  });

  it('show no password that stands before a host', () => {
    const spec = '{static: {host: "https://me:hunter2@a.com", port: 443}}';
    expect(found(backend(spec))).toEqual(['error Invalid spec.static.host']);
    expect(messages(GATEWAY, sends, backend(spec))).not.toContain('hunter2');
  });

  it.each(['a.example.com', '10.0.0.1', '"2001:db8::1"', 'localhost'])(
    'are none with a host such as %s',
    (host) => {
      expect(found(GATEWAY, sends, backend(`{static: {host: ${host}, port: 80}}`))).toEqual([]);
    },
  );
});

describe('kinds that agentgateway does not read', () => {
  const to = (reference: string) => route(`backendRefs: [{${reference}, name: cart, port: 80}]`);

  it.each([
    ['group: gateway.kgateway.dev, kind: Backend', 'write the name of a Service'],
    ['group: example.com, kind: Foo', 'write the name of a Service'],
    ['group: agentgateway.dev, kind: Service', 'leave `group` out'],
    ['kind: AgentgatewayBackend', 'write `group: agentgateway.dev`'],
  ])('are no backends of its routes: %s', (reference, hint) => {
    expect(found(GATEWAY, SERVICE, to(reference))).toEqual([
      'error InvalidKind spec.rules[0].backendRefs[0].kind',
    ]);
    expect(messages(GATEWAY, SERVICE, to(reference))).toContain(hint);
  });

  it('are left to other controllers, and are a warning where nobody knows whose the route is', () => {
    const foreign = to('group: example.com, kind: Foo');
    const other = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: other}
spec: {controllerName: example.com/other}
`;
    const gateway = GATEWAY.replace('Name: agentgateway', 'Name: other');
    expect(found(gateway, foreign, other)).toEqual([
      'warning GatewayClassNotOurs spec.gatewayClassName',
    ]);
    expect(found(foreign)).toContainEqual('warning InvalidKind spec.rules[0].backendRefs[0].kind');
  });

  it('are no filters', () => {
    const filter = route(
      'filters: [{type: ExtensionRef, extensionRef: {group: example.com, kind: Foo, name: a}}], backendRefs: [{name: cart, port: 80}]',
    );
    expect(found(GATEWAY, SERVICE, filter)).toEqual([
      'error InvalidKind spec.rules[0].filters[0].extensionRef.kind',
    ]);
  });

  it('are no parameters of its Gateways', () => {
    const gateway = `${GATEWAY}  infrastructure: {parametersRef: {group: gateway.kgateway.dev, kind: GatewayParameters, name: a}}\n`;
    expect(found(gateway)).toEqual([
      'warning InvalidParameters spec.infrastructure.parametersRef.kind',
    ]);
  });

  const foreign = (
    kind: string,
    spec: string,
  ) => `apiVersion: ${kind.startsWith('X') ? 'gateway.networking.x-k8s.io' : 'gateway.kgateway.dev'}/v1alpha1
kind: ${kind}
metadata: {name: old, namespace: shop}
spec: ${spec}
`;
  const TARGET = '{group: gateway.networking.k8s.io, kind: HTTPRoute, name: cart}';

  it.each([
    ['TrafficPolicy', `{targetRefs: [${TARGET}], extAuth: {extensionRef: {name: a}}, ai: {}}`],
    [
      'TrafficPolicy',
      `{targetRefs: [${TARGET.replace('HTTPRoute, name: cart', 'Gateway, name: edge')}], ai: {}}`,
    ],
    ['XListenerSet', '{parentRef: {name: edge}, listeners: [{name: a, port: 81, protocol: HTTP}]}'],
  ])('are a warning where they point at what it runs: %s', (kind, spec) => {
    const old = foreign(kind, spec);
    expect(found(GATEWAY, ROUTE, SERVICE, old)).toEqual(['warning NotRead kind']);
    expect(brief(check({ 'a.yaml': [GATEWAY, old].join('---\n') }, { verdict: true }))).toEqual([]);
  });

  it.each([
    [
      'TrafficPolicy',
      '{targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: others}], ai: {}}',
    ],
    ['XListenerSet', '{parentRef: {name: others}, listeners: []}'],
    ['Backend', '{type: Static}'],
  ])('are nobody’s business elsewhere: %s', (kind, spec) => {
    expect(found(GATEWAY, ROUTE, SERVICE, foreign(kind, spec))).toEqual([]);
  });
});

describe('a policy that protects nothing', () => {
  const lost = policy('traffic: {timeouts: {request: 1s}}', 'kind: HTTPRoute, name: lost');

  it.each([
    ['an unknown field', (text: string) => text.replace('port: 80', 'prt: 80')],
    ['no name', (text: string) => text.replace('name: cart, namespace', 'namespace')],
    ['an unknown version', (text: string) => text.replace('/v1', '/v9')],
  ])('is an error beside a broken route with %s', (_name, breaking) => {
    const other = ROUTE.replace('name: cart,', 'name: good,');
    expect(found(GATEWAY, breaking(ROUTE), other, SERVICE, lost)).toContain(
      'error TargetNotFound spec.targetRefs[0].name',
    );
  });
});
