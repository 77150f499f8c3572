import { SERVICE_NEEDS_PORT } from '../gateway-api/shared';
import { cel, exactlyOneOf, minimumDuration, type Rule } from '../rule';
import { DURATION, SCALARS } from '../scalars';
import type { Definitions, Schema } from '../schema';
import { CREDENTIAL_LOCATION_DEFINITIONS } from './credential-location';
import { HEADER_DEFINITIONS } from './headers';
import { SECRET_REFERENCE_DEFINITIONS } from './secret-reference';

export const AGENTGATEWAY = 'agentgateway.dev';

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

/** Parts that the kinds of agentgateway have in common. */
export const AGENTGATEWAY_DEFINITIONS: Definitions = {
  ...SCALARS,
  ...CREDENTIAL_LOCATION_DEFINITIONS,
  ...HEADER_DEFINITIONS,
  ...SECRET_REFERENCE_DEFINITIONS,
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
