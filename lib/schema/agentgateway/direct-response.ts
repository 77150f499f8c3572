import { atMostOneOf, cel } from '../rule';
import type { Definitions, Schema } from '../schema';
import { conditionalForms } from './conditional';

const DIRECT_RESPONSE: Schema = {
  type: 'object',
  description:
    'Answers requests without asking a backend, after authentication, authorization and rate limits.',
  properties: {
    status: {
      type: 'integer',
      description: 'The status of the answer.',
      format: 'int32',
      minimum: 200,
      maximum: 599,
    },
    headers: {
      type: 'array',
      description: 'Headers of the answer, with values by expressions. @default - none',
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
      description:
        'An expression that gives the body: a string or bytes as they are, anything else as JSON. @default - none',
    },
  },
  rules: [
    cel('has(self.status)', {
      path: 'status',
      message: '`status` is required here',
      code: 'Required',
    }),
    atMostOneOf('body', 'bodyExpression'),
  ],
};

export const DIRECT_RESPONSE_DEFINITIONS: Definitions = conditionalForms(
  'DirectResponse',
  DIRECT_RESPONSE,
);
