import { cel, WILDCARD_ALONE } from '../rule';
import { DURATION, SCALARS } from '../scalars';
import type { Definitions, Schema } from '../schema';

export const GATEWAY_API = 'gateway.networking.k8s.io';

/** A Service is reached at one of its ports; other backends know theirs. */
export const SERVICE_NEEDS_PORT = cel(
  "self.group != '' || self.kind != 'Service' || has(self.port)",
  { path: 'port', message: '`port` is required for a Service', code: 'Required' },
);

/** A header and its value, as every kind writes them. */
export const HEADER: Schema = {
  type: 'object',
  description: 'A header and its value.',
  properties: {
    name: { $ref: '#/$defs/HeaderName' },
    value: {
      type: 'string',
      description: 'The value of the header.',
      minLength: 1,
      maxLength: 4096,
      sensitive: true,
    },
  },
  required: ['name', 'value'],
};

/** The experimental channel bounds what a header may hold. */
export const HEADER_VALUE_PATTERN: Schema = {
  pattern: '^[!-~]+([\\t ]?[!-~]+)*$',
  patternMeans: 'printable ASCII, with single spaces between words',
};

const LABEL_SELECTOR_REQUIREMENT: Schema = {
  type: 'object',
  description: 'A condition on one label.',
  properties: {
    key: { type: 'string', description: 'The label.' },
    operator: { type: 'string', description: '`In`, `NotIn`, `Exists` or `DoesNotExist`.' },
    values: {
      type: 'array',
      description: 'The values for `In` and `NotIn`.',
      items: { type: 'string' },
      'x-kubernetes-list-type': 'atomic',
    },
  },
  required: ['key', 'operator'],
};

/** Parts that the kinds of Gateway API have in common. */
export const GATEWAY_API_DEFINITIONS: Definitions = {
  ...SCALARS,
  Duration: DURATION,
  Hostname: {
    type: 'string',
    description: 'A host name; `*.example.com` stands for every name below `example.com`.',
    minLength: 1,
    maxLength: 253,
    pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    patternMeans:
      'a host name in lower case without port, such as `www.example.com` or `*.example.com`',
  },
  LabelSelector: {
    type: 'object',
    description: 'Picks objects by their labels; an empty one picks all.',
    properties: {
      matchLabels: { $ref: '#/$defs/LabelMap' },
      matchExpressions: {
        type: 'array',
        description: 'Conditions on labels; all must hold.',
        items: { $ref: '#/$defs/LabelSelectorRequirement' },
        'x-kubernetes-list-type': 'atomic',
      },
    },
    'x-kubernetes-map-type': 'atomic',
  },
  LabelSelectorRequirement: LABEL_SELECTOR_REQUIREMENT,
  SecretObjectReference: {
    type: 'object',
    description: 'A Secret; in another namespace only where a ReferenceGrant there allows it.',
    properties: {
      group: { $ref: '#/$defs/Group', default: '' },
      kind: { $ref: '#/$defs/KindName', default: 'Secret' },
      name: { $ref: '#/$defs/ObjectName' },
      namespace: {
        $ref: '#/$defs/Namespace',
        description: 'Where the Secret lives. @default - the namespace of the referring object',
      },
    },
    required: ['name'],
  },
  ObjectReference: {
    type: 'object',
    description: 'An object of any kind, possibly in another namespace.',
    properties: {
      group: { $ref: '#/$defs/Group' },
      kind: { $ref: '#/$defs/KindName' },
      name: { $ref: '#/$defs/ObjectName' },
      namespace: {
        $ref: '#/$defs/Namespace',
        description: 'Where the object lives. @default - the namespace of the referring object',
      },
    },
    required: ['group', 'kind', 'name'],
  },
  LocalObjectReference: {
    type: 'object',
    description: 'An object of any kind in the same namespace.',
    properties: {
      group: { $ref: '#/$defs/Group' },
      kind: { $ref: '#/$defs/KindName' },
      name: { $ref: '#/$defs/ObjectName' },
    },
    required: ['group', 'kind', 'name'],
  },
  BackendObjectReference: {
    type: 'object',
    description:
      'Where requests go: a Service, or another kind that the gateway knows as a backend.',
    properties: {
      group: { $ref: '#/$defs/Group', default: '' },
      kind: { $ref: '#/$defs/KindName', default: 'Service' },
      name: { $ref: '#/$defs/ObjectName' },
      namespace: {
        $ref: '#/$defs/Namespace',
        description:
          'Where the backend lives; another namespace must allow it with a ReferenceGrant. @default - the namespace of the route',
      },
      port: {
        $ref: '#/$defs/Port',
        description:
          'The port of the Service, which is not that of its pods. Other kinds may go without.',
      },
    },
    required: ['name'],
    rules: [SERVICE_NEEDS_PORT],
  },
  ParentReference: {
    type: 'object',
    description: 'What a route attaches to: a Gateway, or one of its listeners.',
    properties: {
      group: { $ref: '#/$defs/Group', default: GATEWAY_API },
      kind: { $ref: '#/$defs/KindName', default: 'Gateway' },
      name: { $ref: '#/$defs/ObjectName' },
      namespace: {
        $ref: '#/$defs/Namespace',
        description:
          'Where the parent lives; a listener there must allow routes of this namespace. @default - the namespace of the route',
      },
      sectionName: {
        $ref: '#/$defs/DnsName',
        description: 'The listener by name. @default - every listener that allows the route',
      },
      port: {
        $ref: '#/$defs/Port',
        description: 'Only listeners on this port. @default - any port',
      },
    },
    required: ['name'],
  },
  HTTPHeader: {
    ...HEADER,
    properties: {
      ...HEADER.properties,
      value: { ...HEADER.properties!.value, inExperimental: HEADER_VALUE_PATTERN },
    },
  },
  HTTPHeaderFilter: {
    type: 'object',
    description: 'Changes headers: first `set`, then `add`, then `remove`.',
    properties: {
      set: {
        type: 'array',
        description: 'Headers that get this value, whatever they had before.',
        items: { $ref: '#/$defs/HTTPHeader' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      add: {
        type: 'array',
        description: 'Headers that get this value besides those they have.',
        items: { $ref: '#/$defs/HTTPHeader' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      remove: {
        type: 'array',
        description: 'Headers that are taken away.',
        items: { type: 'string' },
        maxItems: 16,
        'x-kubernetes-list-type': 'set',
      },
    },
  },
  HTTPCORSFilter: corsSchema(),
};

/** Cross-origin rules, which HTTPRoute filters and AgentgatewayPolicy share. */
export function corsSchema(): Schema {
  return {
    type: 'object',
    description: 'Which pages of other origins may call, from a browser.',
    properties: {
      allowOrigins: {
        type: 'array',
        description:
          'Origins that may call: `https://app.example.com`, `https://*.example.com`, or `*` alone for all. @default - none',
        items: {
          type: 'string',
          minLength: 1,
          maxLength: 253,
          pattern:
            '(^\\*$)|(^(http(s)?):\\/\\/(((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9-]+|\\*)(:([0-9]{1,5}))?)$)',
          patternMeans:
            'an origin: `http` or `https`, a host, perhaps a port, and no path, such as `https://app.example.com`; or `*`',
        },
        maxItems: 64,
        'x-kubernetes-list-type': 'set',
        rules: [WILDCARD_ALONE],
      },
      allowCredentials: {
        type: 'boolean',
        description: 'Whether browsers may send cookies and credentials along. @default - false',
      },
      allowMethods: {
        type: 'array',
        description:
          'Methods that may be called, or `*` alone. @default - none beyond GET, HEAD and POST',
        items: {
          type: 'string',
          enum: [
            'GET',
            'HEAD',
            'POST',
            'PUT',
            'DELETE',
            'CONNECT',
            'OPTIONS',
            'TRACE',
            'PATCH',
            '*',
          ],
        },
        maxItems: 9,
        'x-kubernetes-list-type': 'set',
        rules: [WILDCARD_ALONE],
      },
      allowHeaders: {
        type: 'array',
        description: 'Request headers that pages may set, or `*` alone.',
        items: { $ref: '#/$defs/HeaderName' },
        maxItems: 64,
        'x-kubernetes-list-type': 'set',
        rules: [WILDCARD_ALONE],
      },
      exposeHeaders: {
        type: 'array',
        description: 'Response headers that pages may read.',
        items: { $ref: '#/$defs/HeaderName' },
        maxItems: 64,
        'x-kubernetes-list-type': 'set',
      },
      maxAge: {
        type: 'integer',
        description: 'How many seconds a browser may remember the answer.',
        format: 'int32',
        minimum: 1,
        default: 5,
      },
    },
  };
}

/** The hosts of a route that is chosen by the host of a request. */
export const ROUTE_HOSTNAMES: Schema = {
  type: 'array',
  description: 'Hosts the route is for, within those of the listener. @default - all of them',
  items: { $ref: '#/$defs/Hostname' },
  maxItems: 16,
  'x-kubernetes-list-type': 'atomic',
};
