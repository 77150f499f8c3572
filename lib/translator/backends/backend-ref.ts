import type { BackendPoliciesEntry, RouteBackendEntry } from '../../standalone/document';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { translateBackendFilters } from '../filters';
import type { KubeObject } from '../objects';
import { translateCheck } from '../policies/ext-auth';
import { type HostHabit, resolveBackendRef } from './target';

export interface TranslatedBackend {
  readonly entry: RouteBackendEntry;
  readonly habit: HostHabit;
}

/**
 * Where a `backendRef` of a route sends. What does not resolve, or may not be used, becomes `invalid`: its share of the
 * traffic is answered 500, as in a cluster.
 */
export function translateBackendRef(
  reference: Fields,
  route: KubeObject,
  context: Context,
): TranslatedBackend {
  const weight = reference.integer('weight', 0, 1_000_000) ?? 1;
  const { target, llm, habit, backend } = resolveBackendRef(reference, route, context);
  const { policies: filters, refused } = translateBackendFilters(reference);
  const place = llm ? { ai: llm.ai } : target && { host: target.host };
  if (!place || refused) return { entry: { invalid: null, weight }, habit: 'either' };
  const policies = { ...(llm ?? target)?.policies, ...checkOf(backend, context), ...filters };
  const entry: RouteBackendEntry = {
    ...place,
    weight,
    ...(Object.keys(policies).length > 0 && { policies }),
  };
  return { entry, habit };
}

/** Who is asked about requests to it. */
function checkOf(backend: KubeObject | undefined, context: Context): BackendPoliciesEntry {
  const extAuth = backend?.spec.fields('policies')?.fields('extAuth');
  return backend && extAuth ? { extAuthz: translateCheck(extAuth, backend, context) } : {};
}
