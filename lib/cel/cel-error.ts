import { CelInstance } from './cel-instance';

/** What went wrong in an evaluation; stable, unlike the message. */
export type CelErrorCode =
  | 'unknown-variable'
  | 'unknown-function'
  | 'no-such-field'
  | 'no-such-key'
  | 'no-such-overload'
  | 'index-out-of-range'
  | 'division-by-zero'
  | 'overflow'
  | 'invalid-argument'
  | 'invalid-value'
  | 'duplicate-key'
  | 'too-costly'
  | 'too-deep'
  | 'host';

/**
 * An evaluation that failed: a value like others, so that `||`, `&&` and macros can absorb it. Codes that speak of limits
 * (`too-costly`, `too-deep`) are never absorbed.
 */
export class CelError extends CelInstance {
  constructor(
    readonly message: string,
    readonly code: CelErrorCode = 'invalid-argument',
    /** Where in the source the failing part begins. @default - unknown */
    readonly at?: number,
  ) {
    super();
  }
}
