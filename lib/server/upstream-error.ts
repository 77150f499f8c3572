import type { UpstreamError } from '../effects';

/** Node's error codes, and what each means to a caller. */
const MEANINGS: Readonly<Record<string, UpstreamError>> = {
  ECONNREFUSED: { kind: 'connect', message: 'connection refused' },
  EHOSTUNREACH: { kind: 'connect', message: 'host unreachable' },
  ENETUNREACH: { kind: 'connect', message: 'network unreachable' },
  EADDRNOTAVAIL: { kind: 'connect', message: 'address not available' },
  ENOENT: { kind: 'connect', message: 'no such socket' },
  EACCES: { kind: 'connect', message: 'access to the socket denied' },
  ETIMEDOUT: { kind: 'connect', message: 'connection timed out' },
  ENOTFOUND: { kind: 'dns', message: 'name not found' },
  EAI_AGAIN: { kind: 'dns', message: 'name lookup failed' },
  ECONNRESET: { kind: 'reset', message: 'connection reset' },
  EPIPE: { kind: 'reset', message: 'connection closed' },
  ABORT_ERR: { kind: 'aborted', message: 'cancelled' },
};

/** What a failed call means; anything unknown is a breach of protocol. */
export function upstreamError(error: unknown): UpstreamError {
  for (const cause of causes(error)) {
    const meaning = MEANINGS[cause];
    if (meaning) return meaning;
  }
  return { kind: 'protocol', message: 'invalid message' };
}

function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as NodeJS.ErrnoException;
  const nested =
    error instanceof AggregateError ? error.errors.flatMap(causes) : causes(error.cause);
  return code ? [code, ...nested] : nested;
}
