import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { runConditional } from './conditional';
import {
  expression,
  expressions,
  flag,
  list,
  map,
  name,
  object,
  optional,
  ref,
  texts,
  whole,
} from './shared';
import { calling } from './target';

const EXT_AUTH: Schema = calling('Asks another service whether a request may pass.', {
  backend: name('A slash and the name of an entry of `backends`.'),
  policies: optional('TargetPolicies', { description: 'How that service is called.' }),
  protocol: ref('ExtAuthProtocol', { default: { grpc: {} } }),
  failureMode: ref('ExtAuthFailureMode', { default: 'deny' }),
  includeRequestHeaders: list(
    'Request headers that the service is told. @default - all with gRPC, `Authorization` with HTTP',
    ref('HeaderOrPseudo'),
  ),
  includeRequestBody: optional('ExtAuthBody'),
  cache: optional('ExtAuthCache'),
});

const HTTP_PROTOCOL: Schema = object('By an HTTP request; status 200 lets the request pass.', {
  path: expression('The path to call. @default - that of the request', { nullable: true }),
  redirect: expression('Where to send those who are refused with 401. @default - nowhere', {
    nullable: true,
  }),
  body: expression('The body to send. @default - none', { nullable: true }),
  includeResponseHeaders: texts("Headers of the service's answer that the backend gets."),
  addRequestHeaders: map('Headers to add to the call.', ref('Expression', { sensitive: true })),
  metadata: expressions('What later expressions see as `extauthz`, taken from the answer.'),
});

const GRPC_PROTOCOL: Schema = object("By Envoy's ext_authz protocol over gRPC.", {
  context: map('Fixed values that the service is told.', { type: 'string' }),
  metadata: expressions('Values that the service is told as metadata.'),
});

export const EXT_AUTH_DEFINITIONS: Definitions = {
  ExtAuth: EXT_AUTH,
  ...runConditional('ExtAuth', EXT_AUTH),
  ExtAuthProtocol: object(
    'How the service is asked.',
    { grpc: GRPC_PROTOCOL, http: HTTP_PROTOCOL },
    { rules: [exactlyOneOf('grpc', 'http')] },
  ),
  ExtAuthFailureMode: {
    description:
      'What happens when the service cannot be reached: `deny`, `allow`, or `{denyWithStatus: 503}`.',
    anyOf: [
      { type: 'string', enum: ['allow', 'deny'] },
      object(
        'Refuses with another status.',
        { denyWithStatus: whole('The status.', 16) },
        { required: ['denyWithStatus'] },
      ),
    ],
  },
  ExtAuthBody: object('Sends the body of the request along.', {
    maxRequestBytes: whole(
      'How many bytes at the most. 0 sends none; Kubernetes asks for a size.',
      32,
      { default: 0 },
    ),
    allowPartialMessage: flag('Whether a longer body is cut rather than refused with 413.', false),
    packAsBytes: flag('Whether a body goes as bytes rather than as text.', false),
  }),
  ExtAuthCache: object(
    'Remembers answers.',
    {
      key: list('What an answer depends on: requests that agree in all of these share it.', {
        $ref: '#/$defs/Expression',
      }),
      ttl: expression('How long an answer holds, for example `duration("5m")`.'),
      maxEntries: { ...whole('How many answers are kept.', 64), default: 10000 },
    },
    { required: ['key', 'ttl'] },
  ),
};
