import { quoted } from '../schema/json';
import type {
  BindEntry,
  LocalRateLimit,
  RouteEntry,
  TargetedPolicyEntry,
} from '../standalone/document';
import type { Effective } from './levels';
import { compare, getOrAdd, type KubeObject, nameOf } from './objects';

/** A route, and what the file says of limits at each listener where it is written. */
interface Written {
  readonly namespace: string;
  readonly name: string;
  readonly limits: (LocalRateLimit[] | undefined)[];
}

/**
 * A limit is one bucket, at whatever listener its route is met: written into the route at each of them it would be several.
 * Where a route is written more than once, and always with the same limit, the limit becomes an entry of `policies`.
 */
export function shareLimits(binds: readonly BindEntry[]): {
  binds: BindEntry[];
  policies: TargetedPolicyEntry[];
} {
  const shared = new Map([...writtenLimits(binds)].filter(([, written]) => isShared(written)));
  return {
    binds: binds.map((bind) => ({
      ...bind,
      listeners: bind.listeners.map((listener) => ({
        ...listener,
        routes: listener.routes?.map((route) =>
          shared.has(keyOf(route)) ? withoutLimit(route) : route,
        ),
      })),
    })),
    policies: [...shared.values()].map(policyOf).sort(byName),
  };
}

/** Says that rules of a route, which share its limit in a cluster, do not share it in a file. */
export function reportSplitLimit(
  [limit]: readonly Effective[] = [],
  rules: readonly unknown[],
  route: KubeObject,
): void {
  if (limit?.level !== ROUTE_LEVEL || rules.length < 2) return;
  const { object, path } = limit.setting;
  object.findings.warning(
    'Unsupported',
    path,
    `a standalone file cannot share a limit among the ${rules.length} rules of HTTPRoute ${quoted(nameOf(route.key))}: each counts for itself, so that together they let more pass than in a cluster`,
    'target the Gateway, or single rules by `sectionName`, which mean the same everywhere',
  );
}

/** What a whole HTTPRoute says, above Gateway and listener and below its rules. */
const ROUTE_LEVEL = 2;

function writtenLimits(binds: readonly BindEntry[]): Map<string, Written> {
  const written = new Map<string, Written>();
  const routes = binds.flatMap(({ listeners }) =>
    listeners.flatMap((listener) => listener.routes ?? []),
  );
  for (const route of routes) {
    const { namespace = '', name = '', policies } = route;
    const known = getOrAdd(written, keyOf(route), () => ({ namespace, name, limits: [] }));
    known.limits.push(policies?.localRateLimit);
  }
  return written;
}

function isShared({ limits }: Written): boolean {
  const [first] = limits;
  return first !== undefined && limits.length > 1 && limits.every((limit) => limit === first);
}

function withoutLimit(route: RouteEntry): RouteEntry {
  const { localRateLimit: _, ...policies } = route.policies ?? {};
  if (Object.keys(policies).length > 0) return { ...route, policies };
  const { policies: __, ...bare } = route;
  return bare;
}

/** Entries of Gateways begin with the name of a policy and that of a field, which none of these does. */
function policyOf({ namespace, name, limits: [localRateLimit] }: Written): TargetedPolicyEntry {
  return {
    name: { name: `route:${name}:localRateLimit`, namespace },
    target: { route: { name, namespace } },
    phase: 'route',
    policy: { localRateLimit },
  };
}

function keyOf({ namespace, name }: RouteEntry): string {
  return `${namespace}/${name}`;
}

function byName({ name: a }: TargetedPolicyEntry, { name: b }: TargetedPolicyEntry): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}
