import { field } from '../schema/json';

/**
 * Whether an authorization service is asked about every request to a backend, and its silence is a refusal.
 *
 * @param levels policies of the backend, from weak to strong
 */
export function isChecked(levels: readonly unknown[]): boolean {
  const checks = levels.map((policies) => field(policies, 'extAuthz') ?? undefined);
  const strongest = checks.findLast((check) => check !== undefined);
  return strongest !== undefined && field(strongest, 'failureMode') !== 'allow';
}
