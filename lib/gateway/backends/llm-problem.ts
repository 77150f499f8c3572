import type { LlmProblem } from '../../llm/problem';
import { type Answer, refusal } from '../answer';

/** The answer to a request, or in place of an answer, that could not be processed. */
export function problemAnswer(
  code: 'llmRequest' | 'llmResponse',
  { status, problem }: LlmProblem,
): Answer {
  return { ...refusal(code, problem), status };
}
