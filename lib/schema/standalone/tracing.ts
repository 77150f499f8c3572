import type { Definitions } from '../schema';
import { choice, expressions, name, optional, texts } from './shared';
import { calling } from './target';

export const TRACING: Definitions = {
  Tracing: calling('Sends traces to an OpenTelemetry collector.', {
    policies: optional('TargetPolicies', { description: 'How the collector is called.' }),
    attributes: expressions('Attributes of spans: names and expressions.'),
    resources: expressions('Attributes of the resource: names and expressions.'),
    remove: texts('Attributes that are left out.'),
    randomSampling: optional('Sampling', {
      description: 'Which requests without a trace of their own are traced. @default - none',
    }),
    clientSampling: optional('Sampling', {
      description: 'Which requests that carry a trace are traced. @default - all',
    }),
    filter: optional('Expression', { description: 'Which requests are traced. @default - all' }),
    path: { ...name('The path, over HTTP.'), default: '/v1/traces' },
    protocol: choice('How the collector is spoken to.', ['grpc', 'http'], 'grpc'),
  }),
};
