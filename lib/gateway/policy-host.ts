import type { Diagnostic } from '../diagnostic';
import type { Effects } from '../effects';
import type { NormalLocalRateLimit } from '../standalone/normal-document';
import type { Expressions } from './expressions';
import type { RemoteKeySets } from './remote-key-sets';
import type { TokenBucket } from './token-bucket';

/** What policies need to be compiled. */
export interface PolicyHost {
  readonly now: Effects['now'];
  readonly readFile: Effects['readFile'];
  readonly keySets: RemoteKeySets;
  /** What is left of a limit. */
  readonly bucketOf: (limit: NormalLocalRateLimit) => TokenBucket;
  /** Compiles expressions of the phase that the policy runs in. */
  readonly expressions: Expressions;
  /** Takes a finding; an error among them keeps the configuration from running. */
  report(finding: Diagnostic): void;
}
