import type { Diagnostic } from '../diagnostic';
import type { Effects } from '../effects';
import type { Expressions } from './expressions';
import type { RemoteKeySets } from './remote-key-sets';

/** What policies need to be compiled. */
export interface PolicyHost {
  readonly now: Effects['now'];
  readonly readFile: Effects['readFile'];
  readonly keySets: RemoteKeySets;
  /** Compiles expressions of the phase that the policy runs in. */
  readonly expressions: Expressions;
  /** Takes a finding; an error among them keeps the configuration from running. */
  report(finding: Diagnostic): void;
}
