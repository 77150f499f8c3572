import { atLeastOneOf } from '../rule';
import type { Schema } from '../schema';

export const METRICS: Schema = {
  type: 'object',
  description: 'What the metrics of requests say besides.',
  properties: {
    attributes: {
      type: 'object',
      description: 'Which labels are added.',
      properties: {
        add: {
          type: 'array',
          description:
            'Labels that are added, with values by expressions; `unknown` where one cannot be evaluated. Every value makes a time series of its own: take what has few values, a team rather than a user.',
          items: { $ref: '#/$defs/NamedExpression' },
          minItems: 1,
          maxItems: 16,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
      },
      rules: [atLeastOneOf('add')],
    },
  },
  required: ['attributes'],
};
