import { HEADER, SERVICE_NEEDS_PORT } from '../gateway-api/shared';
import { field, has } from '../json';
import { atLeastOneOf, cel, exactlyOneOf, minimumDuration, type Rule } from '../rule';
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

/** What becomes of a request when a service that should be asked about it does not answer. */
export function failureMode(description: string): Schema {
  return {
    type: 'string',
    description: `${description} @default - FailClosed`,
    enum: ['FailClosed', 'FailOpen'],
  };
}

/** For what is reached by gRPC or CONNECT, where a path would go nowhere. */
export const URL_WITHOUT_PATH: Rule = cel(
  "!has(self.url) || self.url.matches('^https?://[^/?#]+$')",
  {
    path: 'url',
    message: 'the URL must end after host and port, without a path, even `/`',
    hint: 'write it like `http://host.example.com:9000`',
  },
);

/** Where something is: a backend of the cluster, or any URL. */
export const BACKEND_OR_URL: Rule = exactlyOneOf('backendRef', 'url');

const BACKEND_FIELDS: Readonly<Record<string, Schema>> = {
  group: { $ref: '#/$defs/Group', default: '' },
  kind: { $ref: '#/$defs/KindName', default: 'Service' },
  name: { $ref: '#/$defs/ObjectName' },
  port: {
    $ref: '#/$defs/Port',
    description: 'The port of the Service; other kinds may go without.',
  },
};

const SECRET_UNLESS_KIND_IS_GIVEN: readonly Rule[] = [
  cel("(has(self.group) && self.group != '') || !has(self.kind) || self.kind in ['', 'Secret']", {
    path: 'kind',
    message: 'without `group` only a Secret can be meant',
    hint: 'leave out both `group` and `kind` for a Secret',
  }),
  cel("!has(self.group) || self.group == '' || (has(self.kind) && self.kind != '')", {
    path: 'kind',
    message: '`kind` is required with `group`',
    hint: 'leave out both `group` and `kind` for a Secret',
    code: 'Required',
  }),
];

const SECRET_FIELDS: Readonly<Record<string, Schema>> = {
  group: {
    type: 'string',
    description:
      'The API group of what holds the credential. agentgateway itself reads Secrets alone. @default - the core group, which Secrets belong to',
  },
  kind: {
    type: 'string',
    description: 'The kind of what holds the credential. @default - Secret',
  },
  name: { $ref: '#/$defs/ObjectName', description: 'The name of the Secret.' },
};

const NAMED: Schema = {
  type: 'string',
  description: 'Its name.',
  minLength: 1,
  maxLength: 256,
};

const LOCATIONS: Readonly<Record<string, Schema>> = {
  header: { $ref: '#/$defs/HeaderLocation', description: 'In this header.' },
  queryParameter: {
    $ref: '#/$defs/NamedLocation',
    description: 'In this parameter of the query.',
  },
  cookie: { $ref: '#/$defs/NamedLocation', description: 'In this cookie.' },
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
  ByteSize: {
    description:
      'A number of bytes, `65536`, or a Kubernetes quantity, `64Ki` (65536) or `64k` (64000).',
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    minLength: 1,
    maxLength: 32,
    pattern:
      '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE](\\+?0*([0-9]|1[0-8])|-0*[0-9]))?$',
    patternMeans: 'a number of bytes such as `65536`, `64Ki` or `2Mi`',
    rules: [
      // Of a quantity the API server looks at the shape alone.
      cel(
        'type(self) == string || (self >= 1 && self <= 4294967295)',
        'must be between 1 and 4294967295 bytes',
      ),
    ],
  },
  BackendReference: {
    type: 'object',
    description: 'A Service, or another kind that the gateway knows as a backend.',
    properties: {
      ...BACKEND_FIELDS,
      namespace: {
        $ref: '#/$defs/Namespace',
        description:
          'Where the backend lives; another namespace must allow it with a ReferenceGrant. @default - the namespace of the object that refers to it',
      },
    },
    required: ['name'],
    rules: [SERVICE_NEEDS_PORT],
  },
  LocalBackendReference: {
    type: 'object',
    description: 'A Service of the same namespace, or another kind that serves models.',
    properties: BACKEND_FIELDS,
    required: ['name'],
    rules: [SERVICE_NEEDS_PORT],
  },
  SecretReference: {
    type: 'object',
    description: 'A Secret in the same namespace.',
    properties: SECRET_FIELDS,
    required: ['name'],
    'x-kubernetes-map-type': 'atomic',
    rules: SECRET_UNLESS_KIND_IS_GIVEN,
  },
  SecretKeyReference: {
    type: 'object',
    description: 'An entry of a Secret in the same namespace.',
    properties: {
      ...SECRET_FIELDS,
      key: {
        type: 'string',
        description:
          'Which entry of the Secret. @default - the one that the field around it names as its own',
        minLength: 1,
        maxLength: 253,
      },
    },
    required: ['name'],
    'x-kubernetes-map-type': 'atomic',
    rules: SECRET_UNLESS_KIND_IS_GIVEN,
  },
  NameReference: {
    type: 'object',
    description: 'An object of the same namespace, by its name.',
    properties: { name: { type: 'string', description: 'Its name.', default: '' } },
    'x-kubernetes-map-type': 'atomic',
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
      ...LOCATIONS,
      expression: { $ref: '#/$defs/Expression', description: 'What this expression gives.' },
    },
    rules: [exactlyOneOf('header', 'queryParameter', 'cookie', 'expression')],
  },
  /** As above, for credentials that are written: an expression is no place. */
  CredentialPlace: {
    type: 'object',
    description: 'Where in a request the credential is put.',
    properties: LOCATIONS,
    rules: [exactlyOneOf('header', 'queryParameter', 'cookie')],
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
  HeaderModifiers: {
    type: 'object',
    description:
      'Changes headers of requests and responses: first `add`, then `set`, then `remove`.',
    properties: {
      request: { $ref: '#/$defs/HeaderModifier', description: 'On the way to the backend.' },
      response: { $ref: '#/$defs/HeaderModifier', description: 'On the way to the client.' },
    },
    rules: [atLeastOneOf('request', 'response')],
  },
  HeaderOrPseudoName: {
    type: 'string',
    description:
      'The name of a header, upper and lower case being the same; or one of `:authority`, `:method`, `:path`, `:scheme` and `:status`.',
    minLength: 1,
    maxLength: 256,
    pattern: "^:?[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
    patternMeans:
      'the name of a header: letters, digits and `-`, without spaces; or one such as `:path`',
    rules: [
      cel(
        "!self.startsWith(':') || self in [':authority', ':method', ':path', ':scheme', ':status']",
        'of the names with a colon there are only `:authority`, `:method`, `:path`, `:scheme` and `:status`',
      ),
    ],
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
  Keepalive: {
    type: 'object',
    description: 'Probes on idle connections.',
    properties: {
      time: duration('How long a connection is idle before the first probe. @default - 3m', '1s'),
      interval: duration('The time between probes. @default - 3m', '1s'),
      retries: {
        type: 'integer',
        description:
          'How many probes may stay without answer before the connection is closed. @default - 9',
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
