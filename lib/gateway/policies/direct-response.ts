import type { DirectResponse } from '../../standalone/document';
import { directAnswer } from '../answer';
import type { RequestPolicy } from '../policy';

/** Answers with a fixed status and body. */
export function compileDirectResponse({ status, body }: DirectResponse): RequestPolicy {
  const answer = directAnswer(status, [], body);
  return function directResponse() {
    return answer;
  };
}
