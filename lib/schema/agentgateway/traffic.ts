import { corsSchema } from '../gateway-api/shared';
import { atLeastOneOf, forbidden } from '../rule';
import type { Definitions, Schema } from '../schema';
import { API_KEY_DEFINITIONS } from './api-key-authentication';
import { AUTHORIZATION_DEFINITIONS } from './authorization';
import { BASIC_AUTHENTICATION_DEFINITIONS } from './basic-authentication';
import { BUFFER, BUFFER_DEFINITIONS } from './buffer';
import { CSRF } from './csrf';
import { DELAY } from './delay';
import { DIRECT_RESPONSE_DEFINITIONS } from './direct-response';
import { EXT_AUTH_DEFINITIONS } from './ext-auth';
import { EXT_PROC_DEFINITIONS } from './ext-proc';
import { JWT_DEFINITIONS } from './jwt';
import { RATE_LIMIT_DEFINITIONS } from './rate-limit';
import { RETRY_DEFINITIONS } from './retry';
import { duration } from './shared';
import { TRANSFORMATION_DEFINITIONS } from './transformation';

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

export const TRAFFIC_DEFINITIONS: Definitions = {
  ...API_KEY_DEFINITIONS,
  ...AUTHORIZATION_DEFINITIONS,
  ...BASIC_AUTHENTICATION_DEFINITIONS,
  ...BUFFER_DEFINITIONS,
  ...DIRECT_RESPONSE_DEFINITIONS,
  ...EXT_AUTH_DEFINITIONS,
  ...EXT_PROC_DEFINITIONS,
  ...JWT_DEFINITIONS,
  ...RATE_LIMIT_DEFINITIONS,
  ...RETRY_DEFINITIONS,
  ...TRANSFORMATION_DEFINITIONS,
};

/** The order is that in which they run. */
const POLICIES: Readonly<Record<string, Schema>> = {
  timeouts: {
    type: 'object',
    description: 'How long requests may take.',
    properties: {
      request: duration(
        'The whole request, retries included, and at least 1ms; after that 504. @default - no limit',
        '1ms',
      ),
    },
    rules: [atLeastOneOf('request')],
  },
  cors: {
    ...corsSchema(),
    description:
      'Which pages of other origins may call, from a browser; other clients are not held to it. It runs before authentication, since browsers ask ahead without credentials.',
    'x-kubernetes-preserve-unknown-fields': true,
  },
  jwtAuthentication: { $ref: '#/$defs/JWTAuthentication' },
  basicAuthentication: { $ref: '#/$defs/BasicAuthentication' },
  apiKeyAuthentication: { $ref: '#/$defs/APIKeyAuthentication' },
  extAuth: { $ref: '#/$defs/TrafficExtAuth' },
  authorization: { $ref: '#/$defs/Authorization' },
  retry: { $ref: '#/$defs/Retry' },
  rateLimit: { $ref: '#/$defs/TrafficRateLimit' },
  buffer: BUFFER,
  extProc: { $ref: '#/$defs/TrafficExtProc' },
  transformation: { $ref: '#/$defs/TrafficTransformation' },
  csrf: CSRF,
  headerModifiers: { $ref: '#/$defs/HeaderModifiers' },
  hostRewrite: {
    type: 'object',
    description:
      'Which host the backend sees in the Host header. A route that rewrites the host itself (`urlRewrite.hostname`) wins.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Auto` for the name of the backend if it has one, `None` for the host of the request. @default - Auto for host names and LLM providers, None for Services',
        enum: ['Auto', 'None'],
      },
    },
    required: ['mode'],
  },
  delay: DELAY,
  directResponse: { $ref: '#/$defs/TrafficDirectResponse' },
};

export const TRAFFIC: Schema = {
  type: 'object',
  description:
    'What happens to requests: who may pass, and what is changed. Written here in the order in which it happens.',
  properties: {
    phase: {
      type: 'string',
      description:
        '`PreRouting` runs before a route is chosen, in addition to what runs on the route: for checks that no route may replace. `PostRouting` runs on the route, where a more specific policy replaces the same field of a less specific one. @default - PostRouting',
      enum: ['PostRouting', 'PreRouting'],
    },
    ...POLICIES,
  },
  rules: [
    forbidden(
      "has(self.phase) && self.phase == 'PreRouting'",
      POST_ROUTING_ONLY,
      'in phase PreRouting no route is chosen yet',
    ),
  ],
};
