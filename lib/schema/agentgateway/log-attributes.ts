import { atLeastOneOf } from '../rule';
import type { Definitions } from '../schema';

export const LOG_ATTRIBUTE_DEFINITIONS: Definitions = {
  LogAttributes: {
    type: 'object',
    description: 'Which fields are added and which left out.',
    properties: {
      add: {
        type: 'array',
        description:
          'Fields that are added, in this order; one that has the name of a usual field takes its place. Where an expression cannot be evaluated the field is left out.',
        items: { $ref: '#/$defs/NamedExpression' },
        minItems: 1,
      },
      remove: {
        type: 'array',
        description: 'Usual fields that are left out, by name, such as `src.addr`.',
        items: { type: 'string', minLength: 1, maxLength: 64 },
        minItems: 1,
        maxItems: 32,
      },
    },
    rules: [atLeastOneOf('add', 'remove')],
  },
  NamedExpression: {
    type: 'object',
    description: 'A name, and the expression that gives its value.',
    properties: {
      name: {
        type: 'string',
        description: 'The name, such as `user.team`.',
        minLength: 1,
        maxLength: 256,
      },
      expression: {
        $ref: '#/$defs/Expression',
        description:
          'An expression that gives the value, such as `jwt.team`; a fixed text stands in quotes of its own.',
      },
    },
    required: ['expression', 'name'],
  },
};
