import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { hostnamesIntersect } from './hostname';
import type { RouteParentConfig, RouteParentListener } from './route-parent';
import { oncePerPass } from './validation-pass';

type Labels = Readonly<Record<string, string>>;

/** A route, as far as a listener asks. */
export interface AttachingRoute {
  readonly namespace: string;
  readonly hostnames: readonly string[];
  /** Labels of its namespace. @default - not known */
  readonly namespaceLabels?: Labels;
}

/** The listeners that take the route, or undefined where they are not known. */
export function attachedListeners(
  route: AttachingRoute,
  parent: RouteParentConfig,
): RouteParentListener[] | undefined {
  return parent.listeners?.filter(({ listener }) => !refusal(route, parent, listener));
}

/** Why none of the parent's listeners takes the route, or undefined where one does. */
export function attachmentProblem(
  route: AttachingRoute,
  parent: RouteParentConfig,
): string | undefined {
  const { listeners } = parent;
  if (!listeners || listeners.length === 0) return undefined;
  const refusals = listeners.map(({ listener }) => refusal(route, parent, listener));
  if (refusals.includes(undefined)) return undefined;
  return `it would not attach to Gateway \`${parent.namespace}/${parent.name}\`: ${refusals.join('; ')}`;
}

/** Labels of a namespace, if its Namespace object is in the tree. */
export function namespaceLabels(construct: IConstruct, namespace: string): Labels | undefined {
  return oncePerPass(construct, labelsByNamespace).get(namespace);
}

function refusal(
  route: AttachingRoute,
  parent: RouteParentConfig,
  { name, hostname, _allowedRoutes: allowed }: RouteParentListener['listener'],
): string | undefined {
  if (!allowed._admits(route.namespace, parent.namespace, route.namespaceLabels))
    return `listener \`${name}\` allows routes ${allowed._describe()} only, and this one is in namespace \`${route.namespace}\`; give the listener for example \`allowedRoutes: AllowedRoutes.all()\``;
  const { hostnames } = route;
  if (!hostname || hostnames.length === 0) return undefined;
  if (hostnames.some((wanted) => hostnamesIntersect(wanted, hostname))) return undefined;
  return `listener \`${name}\` takes ${hostname} only, and none of ${hostnames.join(', ')} fits it`;
}

function labelsByNamespace(constructs: readonly IConstruct[]): ReadonlyMap<string, Labels> {
  const labels = new Map<string, Labels>();
  for (const construct of constructs) {
    if (!ApiObject.isApiObject(construct) || construct.kind !== 'Namespace') continue;
    const { metadata } = construct.toJson() as { metadata?: { labels?: Labels } };
    // Kubernetes itself sets this one on every namespace.
    const own = { 'kubernetes.io/metadata.name': construct.name };
    labels.set(construct.name, { ...metadata?.labels, ...own });
  }
  return labels;
}
