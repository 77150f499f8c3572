import { HEADER, SERVICE_NEEDS_PORT } from '../gateway-api/shared';
import { field, has } from '../json';
import { exactlyOneOf, minimumDuration, predicate } from '../rule';
import { DURATION, SCALARS } from '../scalars';
import type { Definitions, Schema } from '../schema';

export const AGENTGATEWAY = 'agentgateway.dev';

/**
 * Fields that are known by name and not read yet; the next issue states them. Whoever states one takes it out of the
 * table that mentions it.
 */
export function notYetStated(names: readonly string[]): Record<string, Schema> {
  const unread: Schema = {
    description: 'Passed on as it is.',
    'x-kubernetes-preserve-unknown-fields': true,
  };
  return Object.fromEntries(names.map((name) => [name, unread]));
}

/** A duration with a lower bound. */
export function duration(description: string, least?: string): Schema {
  const rules = least ? { rules: [minimumDuration(least)] } : {};
  return { $ref: '#/$defs/Duration', description, ...rules };
}

const NAMED: Schema = {
  type: 'string',
  description: 'Its name.',
  minLength: 1,
  maxLength: 256,
};

/** Parts that the kinds of agentgateway have in common. */
export const AGENTGATEWAY_DEFINITIONS: Definitions = {
  ...SCALARS,
  Duration: { ...DURATION, maxLength: 32 },
  /** CEL, which the gateway evaluates for each request. */
  Expression: {
    type: 'string',
    description: 'A CEL expression, evaluated for each request.',
    minLength: 1,
    maxLength: 16384,
  },
  HttpURL: {
    type: 'string',
    description: 'An `http` or `https` URL without query and credentials.',
    minLength: 1,
    maxLength: 1024,
    pattern: '^https?://[^/?#@]+(/[^?#]*)?$',
    patternMeans: 'an `http` or `https` URL without query, fragment and credentials',
    sensitive: true,
  },
  BackendReference: {
    type: 'object',
    description: 'A Service, or another kind that the gateway knows as a backend.',
    properties: {
      group: { $ref: '#/$defs/Group', default: '' },
      kind: { $ref: '#/$defs/KindName', default: 'Service' },
      name: { $ref: '#/$defs/ObjectName' },
      namespace: {
        $ref: '#/$defs/Namespace',
        description: 'Where the backend lives. @default - the namespace of the policy',
      },
      port: { $ref: '#/$defs/Port', description: 'The port of the Service.' },
    },
    required: ['name'],
    rules: [SERVICE_NEEDS_PORT],
  },
  SecretReference: {
    type: 'object',
    description: 'A Secret in the same namespace.',
    properties: {
      group: { type: 'string', description: 'Left out for a Secret.' },
      kind: { type: 'string', description: 'Left out for a Secret.' },
      name: { $ref: '#/$defs/ObjectName' },
    },
    required: ['name'],
    'x-kubernetes-map-type': 'atomic',
    rules: [
      predicate(
        'secretUnlessKindIsGiven',
        (self) => {
          const kind = field(self, 'kind') || '';
          return field(self, 'group') ? kind !== '' : kind === '' || kind === 'Secret';
        },
        {
          path: 'kind',
          message: 'without `group` only a Secret can be meant; another group needs its `kind`',
          hint: 'leave out both `group` and `kind` for a Secret',
        },
      ),
    ],
  },
  ObjectSelector: {
    type: 'object',
    description: 'Every object of the namespace that carries these labels.',
    properties: { matchLabels: { $ref: '#/$defs/LabelMap' } },
    required: ['matchLabels'],
  },
  HeaderLocation: {
    type: 'object',
    description: 'A header.',
    properties: {
      name: { $ref: '#/$defs/HeaderName' },
      prefix: {
        type: 'string',
        description:
          'What stands before the credential, such as `Bearer ` with its space. @default - nothing',
        minLength: 1,
        maxLength: 256,
      },
    },
    required: ['name'],
  },
  NamedLocation: {
    type: 'object',
    description: 'A query parameter or a cookie.',
    properties: { name: NAMED },
    required: ['name'],
  },
  CredentialLocation: {
    type: 'object',
    description: 'Where in a request the credential is.',
    properties: {
      header: { $ref: '#/$defs/HeaderLocation', description: 'In this header.' },
      queryParameter: {
        $ref: '#/$defs/NamedLocation',
        description: 'In this parameter of the query.',
      },
      cookie: { $ref: '#/$defs/NamedLocation', description: 'In this cookie.' },
      expression: { $ref: '#/$defs/Expression', description: 'What this expression gives.' },
    },
    rules: [exactlyOneOf('header', 'queryParameter', 'cookie', 'expression')],
  },
  HeaderValue: HEADER,
  HeaderModifier: {
    type: 'object',
    description: 'Changes headers.',
    properties: {
      set: {
        type: 'array',
        description: 'Headers that get this value, whatever they had before.',
        items: { $ref: '#/$defs/HeaderValue' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      add: {
        type: 'array',
        description: 'Headers that get this value besides those they have.',
        items: { $ref: '#/$defs/HeaderValue' },
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
  HeaderExpression: {
    type: 'object',
    description: 'A header whose value is computed.',
    properties: {
      name: { $ref: '#/$defs/HeaderName' },
      value: { $ref: '#/$defs/Expression' },
    },
    required: ['name', 'value'],
  },
  BackendHTTP: {
    type: 'object',
    description: 'How HTTP is spoken to the backend.',
    properties: {
      version: {
        type: 'string',
        description: '@default - that of the request; HTTP2 for gRPC',
        enum: ['HTTP1', 'HTTP2'],
      },
      requestTimeout: duration('How long one call may take. @default - no limit', '1ms'),
    },
  },
  BackendTCP: {
    type: 'object',
    description: 'How connections to the backend are made.',
    properties: {
      connectTimeout: duration('How long connecting may take. @default - 10s', '100ms'),
      keepalive: { $ref: '#/$defs/Keepalive' },
    },
  },
  Keepalive: {
    type: 'object',
    description: 'Probes on idle connections.',
    properties: {
      time: duration('How long a connection is idle before the first probe.', '1s'),
      interval: duration('The time between probes.', '1s'),
      retries: {
        type: 'integer',
        description: 'How many probes may stay without answer.',
        format: 'int32',
        minimum: 1,
        maximum: 64,
      },
    },
  },
};

export function isWritten(...path: string[]): (self: unknown) => boolean {
  return (self) => {
    const last = path[path.length - 1]!;
    const parent = path.slice(0, -1).reduce<unknown>((value, name) => field(value, name), self);
    return has(parent, last);
  };
}
