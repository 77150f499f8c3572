import type { Answer } from './answer';
import type { RequestContext } from './request-context';

/** Lets a request pass by answering nothing, or answers it. */
export type RequestPolicy = (request: RequestContext) => Verdict | Promise<Verdict>;

export type Verdict = Answer | undefined;
