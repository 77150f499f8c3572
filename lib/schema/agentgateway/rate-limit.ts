import { atLeastOneOf, exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { conditionalForms } from './conditional';
import { BACKEND_OR_URL, failureMode, URL_WITHOUT_PATH } from './shared';

const RATE_LIMIT: Schema = {
  type: 'object',
  description:
    'Answers 429 when there are too many requests, or too many tokens of language models; `x-ratelimit-limit`, `-remaining` and `-reset` tell clients how they stand.',
  properties: {
    local: {
      type: 'array',
      description:
        'Limits that the gateway counts itself, each in one bucket that all callers share; every replica has its own. A request must meet all of them.',
      items: { $ref: '#/$defs/LocalRateLimit' },
      minItems: 1,
      maxItems: 16,
    },
    global: {
      $ref: '#/$defs/GlobalRateLimit',
      description:
        'Limits that a service counts for all replicas, by whatever expressions say: caller, model, path. It is asked after the local limits.',
    },
  },
  rules: [atLeastOneOf('local', 'global')],
};

export const RATE_LIMIT_DEFINITIONS: Definitions = {
  ...conditionalForms('RateLimit', RATE_LIMIT),
  LocalRateLimit: {
    type: 'object',
    description: 'So many requests, or tokens of language models, in each unit of time.',
    properties: {
      requests: {
        type: 'integer',
        description: 'How many requests may pass in each unit.',
        format: 'int32',
        minimum: 1,
      },
      tokens: {
        type: 'integer',
        description:
          'How many tokens language models may use in each unit, for requests and answers together; what a request used is known when its answer is complete, so the one that goes over the limit still passes.',
        format: 'int32',
        minimum: 1,
      },
      burst: {
        type: 'integer',
        description:
          'How many may pass besides after a quiet time: the bucket holds the limit and these. @default - 0',
        format: 'int32',
        minimum: 0,
      },
      unit: {
        type: 'string',
        description: 'The unit of time.',
        enum: ['Hours', 'Minutes', 'Seconds'],
      },
    },
    required: ['unit'],
    rules: [exactlyOneOf('requests', 'tokens')],
  },
  GlobalRateLimit: {
    type: 'object',
    description:
      "A service that counts, asked by Envoy's gRPC protocol `envoy.service.ratelimit.v3.RateLimitService`.",
    properties: {
      backendRef: {
        $ref: '#/$defs/BackendReference',
        description:
          'The service that counts; in another namespace only where a ReferenceGrant there allows it.',
      },
      url: {
        $ref: '#/$defs/HttpURL',
        description:
          'The service that counts, where it is not an object of the cluster: scheme, host and port.',
      },
      domain: {
        type: 'string',
        description: "Which of the service's configurations the descriptors belong to.",
        minLength: 1,
        maxLength: 256,
      },
      descriptors: {
        type: 'array',
        description:
          'What is counted. A descriptor with an entry that cannot be evaluated is dropped, and where none is left the request is not limited.',
        items: { $ref: '#/$defs/RateLimitDescriptor' },
        minItems: 1,
        maxItems: 16,
      },
      failureMode: failureMode(
        'What happens when the service cannot be asked: `FailClosed` answers 500, `FailOpen` limits nobody.',
      ),
    },
    required: ['descriptors', 'domain'],
    rules: [BACKEND_OR_URL, URL_WITHOUT_PATH],
  },
  RateLimitDescriptor: {
    type: 'object',
    description: 'One counter, identified by all of its entries together.',
    properties: {
      entries: {
        type: 'array',
        description: 'What the counter is for, in the order in which the service has it.',
        items: { $ref: '#/$defs/RateLimitEntry' },
        minItems: 1,
        maxItems: 16,
      },
      unit: {
        type: 'string',
        description:
          '`Requests` counts each request as one, `Tokens` counts the tokens that language models used. @default - Requests',
        enum: ['Requests', 'Tokens'],
      },
      cost: {
        $ref: '#/$defs/Expression',
        description:
          'An expression that gives how much a request counts, a whole number. @default - one, or the tokens that it used',
      },
      limitOverride: {
        $ref: '#/$defs/Expression',
        description:
          'An expression that gives a limit to use in place of the one that the service has configured. @default - that of the service',
      },
    },
    required: ['entries'],
  },
  RateLimitEntry: {
    type: 'object',
    description: 'A part of the identity of a counter.',
    properties: {
      name: {
        type: 'string',
        description: 'The key, as the service has it configured.',
        minLength: 1,
        maxLength: 64,
      },
      expression: {
        $ref: '#/$defs/Expression',
        description: 'An expression that gives the value, such as `jwt.sub`.',
      },
    },
    required: ['expression', 'name'],
  },
};
