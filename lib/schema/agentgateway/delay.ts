import type { Schema } from '../schema';

export const DELAY: Schema = {
  type: 'object',
  description:
    'Lets requests wait before they go on, to try how clients bear it. It runs last, before a direct response or the backend.',
  properties: {
    duration: {
      $ref: '#/$defs/Expression',
      description: 'How long: an expression that gives a duration, such as `duration("500ms")`.',
    },
  },
  required: ['duration'],
};
