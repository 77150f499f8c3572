import type { BackendPoliciesEntry, RouteBackendEntry } from '../../standalone/document';
import type { Fields } from '../fields';
import type { Setting } from '../levels';

/** What policies may set of how backends are called; `unknown` where a credential or a certificate cannot be had. */
export type CallField = keyof BackendPoliciesEntry | 'unknown';

/** What they are called in a policy. */
const WRITTEN: Readonly<Record<string, string>> = {
  backendAuth: 'auth',
  backendTLS: 'tls',
  extAuthz: 'extAuth',
  transformations: 'transformation',
};

/** Where a policy says it, for what is wrong with it. */
export function callPath(backend: Fields, field: CallField): string {
  return field === 'unknown' ? backend.path : backend.at(WRITTEN[field] ?? field);
}

/** All that is set of calls at one place: a Gateway, a listener, a backend, a port, a route or a rule. */
export type CallLevel = ReadonlyMap<CallField, readonly Setting[]>;

/**
 * A backend with what policies say of it, from weak to strong; what is written at the backend itself is stronger than all
 * of them, but for what the port of a Service says.
 */
export function called(
  backend: RouteBackendEntry,
  levels: readonly (CallLevel | undefined)[],
  isService: boolean,
): RouteBackendEntry {
  if (backend.invalid === null) return backend;
  const attached = folded(levels);
  if (attached === 'unknown') return { invalid: null, weight: backend.weight };
  const { ai, ...ofAll } = attached;
  const meant = backend.ai ? attached : ofAll;
  if (Object.keys(meant).length === 0) return backend;
  const own = backend.policies ?? {};
  const models = backend.ai && (ai || own.ai) ? { ai: { ...ai, ...own.ai } } : {};
  const http = isService && meant.http ? { http: { ...own.http, ...meant.http } } : {};
  return { ...backend, policies: { ...meant, ...own, ...models, ...http } };
}

/** Field by field the strongest level wins; the settings of models by their own fields. */
function folded(levels: readonly (CallLevel | undefined)[]): BackendPoliciesEntry | 'unknown' {
  let policies: BackendPoliciesEntry = {};
  for (const level of levels) {
    if (level?.has('unknown')) return 'unknown';
    for (const [field, [setting]] of level ?? []) {
      const value = setting?.value as object;
      const before = field === 'ai' ? policies.ai : {};
      policies = { ...policies, [field]: field === 'ai' ? { ...before, ...value } : value };
    }
  }
  return policies;
}
