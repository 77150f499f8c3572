import type { HeaderList } from '../effects';
import { ERRORS, type ErrorCode } from './errors';

/** A response that the gateway makes itself. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
  /** What stands in the place of `body` where it is no text of ours. */
  readonly bytes?: Uint8Array;
  /** What the access log calls it. */
  readonly reason: string;
  /** Set where the answer is an error. */
  readonly code?: ErrorCode;
}

const TEXT: HeaderList = ['content-type', 'text/plain'];

/** The answer for an error; `detail` follows its text. */
export function refusal(code: ErrorCode, detail?: string): Answer {
  const { status, body, reason } = ERRORS[code];
  return { status, headers: TEXT, body: detail ? `${body}: ${detail}` : body, reason, code };
}

/** An answer that a policy gives by design: a redirect, a preflight, a fixed response. */
export function directAnswer(status: number, headers: HeaderList, body = ''): Answer {
  return { status, headers, body, reason: 'DirectResponse' };
}
