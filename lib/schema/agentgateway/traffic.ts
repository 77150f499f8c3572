import { corsSchema } from '../gateway-api/shared';
import { entries, has } from '../json';
import { atLeastOneOf, atMostOneOf, exactlyOneOf, forbidden, ifThen, predicate } from '../rule';
import type { Definitions, Schema } from '../schema';
import { AUTHORIZATION_DEFINITIONS } from './authorization';
import { JWT_DEFINITIONS } from './jwt';
import { duration, notYetStated } from './shared';

/** Known by name; the next issue states them. */
const NOT_YET_STATED = [
  'basicAuthentication',
  'buffer',
  'csrf',
  'delay',
  'extAuth',
  'extProc',
  'rateLimit',
  'transformation',
];

/** What needs a route, and so cannot run before one is chosen. */
const POST_ROUTING_ONLY = [
  'buffer',
  'csrf',
  'delay',
  'directResponse',
  'headerModifiers',
  'hostRewrite',
  'rateLimit',
  'retry',
  'timeouts',
];

const RESPONSE_PARTS: Readonly<Record<string, Schema>> = {
  status: {
    type: 'integer',
    description: 'The status of the answer.',
    format: 'int32',
    minimum: 200,
    maximum: 599,
  },
  headers: {
    type: 'array',
    description: 'Headers of the answer.',
    items: { $ref: '#/$defs/HeaderExpression' },
    minItems: 1,
    maxItems: 16,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
  body: {
    type: 'string',
    description: 'The body of the answer, as it is. @default - none',
    minLength: 1,
    maxLength: 4096,
    sensitive: true,
  },
  bodyExpression: {
    $ref: '#/$defs/Expression',
    description: 'An expression that gives the body. @default - none',
  },
};

function lastWithoutCondition(self: unknown): boolean {
  const unconditional = entries(self).findIndex((entry) => !has(entry, 'condition'));
  return unconditional < 0 || unconditional === entries(self).length - 1;
}

export const TRAFFIC_DEFINITIONS: Definitions = {
  ...AUTHORIZATION_DEFINITIONS,
  ...JWT_DEFINITIONS,
  APIKeyAuthentication: {
    type: 'object',
    description: 'Lets in who has a key. The key is taken out of the request before it goes on.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` asks every request for a valid key, `Optional` only checks keys that are sent, `Permissive` refuses nobody.',
        enum: ['Optional', 'Permissive', 'Strict'],
        default: 'Strict',
      },
      secretRef: {
        $ref: '#/$defs/SecretReference',
        description: 'A Secret, each entry of which is a key, whatever the entry is called.',
      },
      secretSelector: {
        $ref: '#/$defs/ObjectSelector',
        description: 'Secrets by their labels, each entry of which is a key.',
      },
      configMapSelector: {
        $ref: '#/$defs/ObjectSelector',
        description: 'ConfigMaps by their labels, each entry of which holds the hash of a key.',
      },
      location: {
        $ref: '#/$defs/CredentialLocation',
        description: 'Where the key is. @default - the Authorization header, after `Bearer `',
      },
    },
    rules: [exactlyOneOf('secretRef', 'secretSelector', 'configMapSelector')],
  },
  DirectResponseFields: {
    type: 'object',
    description: 'An answer that the gateway gives itself.',
    properties: RESPONSE_PARTS,
    rules: [
      predicate('statusRequired', (self) => has(self, 'status'), {
        path: 'status',
        message: '`status` is required here',
        code: 'Required',
      }),
      atMostOneOf('body', 'bodyExpression'),
    ],
  },
  ConditionalDirectResponse: {
    type: 'object',
    description: 'An answer for requests that meet a condition.',
    properties: {
      condition: {
        $ref: '#/$defs/Expression',
        description: 'For which requests. @default - all that no earlier entry has answered',
      },
      policy: { $ref: '#/$defs/DirectResponseFields' },
    },
    required: ['policy'],
  },
  DirectResponse: {
    type: 'object',
    description: 'Answers requests without asking a backend.',
    properties: {
      ...RESPONSE_PARTS,
      conditional: {
        type: 'array',
        description: 'Several answers, the first of which that meets its condition is given.',
        items: { $ref: '#/$defs/ConditionalDirectResponse' },
        minItems: 1,
        maxItems: 16,
        rules: [
          predicate('fallbackLast', lastWithoutCondition, {
            path: '',
            message: 'only the last entry may go without `condition`, since it answers everything',
          }),
        ],
      },
    },
    rules: [
      atMostOneOf('body', 'bodyExpression'),
      forbidden(
        'has(self.conditional)',
        ['body', 'bodyExpression', 'headers', 'status'],
        'with `conditional`, each entry has its own',
      ),
      ifThen(
        'statusUnlessConditional',
        (self) => !has(self, 'conditional'),
        (self) => has(self, 'status'),
        { path: 'status', message: '`status` is required here', code: 'Required' },
      ),
    ],
  },
  Retry: {
    type: 'object',
    description: 'Calls a backend again when it failed.',
    properties: {
      attempts: {
        type: 'integer',
        description: 'How many times more. @default - 1',
        minimum: 1,
      },
      backoff: {
        type: 'string',
        description: 'How long to wait before each. @default - not at all',
        pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$',
        patternMeans: 'a duration such as `10s`, `250ms` or `1h30m`, in whole numbers',
      },
      codes: {
        type: 'array',
        description: 'Statuses that count as failed. @default - only connections that failed',
        items: { type: 'integer', minimum: 400, maximum: 599 },
        'x-kubernetes-list-type': 'set',
      },
      condition: {
        $ref: '#/$defs/Expression',
        description: 'Which answers count as failed besides.',
      },
      precondition: {
        $ref: '#/$defs/Expression',
        description: 'Which requests may be retried at all.',
      },
    },
  },
};

export const TRAFFIC: Schema = {
  type: 'object',
  description: 'What happens to requests: who may pass, and what is changed.',
  properties: {
    ...notYetStated(NOT_YET_STATED),
    phase: {
      type: 'string',
      description:
        '`PreRouting` runs before a route is chosen, in addition to what runs on the route. @default - PostRouting',
      enum: ['PostRouting', 'PreRouting'],
    },
    apiKeyAuthentication: { $ref: '#/$defs/APIKeyAuthentication' },
    authorization: { $ref: '#/$defs/Authorization' },
    jwtAuthentication: { $ref: '#/$defs/JWTAuthentication' },
    cors: { ...corsSchema(), 'x-kubernetes-preserve-unknown-fields': true },
    directResponse: { $ref: '#/$defs/DirectResponse' },
    headerModifiers: {
      type: 'object',
      description: 'Changes headers of requests and responses.',
      properties: {
        request: { $ref: '#/$defs/HeaderModifier', description: 'On the way to the backend.' },
        response: { $ref: '#/$defs/HeaderModifier', description: 'On the way to the client.' },
      },
      rules: [atLeastOneOf('request', 'response')],
    },
    hostRewrite: {
      type: 'object',
      description: 'Which host the backend sees.',
      properties: {
        mode: {
          type: 'string',
          description:
            '`Auto` for the name of the backend if it has one, `None` for the host of the request.',
          enum: ['Auto', 'None'],
        },
      },
      required: ['mode'],
    },
    retry: { $ref: '#/$defs/Retry' },
    timeouts: {
      type: 'object',
      description: 'How long requests may take.',
      properties: { request: duration('The whole request, retries included.', '1ms') },
      rules: [atLeastOneOf('request')],
    },
  },
  rules: [
    forbidden(
      "has(self.phase) && self.phase == 'PreRouting'",
      POST_ROUTING_ONLY,
      'in phase PreRouting no route is chosen yet',
    ),
  ],
};
