import type { NormalDocument, NormalPolicies } from '../standalone/normal-document';

/** Policies as they stand somewhere in a document. */
export interface PolicyPlace {
  readonly path: string;
  readonly phase: 'gateway' | 'route';
  readonly policies: NormalPolicies;
}

/** Everywhere that a document has policies, whether or not others replace them. */
export function policyPlaces({ binds, policies }: NormalDocument): PolicyPlace[] {
  const listeners = binds.flatMap((bind) => bind.listeners);
  const routes = listeners.flatMap((listener) => listener.routes);
  return [
    ...policies.map(({ path, phase, policy }) => ({
      path: `${path}.policy`,
      phase,
      policies: policy,
    })),
    ...listeners.map((listener) => inline(listener, 'gateway')),
    ...routes.map((route) => inline(route, 'route')),
  ];
}

function inline(
  { path, policies }: { readonly path: string; readonly policies: NormalPolicies },
  phase: PolicyPlace['phase'],
): PolicyPlace {
  return { path: `${path}.policies`, phase, policies };
}
