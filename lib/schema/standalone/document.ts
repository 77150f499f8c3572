import { field, has, isObject } from '../json';
import { exactlyOneOf, predicate, unique } from '../rule';
import type { Definitions, Schema } from '../schema';
import { FRONTEND_POLICIES } from './frontend-policies';
import { POLICY_DEFINITIONS, POLICY_PLACES } from './policies';
import { SERVER_TLS, TLS_WITH_HTTPS } from './server-tls';
import { duration, EXACTLY_ONE_KEY, HOST, notRun, PORT, size, text, VALUE_MATCH } from './shared';

/** What agentgateway knows at each place where a backend is named; `host` and the like are run. */
const BACKEND_VARIANTS_NOT_RUN = ['internal', 'mcp', 'ai', 'aws'];
const ROUTE_BACKEND_VARIANTS_NOT_RUN = [
  ...BACKEND_VARIANTS_NOT_RUN,
  'service',
  'dynamic',
  'routeGroup',
];

const PROTOCOL: Schema = {
  type: 'string',
  description: 'What is spoken on the listener.',
  enum: ['HTTP', 'HTTPS'],
  unsupportedValues: ['TLS', 'TCP'],
  nullable: true,
};

const PATH_MATCH: Schema = {
  type: 'object',
  description: 'A condition on the path.',
  properties: {
    exact: { type: 'string', description: 'Exactly this path.' },
    pathPrefix: { type: 'string', description: 'This path and everything below it.' },
    regex: { type: 'string', description: 'A regular expression for the whole path.' },
  },
  rules: [exactlyOneOf('exact', 'pathPrefix', 'regex')],
};

/** `backend: name` loads and then answers 500 to every request: the slash ends an empty namespace. */
const SLASHED = predicate('slashed', (self) => String(self).includes('/'), {
  path: '',
  message: 'a backend is referred to with a slash before its name; without it every request fails',
  hint: 'write `/` and the name',
  severity: 'warning',
});

/** Unlike on a listener, a lone star is compared as it is. */
const NOT_BARE_STAR = predicate('notBareStar', (self) => self !== '*', {
  path: '',
  message: 'a route for the host `*` meets no request',
  hint: 'leave out `hostnames` for every host',
  severity: 'warning',
});

const ROUTE_PROPERTIES: Readonly<Record<string, Schema>> = {
  name: text('The name of the route, for logs and policies.'),
  namespace: text('A namespace for the name. @default - default'),
  ruleName: text('Ignored.'),
  hostnames: {
    type: 'array',
    description: 'Hosts the route is for: exact names or `*.example.com`. @default - all',
    items: { type: 'string', rules: [NOT_BARE_STAR] },
  },
  matches: {
    type: 'array',
    description: 'Which requests the route is for: those that meet any of these. @default - all',
    items: { $ref: '#/$defs/RouteMatch' },
  },
  policies: { $ref: '#/$defs/RoutePolicies', nullable: true },
  backends: {
    type: 'array',
    description: 'Where requests go, by weight.',
    items: { $ref: '#/$defs/RouteBackend' },
  },
};

const DEFINITIONS: Definitions = {
  ...POLICY_DEFINITIONS,
  GatewayPolicies: {
    type: 'object',
    description: 'What runs before a route is chosen.',
    ...POLICY_PLACES.gateway,
  },
  RoutePolicies: {
    type: 'object',
    description: 'What runs once a route is chosen.',
    ...POLICY_PLACES.route,
  },
  BackendPolicies: {
    type: 'object',
    description: 'How a backend is called.',
    ...POLICY_PLACES.backend,
  },
  RouteMatch: {
    type: 'object',
    description: 'Conditions on a request; all must hold.',
    properties: {
      path: PATH_MATCH,
      method: text('The method.'),
      headers: {
        type: 'array',
        description: 'Headers that the request must have.',
        items: { $ref: '#/$defs/NamedMatch' },
      },
      query: {
        type: 'array',
        description: 'Parameters that the query must have.',
        items: { $ref: '#/$defs/NamedMatch' },
      },
    },
  },
  NamedMatch: {
    type: 'object',
    description: 'A name and what its value must be.',
    properties: {
      name: { type: 'string', description: 'The name.', minLength: 1 },
      value: VALUE_MATCH,
    },
    required: ['name', 'value'],
  },
  RouteBackend: {
    type: 'object',
    description: 'A backend with its share of the requests.',
    properties: {
      weight: { type: 'integer', description: 'The share. @default - 1', minimum: 0 },
      policies: { $ref: '#/$defs/BackendPolicies', nullable: true },
      host: HOST,
      backend: {
        type: 'string',
        description: 'A slash and the name of an entry of `backends`.',
        minLength: 1,
        rules: [SLASHED],
      },
      invalid: {
        type: 'null',
        description: 'A backend that does not exist: its share is answered 500.',
      },
    },
    unsupported: notRun(...ROUTE_BACKEND_VARIANTS_NOT_RUN),
    rules: [
      predicate('exactlyOneBackend', (self) => countKeys(self, ROUTE_VARIANTS) === 1, {
        path: '',
        message: 'exactly one of `host`, `backend` or `invalid` is required here',
      }),
    ],
  },
  Listener: {
    type: 'object',
    description: 'A host name on a port, with its routes.',
    properties: {
      name: text('The name, for logs.'),
      namespace: text('A namespace for the name.'),
      hostname: text('Only requests for this host; empty or `*` for any.'),
      protocol: { ...PROTOCOL, unsupportedValues: ['TLS', 'TCP', 'HBONE'], nullable: false },
      tls: SERVER_TLS,
      policies: { $ref: '#/$defs/GatewayPolicies', nullable: true },
      routes: {
        type: 'array',
        description: 'The routes.',
        items: { $ref: '#/$defs/Route' },
        nullable: true,
      },
    },
    unsupported: notRun('tcpRoutes'),
    rules: [TLS_WITH_HTTPS],
  },
  Route: {
    type: 'object',
    description: 'What matches, what is done to it, and where it goes.',
    properties: ROUTE_PROPERTIES,
  },
  AttachedRoute: {
    type: 'object',
    description: 'A route with the gateways that it is for.',
    properties: {
      gateways: {
        description: 'Names of entries of `gateways`, or `name/listener`. @default - all',
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      },
      ...ROUTE_PROPERTIES,
    },
  },
  Gateway: {
    type: 'object',
    description: 'A port that is listened on.',
    properties: {
      port: PORT,
      protocol: PROTOCOL,
      tls: SERVER_TLS,
      listeners: {
        type: 'array',
        description: 'Host names on the port. @default - one for any host',
        items: { $ref: '#/$defs/GatewayListener' },
      },
      ...POLICY_PLACES.gateway.properties,
    },
    required: ['port'],
    unsupported: POLICY_PLACES.gateway.unsupported,
    rules: [
      predicate(
        'tlsForHttps',
        (self) => field(self, 'protocol') !== 'HTTPS' || has(self, 'tls') || has(self, 'listeners'),
        {
          path: 'tls',
          message: '`tls` is required for protocol HTTPS',
          hint: 'write `tls` with the paths `cert` and `key`',
          code: 'Required',
        },
      ),
    ],
  },
  GatewayListener: {
    type: 'object',
    description: 'A host name on the port of a gateway.',
    properties: {
      name: text('The name, for logs and for routes that name it.'),
      hostname: text('Only requests for this host; empty or `*` for any.'),
      protocol: PROTOCOL,
      tls: SERVER_TLS,
      ...POLICY_PLACES.gateway.properties,
    },
    unsupported: POLICY_PLACES.gateway.unsupported,
  },
  Bind: {
    type: 'object',
    description: 'A port with its listeners; the older form of `gateways`.',
    properties: {
      port: PORT,
      listeners: {
        type: 'array',
        description: 'The listeners.',
        items: { $ref: '#/$defs/Listener' },
      },
    },
    required: ['port', 'listeners'],
    unsupported: notRun('mode', 'tunnelProtocol'),
  },
  NamedBackend: {
    type: 'object',
    description: 'A backend that routes refer to.',
    properties: {
      name: { type: 'string', description: 'The name.', minLength: 1 },
      policies: { $ref: '#/$defs/BackendPolicies', nullable: true },
      host: HOST,
    },
    required: ['name'],
    unsupported: notRun(...BACKEND_VARIANTS_NOT_RUN),
    rules: [
      predicate('exactlyOneBackend', (self) => countKeys(self, NAMED_VARIANTS) === 1, {
        path: '',
        message: '`host` is required here',
        code: 'Required',
      }),
    ],
  },
  ResourceName: {
    type: 'object',
    description: 'A name in a namespace.',
    properties: {
      name: { type: 'string', description: 'The name.' },
      namespace: { type: 'string', description: 'The namespace.' },
    },
    required: ['name', 'namespace'],
  },
  TargetedPolicy: {
    type: 'object',
    description: 'A policy and what it applies to.',
    properties: {
      name: { $ref: '#/$defs/ResourceName' },
      target: { $ref: '#/$defs/PolicyTarget' },
      phase: {
        type: 'string',
        description: '`gateway` runs before a route is chosen. @default - route',
        enum: ['route', 'gateway'],
      },
      policy: { $ref: '#/$defs/RoutePolicies', rules: [EXACTLY_ONE_KEY] },
    },
    required: ['name', 'target', 'policy'],
    rules: [
      predicate('gatewayPhasePolicies', gatewayPhaseAllows, {
        path: 'policy',
        message: 'this policy needs a route, so it cannot run in phase `gateway`',
        hint: `in that phase run ${Object.keys(POLICY_PLACES.gateway.properties).join(', ')}`,
      }),
    ],
  },
  PolicyTarget: {
    type: 'object',
    description: 'A gateway or a route.',
    properties: {
      gateway: {
        type: 'object',
        description: 'A gateway, one of its listeners, or one of its ports.',
        properties: {
          gatewayName: { type: 'string', description: 'In a file always `default`.' },
          gatewayNamespace: { type: 'string', description: 'In a file always `default`.' },
          listenerName: text('One listener.'),
          port: { ...PORT, nullable: true },
        },
        required: ['gatewayName', 'gatewayNamespace'],
      },
      route: {
        type: 'object',
        description: 'A route by name.',
        properties: {
          name: { type: 'string', description: 'The name of the route.' },
          namespace: { type: 'string', description: 'Its namespace.' },
        },
        required: ['name', 'namespace'],
        unsupported: {
          ruleName: 'remove it: routes of a file have none, so the target would match nothing',
          kind: 'remove it: routes of a file have none, so the target would match nothing',
        },
      },
    },
    unsupported: notRun('backend', 'listenerSet'),
    rules: [exactlyOneOf('gateway', 'route', 'backend', 'listenerSet')],
  },
  Config: {
    type: 'object',
    description: 'Settings of the process, read once at start.',
    properties: {
      adminAddr: text('Where the admin page listens. @default - localhost:15000'),
      statsAddr: text('Where metrics are served. @default - [::]:15020'),
      readinessAddr: text('Where readiness is served. @default - [::]:15021'),
      connectionTerminationDeadline: duration('How long a drain lasts at the most.'),
      connectionMinTerminationDeadline: duration('How long a drain goes on accepting.'),
      logging: {
        type: 'object',
        description: 'The log.',
        nullable: true,
        properties: {
          format: {
            type: 'string',
            description: 'How lines are written.',
            enum: ['text', 'json'],
            nullable: true,
          },
          level: text('How much is logged.'),
        },
        unsupported: notRun('filter', 'fields', 'database'),
      },
      backend: {
        type: 'object',
        description: 'Connections to backends.',
        properties: {
          connectTimeout: duration('How long connecting may take.'),
          poolIdleTimeout: duration('How long an idle connection is kept.'),
          poolMaxSize: size('How many connections are kept for each backend.'),
        },
        unsupported: notRun('keepalives'),
      },
    },
    nullable: true,
    unsupported: notRun(
      'additionalTrustDomains',
      'caAddress',
      'caAuthToken',
      'clusterId',
      'customFunctions',
      'database',
      'dns',
      'enableIpv6',
      'gateway',
      'hbone',
      'histograms',
      'localXdsPath',
      'mcp',
      'metrics',
      'modelCatalog',
      'namespace',
      'network',
      'sensitiveHeaders',
      'serviceAccount',
      'session',
      'skipValidateTrustDomain',
      'spiffe',
      'standardAttributes',
      'storage',
      'tracing',
      'trustDomain',
      'workerThreads',
      'xdsAddress',
      'xdsAuthToken',
    ),
  },
};

const ROUTE_VARIANTS = ['host', 'backend', 'invalid', ...ROUTE_BACKEND_VARIANTS_NOT_RUN];
const NAMED_VARIANTS = ['host', ...BACKEND_VARIANTS_NOT_RUN];

function countKeys(self: unknown, keys: readonly string[]): number {
  return isObject(self) ? keys.filter((key) => Object.hasOwn(self, key)).length : 0;
}

/** Only policies that this gateway runs before a route is chosen; the others have findings of their own. */
function gatewayPhaseAllows(self: unknown): boolean {
  if (field(self, 'phase') !== 'gateway') return true;
  const keys = Object.keys((field(self, 'policy') ?? {}) as object);
  return keys.every(
    (key) =>
      !Object.hasOwn(POLICY_PLACES.route.properties, key) ||
      Object.hasOwn(POLICY_PLACES.gateway.properties, key),
  );
}

/** The standalone file, as agentgateway reads it, as far as this gateway runs it. */
export const STANDALONE: { readonly document: Schema; readonly definitions: Definitions } = {
  definitions: DEFINITIONS,
  document: {
    type: 'object',
    description: 'The configuration of a gateway in one file.',
    properties: {
      config: { $ref: '#/$defs/Config' },
      binds: {
        type: 'array',
        description: 'Ports, in the older form.',
        items: { $ref: '#/$defs/Bind' },
      },
      gateways: {
        type: 'object',
        description: 'Ports by name.',
        additionalProperties: { $ref: '#/$defs/Gateway' },
      },
      routes: {
        type: 'array',
        description: 'Routes of the entries of `gateways`.',
        items: { $ref: '#/$defs/AttachedRoute' },
      },
      backends: {
        type: 'array',
        description: 'Backends by name.',
        items: { $ref: '#/$defs/NamedBackend' },
        rules: [unique('name', (entry) => textOf(field(entry, 'name')))],
      },
      policies: {
        type: 'array',
        description: 'Policies with their targets.',
        items: { $ref: '#/$defs/TargetedPolicy' },
        rules: [
          unique('name', (entry) => {
            const name = field(entry, 'name');
            const both = [textOf(field(name, 'namespace')), textOf(field(name, 'name'))];
            return both.includes(undefined) ? undefined : both.join('/');
          }),
        ],
      },
      frontendPolicies: FRONTEND_POLICIES,
    },
    unsupported: notRun('workloads', 'services', 'routeGroups', 'tcpRoutes', 'llm', 'mcp', 'ui'),
  },
};

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
