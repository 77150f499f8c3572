import type { Findings } from '../standalone/findings';
import type { Objects } from './objects';
import type { PolicedBackends } from './policed-backends';
import type { ReferenceGrants } from './references';

/** What every part of a translation may ask. */
export interface Context {
  readonly objects: Objects;
  readonly grants: ReferenceGrants;
  readonly policed: PolicedBackends;
  readonly clusterDomain: string;
  /** Variables of the environment that stand for entries of Secrets, and for which. */
  readonly variables: Map<string, string>;
  /** TLS material of backends: path to content. */
  readonly files: Map<string, string>;
  readonly findings: Findings;
}
