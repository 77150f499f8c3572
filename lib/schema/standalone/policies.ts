import { has } from '../json';
import { exactlyOneOf, predicate } from '../rule';
import type { Definitions, Schema } from '../schema';
import { duration, flag, HOST, notRun, PORT, STATUS, text, texts } from './shared';

const API_KEY_HASH = '^sha256:[0-9a-fA-F]{64}$';

const LOCATION: Schema = {
  type: 'object',
  description: 'Where in a request the credential is.',
  properties: {
    header: {
      type: 'object',
      description: 'In this header.',
      properties: {
        name: { type: 'string', description: 'The name of the header.', minLength: 1 },
        prefix: text('What stands before the credential, such as `Bearer ` with its space.'),
      },
      required: ['name'],
    },
    queryParameter: named('In this parameter of the query.'),
    cookie: named('In this cookie.'),
  },
  unsupported: { expression: 'name a header, a query parameter or a cookie instead' },
  rules: [exactlyOneOf('header', 'queryParameter', 'cookie', 'expression')],
};

function named(description: string): Schema {
  return {
    type: 'object',
    description,
    properties: { name: { type: 'string', description: 'Its name.', minLength: 1 } },
    required: ['name'],
  };
}

const HEADER_VALUES: Schema = {
  type: 'object',
  description: 'Headers and their values.',
  additionalProperties: { type: 'string', sensitive: true },
};

const HOST_REWRITE: Schema = {
  description: 'The host: `full` with port, `host`, `port`, or `auto` or `none`.',
  nullable: true,
  anyOf: [
    { type: 'string', enum: ['auto', 'none'] },
    {
      type: 'object',
      properties: {
        full: { type: 'string', description: 'Host and port.' },
        host: { type: 'string', description: 'The host; the port stays.' },
        port: { ...PORT, description: 'The port; the host stays.', minimum: 1 },
      },
      rules: [exactlyOneOf('full', 'host', 'port')],
    },
  ],
};

const PATH_REWRITE: Schema = {
  type: 'object',
  description: 'The path.',
  nullable: true,
  properties: {
    full: { type: 'string', description: 'In place of all of it.' },
    prefix: { type: 'string', description: 'In place of the matched prefix.' },
  },
  rules: [exactlyOneOf('full', 'prefix')],
};

export const POLICY_DEFINITIONS: Definitions = {
  ApiKeyPolicy: {
    type: 'object',
    description: 'Lets in who has a key. The key is taken out of the request before it goes on.',
    nullable: true,
    properties: {
      mode: {
        type: 'string',
        description:
          '`strict` asks every request for a valid key, `optional` only checks keys that are sent, `permissive` refuses nobody. @default - optional',
        enum: ['strict', 'optional', 'permissive'],
      },
      location: LOCATION,
      keys: { type: 'array', description: 'The keys.', items: { $ref: '#/$defs/ApiKey' } },
    },
    required: ['keys'],
  },
  ApiKey: {
    type: 'object',
    description: 'A key, or its hash, and what is known of its owner.',
    properties: {
      key: { type: 'string', description: 'The key itself.', minLength: 1, sensitive: true },
      keyHash: {
        type: 'string',
        description: 'The SHA-256 of the key.',
        pattern: API_KEY_HASH,
        patternMeans: '`sha256:` and 64 hexadecimal digits',
        sensitive: true,
      },
      metadata: { description: 'What expressions and logs see of the owner.' },
      allowedModels: { ...texts('Models that the key may call.'), nullable: true },
    },
    rules: [exactlyOneOf('key', 'keyHash')],
  },
  Cors: {
    type: 'object',
    description: 'Which pages of other origins may call, from a browser.',
    nullable: true,
    properties: {
      allowCredentials: flag('Whether browsers may send cookies and credentials along.'),
      allowHeaders: texts('Request headers that pages may set.'),
      allowMethods: texts('Methods that may be called.'),
      allowOrigins: texts('Origins that may call.'),
      exposeHeaders: texts('Response headers that pages may read.'),
      maxAge: duration('How long a browser may remember the answer.'),
    },
  },
  HeaderModifier: {
    type: 'object',
    description: 'Changes headers.',
    nullable: true,
    properties: {
      add: HEADER_VALUES,
      set: HEADER_VALUES,
      remove: texts('Headers that are taken away.'),
    },
  },
  RequestRedirect: {
    type: 'object',
    description: 'Answers with another address.',
    nullable: true,
    properties: {
      scheme: text('The scheme of the new address.'),
      authority: HOST_REWRITE,
      path: PATH_REWRITE,
      status: { ...STATUS, nullable: true },
    },
  },
  UrlRewrite: {
    type: 'object',
    description: 'Changes host and path on the way to the backend.',
    nullable: true,
    properties: { authority: HOST_REWRITE, path: PATH_REWRITE },
  },
  RequestMirror: {
    type: 'object',
    description: 'Sends a copy of requests elsewhere.',
    nullable: true,
    properties: {
      backend: {
        type: 'object',
        description: 'Who gets the copies.',
        properties: { host: HOST },
        unsupported: notRun('service', 'backend', 'name', 'port'),
        rules: [
          predicate(
            'mirrorTarget',
            (self) => ['host', 'service', 'backend', 'name'].some((key) => has(self, key)),
            { path: 'host', message: '`host` is required here', code: 'Required' },
          ),
        ],
      },
      percentage: {
        type: 'number',
        description: 'The share that is copied, from 0 to 1.',
        minimum: 0,
        maximum: 1,
      },
    },
    required: ['backend', 'percentage'],
  },
  DirectResponse: {
    type: 'object',
    description: 'Answers requests without asking a backend.',
    nullable: true,
    properties: {
      status: STATUS,
      body: { type: 'string', description: 'The body of the answer.', sensitive: true },
    },
    unsupported: notRun('bodyExpression', 'headers', 'conditional'),
    rules: [
      predicate('statusRequired', (self) => has(self, 'status') || has(self, 'conditional'), {
        path: 'status',
        message: '`status` is required here',
        code: 'Required',
      }),
    ],
  },
  Timeout: {
    type: 'object',
    description: 'How long an answer may take.',
    nullable: true,
    properties: {
      requestTimeout: duration('The whole request, retries included.'),
      backendRequestTimeout: duration('One call to a backend.'),
    },
  },
  Retry: {
    type: 'object',
    description: 'Calls a backend again when it failed.',
    nullable: true,
    properties: {
      attempts: {
        type: 'integer',
        description: 'How many times more. @default - 1',
        minimum: 1,
        maximum: 255,
      },
      backoff: duration('How long to wait before each.'),
      codes: { type: 'array', description: 'Statuses that count as failed.', items: STATUS },
    },
    required: ['codes'],
    unsupported: notRun('precondition', 'condition'),
  },
  BackendHttp: {
    type: 'object',
    description: 'How HTTP is spoken to the backend.',
    nullable: true,
    properties: {
      version: {
        type: 'string',
        description: 'The version of HTTP. @default - that of the request',
        enum: ['HTTP/1.1', 'HTTP/2.0'],
        nullable: true,
      },
      requestTimeout: duration('How long one call may take.'),
    },
  },
};

const GATEWAY_PROPERTIES: Readonly<Record<string, Schema>> = {
  apiKey: { $ref: '#/$defs/ApiKeyPolicy' },
  cors: { $ref: '#/$defs/Cors' },
};

const GATEWAY_NOT_RUN = [
  'authorization',
  'basicAuth',
  'extAuthz',
  'extProc',
  'jwtAuth',
  'oidc',
  'transformations',
];

const ROUTE_NOT_RUN = [
  ...GATEWAY_NOT_RUN,
  'a2a',
  'ai',
  'backendAuth',
  'backendTLS',
  'backendTunnel',
  'buffer',
  'csrf',
  'delay',
  'localRateLimit',
  'mcpAuthentication',
  'mcpAuthorization',
  'mcpGuardrails',
  'remoteRateLimit',
];

const BACKEND_NOT_RUN = [
  'a2a',
  'ai',
  'authorization',
  'backendAuth',
  'backendTLS',
  'backendTunnel',
  'extAuthz',
  'health',
  'inferenceRouting',
  'mcpAuthorization',
  'mcpGuardrails',
  'sessionAffinity',
  'tcp',
  'transformations',
];

/** Which policies may stand at which place: before a route is chosen, on a route, on a backend. */
export const POLICY_PLACES = {
  gateway: { properties: GATEWAY_PROPERTIES, unsupported: notRun(...GATEWAY_NOT_RUN) },
  route: {
    properties: {
      ...GATEWAY_PROPERTIES,
      requestHeaderModifier: { $ref: '#/$defs/HeaderModifier' },
      responseHeaderModifier: { $ref: '#/$defs/HeaderModifier' },
      requestRedirect: { $ref: '#/$defs/RequestRedirect' },
      urlRewrite: { $ref: '#/$defs/UrlRewrite' },
      requestMirror: { $ref: '#/$defs/RequestMirror' },
      directResponse: { $ref: '#/$defs/DirectResponse' },
      timeout: { $ref: '#/$defs/Timeout' },
      retry: { $ref: '#/$defs/Retry' },
    },
    unsupported: notRun(...ROUTE_NOT_RUN),
  },
  backend: {
    properties: {
      requestHeaderModifier: { $ref: '#/$defs/HeaderModifier' },
      responseHeaderModifier: { $ref: '#/$defs/HeaderModifier' },
      requestRedirect: { $ref: '#/$defs/RequestRedirect' },
      http: { $ref: '#/$defs/BackendHttp' },
    },
    unsupported: notRun(...BACKEND_NOT_RUN),
  },
} as const satisfies Readonly<Record<string, Schema>>;
