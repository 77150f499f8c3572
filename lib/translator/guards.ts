import type { Guard } from '../standalone/authenticated';
import type { AuthorizationPolicy } from '../standalone/document';
import { normalizeAuthorization } from '../standalone/normalize-authentication';
import { combined, type Effective } from './levels';
import type { Phase, TrafficField } from './traffic';

/** What applies to one rule of a route, phase by phase. */
export type PhasePolicies = Readonly<
  Record<Phase, ReadonlyMap<TrafficField, readonly Effective[]>>
>;

const PHASES = ['gateway', 'route'] as const;

/** What decides about the callers of a rule. */
export function guardsOf(policies: PhasePolicies): Guard[] {
  return PHASES.map((phase) => {
    const written = Object.fromEntries(
      [...policies[phase]].map(([field, effective]) => [
        field,
        combined(
          field,
          effective.map(({ setting }) => setting),
        ),
      ]),
    );
    const { authorization } = written as { authorization?: AuthorizationPolicy };
    const { rules } = normalizeAuthorization(authorization ?? { rules: [] }, '');
    return { phase, policies: written, rules };
  });
}
