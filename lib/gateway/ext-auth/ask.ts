import type { BodyStart, RequestContext } from '../request-context';
import type { CallFailure } from '../whole-call';
import type { Decision } from './decision';

/** Asks a service about a request; `body` is what it is told of the body, if anything. */
export type Ask = (
  request: RequestContext,
  body: BodyStart | undefined,
) => Promise<Answered | Unanswered>;

/** There is no decision that could be followed. */
export interface Unanswered extends CallFailure {
  /** Whether nobody may pass, whatever happens where a service cannot be asked. @default false */
  readonly refuses?: boolean;
}

/** What a service has answered. */
export interface Answered {
  readonly decision: Decision;
  /** Whether the same may be answered again without asking. */
  readonly cacheable: boolean;
}

/** gRPC's own limit for messages; what is longer is no decision. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Up to here a decision is small enough to be kept. */
export const MAX_CACHED_BYTES = 16 * 1024;
