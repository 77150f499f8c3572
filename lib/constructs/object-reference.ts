import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { IResource } from './resource';

/** Where kubectl creates an object that names no namespace. */
export const DEFAULT_NAMESPACE = 'default';

/** Which object is meant, in the words of Gateway API references. */
export interface ObjectReference {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** @default - not known: the namespace of whoever refers to it */
  readonly namespace?: string;
}

/** cdk8s calls the core group `core`, references call it ``: so the group is always read from the version. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The namespace of an object, or undefined where it is not known. */
export function namespaceOf(resource: IResource): string | undefined {
  return resource.metadata && (resource.metadata.namespace ?? DEFAULT_NAMESPACE);
}

/** The namespace of a construct's objects, unless their metadata says otherwise. */
export function chartNamespace(scope: Construct): string {
  return Chart.of(scope).namespace ?? DEFAULT_NAMESPACE;
}

export function referenceTo(resource: IResource): ObjectReference {
  return {
    group: groupOf(resource.apiVersion),
    kind: resource.kind,
    name: resource.name,
    namespace: namespaceOf(resource),
  };
}

/** A reference names a namespace only where it leaves its own. */
export function foreignNamespace(
  namespace: string | undefined,
  referrer: string,
): string | undefined {
  return namespace === referrer ? undefined : namespace;
}

/** `Service shop/cart`, as messages name an object. */
export function describeReference({ kind, namespace, name }: ObjectReference): string {
  return `${kind} \`${namespace === undefined ? name : `${namespace}/${name}`}\``;
}
