import type { Schema } from '../schema';
import { OTLP_RULES, otlpTarget } from './otlp';

export const ACCESS_LOG: Schema = {
  type: 'object',
  description: 'What the line says that is written for each request, and where it goes besides.',
  properties: {
    filter: {
      $ref: '#/$defs/Expression',
      description:
        'Which requests are logged, such as `response.code >= 400`; those for which it cannot be evaluated are not. @default - all',
    },
    attributes: {
      $ref: '#/$defs/LogAttributes',
      description: 'Which fields a line has. @default - the usual ones',
    },
    otlp: {
      type: 'object',
      description:
        'Sends the log to an OpenTelemetry collector as well. @default - standard output alone',
      properties: {
        ...otlpTarget('log records', '/v1/logs'),
        filter: {
          $ref: '#/$defs/Expression',
          description: 'Which requests are sent to the collector. @default - those that are logged',
        },
        attributes: {
          $ref: '#/$defs/LogAttributes',
          description: 'Which fields the collector gets. @default - those of the line',
        },
      },
      rules: OTLP_RULES,
    },
  },
};
