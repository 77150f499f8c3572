import type { Fields } from './fields';
import { GATEWAY_API, type KubeObject, type Objects } from './objects';

const ROUTE_KIND = 'HTTPRoute';

/**
 * Whether a reference names routes by more than a name: `*` for all of a namespace, `team=a` for those with a label.
 */
export function isRoutePattern(name: string): boolean {
  return name === '*' || name.includes('=');
}

/** The routes that rules of other routes hand their requests to: these need no Gateway of their own. */
export function delegatedRoutes(objects: Objects): Set<KubeObject> {
  const found = new Set<KubeObject>();
  for (const parent of objects.all(GATEWAY_API, ROUTE_KIND)) {
    for (const reference of delegations(parent)) {
      const namespace = reference.text('namespace') ?? parent.key.namespace;
      for (const child of named(objects, namespace, reference.text('name') ?? '')) {
        if (child !== parent) found.add(child);
      }
    }
  }
  return found;
}

function delegations({ spec }: KubeObject): Fields[] {
  return spec
    .entries('rules')
    .flatMap((rule) => rule.entries('backendRefs'))
    .filter(
      (reference) =>
        reference.text('group') === GATEWAY_API && reference.text('kind') === ROUTE_KIND,
    );
}

function named(objects: Objects, namespace: string, name: string): readonly KubeObject[] {
  if (!isRoutePattern(name)) {
    const route = objects.find(GATEWAY_API, ROUTE_KIND, namespace, name);
    return route ? [route] : [];
  }
  const all = objects.inNamespace(GATEWAY_API, ROUTE_KIND, namespace);
  if (name === '*') return all;
  const [label = '', ...value] = name.split('=');
  return all.filter(({ labels }) => labels.get(label) === value.join('='));
}
