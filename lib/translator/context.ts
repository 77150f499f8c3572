import type { Findings } from '../standalone/findings';
import type { Objects } from './objects';
import type { PolicedBackends } from './policed-backends';
import type { ReferenceGrants } from './references';
import type { SecretVariables } from './secret-variables';

/** What every part of a translation may ask. */
export interface Context {
  readonly objects: Objects;
  readonly grants: ReferenceGrants;
  readonly policed: PolicedBackends;
  readonly clusterDomain: string;
  readonly variables: SecretVariables;
  /** TLS material of backends: path to content. */
  readonly files: Map<string, string>;
  readonly findings: Findings;
}
