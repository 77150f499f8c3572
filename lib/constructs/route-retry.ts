import type { Duration } from 'cdk8s';
import { toGatewayDuration } from './duration';

/** agentgateway counts attempts in one byte. */
const MAX_ATTEMPTS = 255;

/** When a rule tries again. Failed connections are always among the reasons. */
export interface RouteRetry {
  /**
   * Tries after the first, 1 to 255.
   *
   * @default 1
   */
  readonly attempts?: number;
  /**
   * Statuses of an answer, 400 to 599, that make it try again.
   *
   * @default - none: only failures to connect and to answer
   */
  readonly codes?: number[];
  /**
   * How long it waits between tries.
   *
   * @default - it does not wait
   */
  readonly backoff?: Duration;
}

/** `traffic.retry` of a policy: HTTPRoute itself has retries in the experimental channel only. */
export function toRetry(retry: RouteRetry): unknown {
  const { attempts = 1, codes, backoff } = retry;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MAX_ATTEMPTS)
    throw new Error(
      `attempts of a retry must be a whole number from 1 to ${MAX_ATTEMPTS}, got ${attempts}`,
    );
  for (const code of codes ?? [])
    if (!Number.isInteger(code) || code < 400 || code > 599)
      throw new Error(`codes of a retry must be statuses from 400 to 599, got ${code}`);
  return {
    attempts,
    codes: codes && [...new Set(codes)],
    backoff: backoff && toGatewayDuration(backoff, 'backoff of a retry'),
  };
}
