import { atMostOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { conditional } from './conditional';
import { expression, expressions, notRun, object, ref, STATUS } from './shared';

const DIRECT_RESPONSE: Schema = object(
  'Answers requests without asking a backend.',
  {
    status: STATUS,
    body: ref('Bytes', { description: 'The body of the answer. @default - empty' }),
    bodyExpression: notRun(expression('A CEL expression that gives the body.', { nullable: true })),
    headers: notRun(expressions('Headers of the answer: names and expressions.')),
  },
  { required: ['status'], rules: [atMostOneOf('body', 'bodyExpression')] },
);

export const DIRECT_RESPONSE_DEFINITIONS: Definitions = {
  DirectResponse: DIRECT_RESPONSE,
  ...conditional('DirectResponse', DIRECT_RESPONSE),
};
