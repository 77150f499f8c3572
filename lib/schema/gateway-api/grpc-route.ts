import { atLeastOneOf, atMostOneWith, cel, type Rule, union } from '../rule';
import type { Definitions, Kind } from '../schema';
import { PARENT_REFS, USE_DEFAULT_GATEWAYS } from './parents';
import {
  BACKEND_REF_PROPERTIES,
  MATCHES_IN_TOTAL,
  ROUTE_DEFINITIONS,
  RULE_NAMES,
  VALUE_MATCH_TYPE,
} from './route';
import { SESSION_PERSISTENCE } from './session-persistence';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS, ROUTE_HOSTNAMES } from './shared';

const FILTER_LIST_RULES: readonly Rule[] = ['RequestHeaderModifier', 'ResponseHeaderModifier'].map(
  (type) => atMostOneWith('type', type),
);

/** Protocol buffers' identifiers; names of services have dots between them. */
function nameRule(name: 'service' | 'method', pattern: string, example: string): Rule {
  return cel(`self.type != 'Exact' || !has(self.${name}) || self.${name}.matches(r'${pattern}')`, {
    path: name,
    message: `must be a name as protocol files have it, such as \`${example}\``,
    hint: 'or write type: RegularExpression',
  });
}

const DEFINITIONS: Definitions = {
  ...GATEWAY_API_DEFINITIONS,
  ...ROUTE_DEFINITIONS,
  SessionPersistence: SESSION_PERSISTENCE,
  GRPCRouteRule: {
    type: 'object',
    description: 'What matches, what is done to it, and where it goes.',
    properties: {
      name: {
        $ref: '#/$defs/DnsName',
        description: 'The name of the rule, which policies give as `sectionName`.',
      },
      matches: {
        type: 'array',
        description: 'Which calls the rule is for: those that meet any of these. @default - all',
        items: { $ref: '#/$defs/GRPCRouteMatch' },
        maxItems: 64,
        'x-kubernetes-list-type': 'atomic',
      },
      filters: {
        type: 'array',
        description: 'What is done to calls and answers of the rule.',
        items: { $ref: '#/$defs/GRPCRouteFilter' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: FILTER_LIST_RULES,
      },
      backendRefs: {
        type: 'array',
        description: 'Where calls go, by weight. @default - every call fails as unavailable',
        items: { $ref: '#/$defs/GRPCBackendRef' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
      },
      sessionPersistence: { $ref: '#/$defs/SessionPersistence', experimental: true },
    },
  },
  GRPCRouteMatch: {
    type: 'object',
    description: 'Conditions on a call; all must hold.',
    properties: {
      method: { $ref: '#/$defs/GRPCMethodMatch' },
      headers: {
        type: 'array',
        description: 'Metadata that the call must have.',
        items: { $ref: '#/$defs/HTTPHeaderMatch' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
  },
  GRPCMethodMatch: {
    type: 'object',
    description:
      'A condition on what is called. Write `service` and `method` both: with `service` alone agentgateway matches nothing useful.',
    properties: {
      type: {
        ...VALUE_MATCH_TYPE,
        description:
          '`Exact`; `RegularExpression` is left to the implementation, and agentgateway ignores such a match.',
      },
      service: {
        type: 'string',
        description: 'The service with its package: `shop.v1.Cart`. @default - any',
        maxLength: 1024,
      },
      method: { type: 'string', description: 'The method: `Add`. @default - any', maxLength: 1024 },
    },
    rules: [
      atLeastOneOf('service', 'method'),
      nameRule('service', '(?i)^\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$', 'shop.v1.Cart'),
      nameRule('method', '^[A-Za-z_][A-Za-z_0-9]*$', 'Add'),
    ],
  },
  GRPCRouteFilter: {
    type: 'object',
    description: 'One change; `type` says which, and the field of that name holds its settings.',
    properties: {
      type: {
        type: 'string',
        description: 'Which change it is. agentgateway has no ExtensionRef.',
        enum: ['ResponseHeaderModifier', 'RequestHeaderModifier', 'RequestMirror', 'ExtensionRef'],
      },
      requestHeaderModifier: {
        $ref: '#/$defs/HTTPHeaderFilter',
        description: 'Changes metadata on the way to the backend.',
      },
      responseHeaderModifier: {
        $ref: '#/$defs/HTTPHeaderFilter',
        description: 'Changes metadata on the way to the client.',
      },
      requestMirror: { $ref: '#/$defs/HTTPRequestMirrorFilter' },
      extensionRef: {
        $ref: '#/$defs/LocalObjectReference',
        description: 'A filter of an implementation’s own kind.',
      },
    },
    required: ['type'],
    rules: [
      union('type', {
        RequestHeaderModifier: 'requestHeaderModifier',
        ResponseHeaderModifier: 'responseHeaderModifier',
        RequestMirror: 'requestMirror',
        ExtensionRef: 'extensionRef',
      }),
    ],
  },
  GRPCBackendRef: {
    $ref: '#/$defs/BackendObjectReference',
    description: 'A backend with its share of the calls.',
    properties: {
      ...BACKEND_REF_PROPERTIES,
      filters: {
        type: 'array',
        description: 'What is done to the calls that this backend gets.',
        items: { $ref: '#/$defs/GRPCRouteFilter' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: FILTER_LIST_RULES,
      },
    },
  },
};

export const GRPC_ROUTE: Kind = {
  group: GATEWAY_API,
  kind: 'GRPCRoute',
  plural: 'grpcroutes',
  scope: 'Namespaced',
  versions: ['v1'],
  status: true,
  description:
    'Sends gRPC calls that a Gateway receives to backends, by host, service, method and metadata.',
  definitions: DEFINITIONS,
  spec: {
    type: 'object',
    description: 'Where the route attaches, for which hosts, and its rules.',
    properties: {
      parentRefs: PARENT_REFS,
      useDefaultGateways: USE_DEFAULT_GATEWAYS,
      hostnames: ROUTE_HOSTNAMES,
      rules: {
        type: 'array',
        description: 'The rules; for each call the most specific match decides.',
        items: { $ref: '#/$defs/GRPCRouteRule' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: [MATCHES_IN_TOTAL],
        inExperimental: { rules: [MATCHES_IN_TOTAL, RULE_NAMES] },
      },
    },
  },
};
