import type { Definitions, Schema } from '../schema';
import { conditional } from './conditional';
import { expression, expressions, object, optional, texts } from './shared';

const TRANSFORMATION: Schema = object('Changes headers and bodies by expressions.', {
  request: optional('Transform', { description: 'What is done to requests.' }),
  response: optional('Transform', { description: 'What is done to answers.' }),
});

export const TRANSFORMATION_DEFINITIONS: Definitions = {
  Transformation: TRANSFORMATION,
  ...conditional('Transformation', TRANSFORMATION),
  Transform: object('What is changed.', {
    add: expressions('Headers that are added to those of the same name.'),
    set: expressions('Headers that replace those of the same name.'),
    remove: texts('Headers that are taken away.'),
    replace: expression('An expression for all headers at once.', { nullable: true }),
    body: expression('An expression for the body.', { nullable: true }),
    metadata: expressions('Values that later expressions see as `metadata`.'),
  }),
};
