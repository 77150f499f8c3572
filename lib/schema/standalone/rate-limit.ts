import type { Definitions, Schema } from '../schema';
import { conditional } from './conditional';
import {
  choice,
  expression,
  list,
  name,
  object,
  optional,
  ref,
  requiredDuration,
  whole,
} from './shared';
import { calling } from './target';

const TYPE = choice(
  'What is counted: requests, or tokens of models.',
  ['requests', 'tokens'],
  'requests',
);

const LOCAL: Schema = object(
  'A bucket of tokens in this process; requests that find it empty are answered 429.',
  {
    maxTokens: whole('How many fit into the bucket: the largest burst.', 64, { default: 0 }),
    tokensPerFill: whole('How many are put in every `fillInterval`.', 64, { default: 0 }),
    fillInterval: requiredDuration('How often the bucket is filled.'),
    type: TYPE,
  },
  { required: ['fillInterval'] },
);

const REMOTE: Schema = calling(
  "Asks a rate limit service, by Envoy's protocol over gRPC, whether a request is within its limits.",
  {
    domain: name('The domain of the limits in the service.'),
    policies: optional('TargetPolicies', { description: 'How that service is called.' }),
    descriptors: list('What the service is asked about.', ref('RateLimitDescriptor')),
    failureMode: choice(
      'What happens when the service cannot be reached: requests are refused, or pass.',
      ['failClosed', 'FailClosed', 'failOpen', 'FailOpen'],
      'failClosed',
    ),
  },
  { required: ['domain', 'descriptors'] },
);

export const RATE_LIMIT: Definitions = {
  LocalRateLimit: LOCAL,
  ...conditional(
    'LocalRateLimit',
    LOCAL,
    list('Limits that must all be kept.', ref('LocalRateLimit')),
    0,
  ),
  RemoteRateLimit: REMOTE,
  ...conditional('RemoteRateLimit', REMOTE),
  RateLimitDescriptor: object(
    'One question to the service.',
    {
      entries: list(
        'Names and values that find the limit.',
        object(
          'A name and an expression for its value.',
          { key: name('The name.'), value: expression('An expression that gives the value.') },
          { required: ['key', 'value'], 'x-kubernetes-preserve-unknown-fields': true },
        ),
      ),
      type: TYPE,
      cost: expression('How much a request counts. @default - 1, or its tokens', {
        nullable: true,
      }),
      limitOverride: expression('A limit in place of that of the service.', { nullable: true }),
    },
    { required: ['entries'] },
  ),
};
