import type { RetryPolicy } from '../../standalone/document';
import type { Fields } from '../fields';
import { duration } from './timeout';

const MOST_ATTEMPTS = 255;

/** Standalone requires the list of codes; without any, connection failures are retried all the same. */
export function translateRetry(retry: Fields): RetryPolicy {
  retry.refuseOthers(
    ['attempts', 'backoff', 'codes'],
    'a retry policy',
    'remove it, or run this with agentgateway',
  );
  const attempts = retry.integer('attempts', 1, 2 ** 31 - 1);
  const backoff = duration(retry, 'backoff');
  return {
    ...(attempts !== undefined && { attempts: Math.min(attempts, MOST_ATTEMPTS) }),
    ...(backoff && { backoff }),
    codes: retry.integers('codes', 400, 599),
  };
}
