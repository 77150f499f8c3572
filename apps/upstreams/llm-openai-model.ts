import { type Fields, textOf } from './llm-fields';
import type { LlmOptions } from './llm-options';
import { LlmProblem } from './llm-problem';

/** When everything here was made, in seconds: answers are the same on every day. */
export const CREATED = 1_700_000_000;

export function modelOf(body: Fields, { models }: LlmOptions): string {
  const model = textOf(body.model, 'model');
  if (models && !models.includes(model))
    throw new LlmProblem(404, `the model \`${model}\` does not exist`, { code: 'model_not_found' });
  return model;
}
