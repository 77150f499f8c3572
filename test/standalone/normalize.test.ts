import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../lib/diagnostic';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';
import { Variable } from '../../lib/standalone/variables';

/** All findings, of the schema and of the normal form. */
function load(text: string) {
  const read = readStandalone(text, { variables: () => undefined });
  if (!read.document) return read;
  const { document, diagnostics } = normalizeStandalone(read.document);
  return { document, diagnostics: [...read.diagnostics, ...diagnostics] };
}

function normalize(text: string) {
  const { document } = readStandalone(text, { variables: () => undefined });
  return normalizeStandalone(document!);
}

function findings(text: string): string {
  return load(text).diagnostics.map(formatDiagnostic).join('\n');
}

function normal(text: string) {
  const { document, diagnostics } = normalize(text);
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  return document!;
}

const GATEWAY = `gateways:
  edge:
    port: 80
    listeners:
    - {name: shop, hostname: Shop.Example.com}
    - {}
  admin: {port: 81, hostname: ignored}
`.replace(', hostname: ignored', '');

describe('the normal form of a document', () => {
  it('of the form `gateways` names listeners after them, and copies routes to where they attach', () => {
    const { binds } = normal(`${GATEWAY}routes:
- {name: all, gateways: edge, backends: [{host: 'localhost:1'}]}
- {gateways: [edge/listener1, admin], hostnames: [A.Example.com], backends: [{host: 'localhost:2'}]}
`);
    const listeners = binds.flatMap(({ port, listeners: entries }) =>
      entries.map((entry) => ({ port, ...entry })),
    );
    expect(
      listeners.map(({ port, path, name, hostname, routes }) => ({
        at: `${path} ${port} ${name} ${hostname}`,
        routes: routes.map((route) => `${route.namespace}/${route.name} ${route.hostnames}`),
      })),
    ).toEqual([
      { at: 'gateways.edge.listeners[0] 80 edge/shop shop.example.com', routes: ['default/all '] },
      {
        at: 'gateways.edge.listeners[1] 80 edge/listener1 ',
        routes: ['default/all ', 'default/route1 a.example.com'],
      },
      { at: 'gateways.admin 81 admin ', routes: ['default/route0 a.example.com'] },
    ]);
  });

  it('of the form `binds` says where each part stands, and what it leaves out', () => {
    expect(
      normal(`binds:
- port: 80
  listeners:
  - hostname: '*'
    routes:
    - matches: [{method: GET}]
      policies:
        timeout: {requestTimeout: 1m30s}
        retry: {codes: [503]}
        cors: {allowOrigins: ['https://a.example'], maxAge: 1m}
      backends:
      - backend: /app
        policies: {http: {requestTimeout: 2s}}
      - {host: 'unix:/run/x.sock', weight: 3}
      - {invalid: null, weight: 0}
backends:
- {name: app, host: 'app.example:8080', policies: {http: {version: HTTP/2.0, requestTimeout: 1s}}}
config:
  logging: {format: json}
  connectionTerminationDeadline: 10s
frontendPolicies:
  accessLog: {remove: [src.addr]}
`),
    ).toEqual({
      config: {
        adminAddr: 'localhost:15000',
        statsAddr: '[::]:15020',
        readinessAddr: '[::]:15021',
        logFormat: 'json',
        logRemove: ['src.addr'],
        drainMaximumMs: 10_000,
        drainMinimumMs: 0,
        connectTimeoutMs: 10_000,
        poolIdleTimeoutMs: 90_000,
        maxBufferSize: 2_097_152,
        http1MaxHeaders: 100,
        http1IdleTimeoutMs: 600_000,
        http1HeaderCase: 'lowercase',
        tlsHandshakeTimeoutMs: 15_000,
      },
      binds: [
        {
          path: 'binds[0]',
          port: 80,
          listeners: [
            {
              path: 'binds[0].listeners[0]',
              name: 'listener0',
              hostname: '',
              protocol: 'HTTP',
              policies: {},
              routes: [
                {
                  path: 'binds[0].listeners[0].routes[0]',
                  name: 'route0',
                  namespace: 'default',
                  hostnames: [],
                  matches: [{ path: { pathPrefix: '/' }, method: 'GET' }],
                  policies: {
                    timeout: { requestMs: 90_000 },
                    retry: { attempts: 1, backoffMs: 0, codes: [503] },
                    cors: { allowOrigins: ['https://a.example'], maxAgeSeconds: 60 },
                  },
                  backends: [
                    {
                      path: 'binds[0].listeners[0].routes[0].backends[0]',
                      weight: 1,
                      target: { host: 'app.example', port: 8080 },
                      policies: { httpVersion: 'HTTP/2.0', requestTimeoutMs: 2000 },
                    },
                    {
                      path: 'binds[0].listeners[0].routes[0].backends[1]',
                      weight: 3,
                      target: { unix: '/run/x.sock' },
                      policies: {},
                    },
                    {
                      path: 'binds[0].listeners[0].routes[0].backends[2]',
                      weight: 0,
                      target: 'invalid',
                      policies: {},
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
      policies: [],
    });
  });

  it('attaches a route without `gateways` to the gateway named default only', () => {
    const routes = 'routes: [{backends: []}]\n';
    const { binds } = normal(`gateways: {other: {port: 1}, default: {port: 2}}\n${routes}`);
    expect(binds.map(({ listeners }) => listeners[0]!.routes.length)).toEqual([0, 1]);
    expect(findings(`gateways: {other: {port: 1}}\n${routes}`)).toContain(
      'write `gateways: other`',
    );
  });

  it('warns that a file without a mode lets requests without a key pass', () => {
    const text = 'gateways: {default: {port: 80, apiKey: {keys: [{key: demo-key}]}}}\n';
    const { document, diagnostics } = normalize(text);
    expect(document!.binds[0]!.listeners[0]!.policies.apiKey).toEqual({
      path: 'gateways.default.apiKey',
      mode: 'optional',
      location: { header: { name: 'Authorization', prefix: 'Bearer ' } },
      keys: [{ key: 'demo-key' }],
    });
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      expect.stringMatching(
        /^warning OptionalByDefault gateways\.default\.apiKey\.mode.*\n.*`mode: strict`/,
      ),
    ]);
  });

  it('says that `allowedModels` limits nothing here', () => {
    const text =
      'gateways: {default: {port: 80, apiKey: {mode: strict, keys: [{key: demo-key, allowedModels: [a]}]}}}\n';
    expect(findings(text)).toContain(
      'warning NoEffect gateways.default.apiKey.keys[0].allowedModels',
    );
  });
});

const LISTENER = (listener: string) => `binds: [{port: 80, listeners: [${listener}]}]\n`;
const ROUTE = (route: string) => LISTENER(`{routes: [${route}]}`);
const POLICY = (policy: string) =>
  `${LISTENER('{name: http, routes: [{name: a, namespace: shop}]}')}policies: [${policy}]\n`;
const KEYS = 'policy: {apiKey: {mode: strict, keys: []}}';
const HERE = 'gatewayName: default, gatewayNamespace: default';

describe('a document is refused that', () => {
  it.each([
    ['opens no port', '{}', 'opens no port'],
    [
      'names no backend of the file',
      ROUTE('{backends: [{backend: /none}]}'),
      'no entry of `backends`',
    ],
    [
      'forgets the slash of a backend, which fails at run time only',
      `${ROUTE('{backends: [{backend: app}]}')}backends: [{name: app, host: 'a:1'}]`,
      'write `backend: /app`',
    ],
    [
      'names two backends alike',
      `${ROUTE('{backends: []}')}backends: [{name: app, host: 'a:1'}, {name: app, host: 'b:1'}]`,
      'error Duplicate backends[1]',
    ],
    [
      'has an IPv6 address as host',
      ROUTE("{backends: [{host: '[::1]:80'}]}"),
      'must be `host:port`',
    ],
    ['has a host without a port', ROUTE('{backends: [{host: localhost}]}'), 'must be `host:port`'],
    [
      'has a mirror without a port',
      ROUTE('{policies: {requestMirror: {backend: {host: a}, percentage: 1}}}'),
      'policies.requestMirror.backend.host',
    ],
    [
      'has a duration without a unit',
      ROUTE("{policies: {timeout: {requestTimeout: '10'}}}"),
      'must be a duration',
    ],
    ['has a bare star among hostnames', ROUTE("{hostnames: ['*']}"), 'leave `hostnames` out'],
    ['has a star inside a hostname', ROUTE("{hostnames: ['a.*.com']}"), 'wildcard'],
    ['has a URL for a hostname', LISTENER("{hostname: 'http://a', routes: []}"), 'not a host name'],
    ['has two routes of one name', ROUTE('{name: a}, {name: a}'), 'keep only one'],
    ['has a listener without routes', LISTENER('{name: a}'), '`routes: []`'],
    [
      'has HTTPS without certificate',
      LISTENER('{protocol: HTTPS, routes: []}'),
      '`tls` is required',
    ],
    [
      'has a certificate without HTTPS',
      LISTENER('{tls: {cert: a, key: b}, routes: []}'),
      'in clear text',
    ],
    [
      'mixes protocols on a port',
      LISTENER(
        '{routes: []}, {hostname: a.b, protocol: HTTPS, tls: {cert: a, key: b}, routes: []}',
      ),
      'cannot serve both HTTP and HTTPS',
    ],
    [
      'has two listeners of one hostname',
      LISTENER('{hostname: a.b, routes: []}, {hostname: A.B, routes: []}'),
      'HostnameConflict',
    ],
    [
      'has two listeners of one name',
      LISTENER('{name: a, routes: []}, {name: a, hostname: b.c, routes: []}'),
      'too',
    ],
    [
      'opens a port twice',
      'binds: [{port: 80, listeners: []}, {port: 80, listeners: []}]\ngateways: {a: {port: 80}}',
      'port 80 is already taken by `gateways.a`',
    ],
    [
      'writes settings beside the listeners of a gateway',
      'gateways: {a: {port: 80, protocol: HTTP, listeners: [{name: b}]}}',
      'takes only `port`',
    ],
    ['attaches a route to nothing', `${GATEWAY}routes: [{gateways: egde}]`, 'did you mean `edge`?'],
    [
      'protects another gateway',
      POLICY(
        `{name: {name: p, namespace: a}, target: {gateway: {gatewayName: edge, gatewayNamespace: default}}, ${KEYS}}`,
      ),
      'write `gatewayName: default`',
    ],
    [
      'protects a listener that is not there',
      POLICY(
        `{name: {name: p, namespace: a}, target: {gateway: {${HERE}, listenerName: htpp}}, ${KEYS}}`,
      ),
      'did you mean `http`?',
    ],
    [
      'protects a port that is not open',
      POLICY(`{name: {name: p, namespace: a}, target: {gateway: {${HERE}, port: 81}}, ${KEYS}}`),
      'no gateway listens on port 81',
    ],
    [
      'protects a route that is not there',
      POLICY(
        `{name: {name: p, namespace: a}, target: {route: {name: a, namespace: default}}, ${KEYS}}`,
      ),
      'there is no route `default/a`',
    ],
    [
      'has two policies that tie',
      POLICY(
        `{name: {name: p, namespace: a}, target: {gateway: {${HERE}}}, ${KEYS}}, {name: {name: q, namespace: a}, target: {gateway: {${HERE}}}, phase: route, ${KEYS}}`,
      ),
      'error Conflicted policies[1]',
    ],
    [
      'names two policies alike',
      POLICY(
        `{name: {name: p, namespace: a}, target: {gateway: {${HERE}}}, ${KEYS}}, {name: {name: p, namespace: a}, target: {gateway: {${HERE}}}, phase: gateway, ${KEYS}}`,
      ),
      'error Duplicate',
    ],
    [
      'runs a policy of a route before routes are chosen',
      POLICY(
        `{name: {name: p, namespace: a}, target: {route: {name: a, namespace: shop}}, phase: gateway, ${KEYS}}`,
      ),
      'never runs',
    ],
    [
      'runs a retry before routes are chosen',
      POLICY(
        `{name: {name: p, namespace: a}, target: {gateway: {${HERE}}}, phase: gateway, policy: {retry: {codes: []}}}`,
      ),
      'cannot run in phase `gateway`',
    ],
    [
      'gives a listener a policy twice, inline and by target',
      `${LISTENER('{name: http, routes: [], policies: {apiKey: {mode: strict, keys: []}}}')}policies: [{name: {name: p, namespace: a}, target: {gateway: {${HERE}, listenerName: http}}, phase: gateway, ${KEYS}}]`,
      'error Conflicted',
    ],
    [
      'has policies at a listener whose name another port has too',
      `binds: [{port: 80, listeners: [{routes: [], policies: {apiKey: {mode: strict, keys: []}}}]}, {port: 81, listeners: [{routes: []}]}]`,
      'applies these policies to all of them',
    ],
  ])('%s', (_, text, expected) => {
    const { document } = load(text);
    expect(findings(text)).toContain(expected);
    expect(document).toBeUndefined();
  });

  it('lives partly in an environment that nobody has asked', () => {
    const apiKey = { mode: 'strict' as const, keys: [{ key: new Variable('KEY') }] };
    const { document, diagnostics } = normalizeStandalone({
      gateways: { a: { port: 80, apiKey } },
    });
    expect(document).toBeUndefined();
    expect(diagnostics[0]?.message).toContain('$KEY');
  });
});
