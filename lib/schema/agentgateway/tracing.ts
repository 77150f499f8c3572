import type { Schema } from '../schema';
import { OTLP_RULES, otlpTarget } from './otlp';

export const TRACING: Schema = {
  type: 'object',
  description:
    'Sends traces to an OpenTelemetry collector: a span for each request that is sampled, and one for each call that it causes.',
  properties: {
    ...otlpTarget('traces', '/v1/traces'),
    randomSampling: {
      $ref: '#/$defs/Expression',
      description:
        'Which requests without a `traceparent` are sampled: an expression that gives true or false, or a share between 0 and 1, such as `0.1`. @default - none',
    },
    clientSampling: {
      $ref: '#/$defs/Expression',
      description:
        'Which requests whose `traceparent` asks for it are sampled, in the same way. @default - all',
    },
    filter: {
      $ref: '#/$defs/Expression',
      description: 'Which of the sampled requests are sent. @default - all',
    },
    attributes: {
      $ref: '#/$defs/LogAttributes',
      description: 'Which attributes a span has. @default - the fields of the access log',
    },
    resources: {
      type: 'array',
      description:
        'Attributes of the sender, the same for all its spans, such as `service.name` with `"shop-gateway"`.',
      items: { $ref: '#/$defs/NamedExpression' },
    },
  },
  rules: OTLP_RULES,
};
