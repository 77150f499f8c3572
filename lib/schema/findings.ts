import type { Diagnostic } from '../diagnostic';

/** More findings than anybody reads. */
const MOST_FINDINGS = 1_000;

/** What was found in a value, as far as anybody reads it. */
export class Findings {
  readonly list: Diagnostic[] = [];

  /** Whether nothing more is written down, so that nothing more need be looked for. */
  get isFull(): boolean {
    return this.list.length > MOST_FINDINGS;
  }

  add(finding: Diagnostic): void {
    if (this.list.length < MOST_FINDINGS) this.list.push(finding);
    else if (!this.isFull) this.list.push(TOO_MANY);
  }

  report(
    code: string,
    path: string,
    message: string,
    hint?: string,
    severity: Diagnostic['severity'] = 'error',
  ): void {
    this.add({ severity, code, message, path, ...(hint && { hint }) });
  }
}

const TOO_MANY: Diagnostic = {
  severity: 'error',
  code: 'TooMany',
  message: `has more than ${MOST_FINDINGS} faults, so the rest was not looked for`,
  path: '',
};
