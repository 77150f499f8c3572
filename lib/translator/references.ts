import type { ObjectKey } from '../diagnostic';
import { quoted } from '../schema/json';
import { isRoutePattern } from './delegation';
import { AGENTGATEWAY, CORE, GATEWAY_API, type KubeObject, type Objects } from './objects';

/** What a reference points to. */
export interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Which references across namespaces the owners of the other namespace have allowed. */
export class ReferenceGrants {
  /** From and to, then the names that may be referred to; `*` for all. */
  readonly #granted = new Map<string, Set<string>>();

  constructor(objects: Objects) {
    for (const grant of objects.all(GATEWAY_API, 'ReferenceGrant')) this.#add(grant);
  }

  /**
   * Whether `from` may refer to `to`; a finding at `path` when not, or when it may by the default of the controller
   * alone.
   */
  permits(from: KubeObject, to: Reference, path: string): boolean {
    const { kind, namespace } = from.key;
    if (to.namespace === namespace) return true;
    const names = this.#granted.get(pairKey(from.group, kind, namespace, to));
    if (names?.has('*') || names?.has(to.name)) return true;
    const doubt = doubtOf(from, to);
    if (doubt) {
      adviseGrant(from, to, path, doubt);
      return true;
    }
    from.findings.error(
      'RefNotPermitted',
      path,
      `namespace ${quoted(to.namespace)} does not permit ${kind} objects of namespace ${quoted(namespace)} to use its ${to.kind} ${quoted(to.name)}`,
      `add ${grantOf(from, to)}`,
    );
    return false;
  }

  #add(grant: KubeObject): void {
    const { namespace } = grant.key;
    for (const from of grant.spec.entries('from')) {
      const group = from.text('group') ?? '';
      const kind = from.text('kind') ?? '';
      const fromNamespace = from.text('namespace') ?? '';
      for (const to of grant.spec.entries('to')) {
        const target = { group: to.text('group') ?? '', kind: to.text('kind') ?? '', namespace };
        const key = pairKey(group, kind, fromNamespace, target);
        const names = this.#granted.get(key) ?? new Set();
        this.#granted.set(key, names.add(to.text('name') ?? '*'));
      }
    }
  }
}

function pairKey(
  group: string,
  kind: string,
  namespace: string,
  to: Omit<Reference, 'name'>,
): string {
  return JSON.stringify([group, kind, namespace, to.group, to.kind, to.namespace]);
}

/** Why a grant may not be asked for; nothing where it is for certain. */
function doubtOf(from: KubeObject, to: Reference): string | undefined {
  if (isDelegation(from, to)) return 'releases of agentgateway differ in whether they ask for it';
  return isAskedByChoice(from, to)
    ? 'a controller that asks for ReferenceGrants in its mode `route-and-policy` refuses this; the default, `route`, does not ask for those of policies'
    : undefined;
}

/** A route hands requests to another one, which its owner has made for that. */
function isDelegation(from: KubeObject, to: Reference): boolean {
  return from.key.kind === 'HTTPRoute' && to.group === GATEWAY_API && to.kind === 'HTTPRoute';
}

/** The controller asks for grants of what routes refer to; of policies and backends only where it is told to. */
function isAskedByChoice({ group }: KubeObject, to: Reference): boolean {
  const isCredential = to.group === CORE && to.kind !== 'Service';
  return group === AGENTGATEWAY && !isCredential;
}

function adviseGrant(from: KubeObject, to: Reference, path: string, doubt: string): void {
  const thing = `${to.kind} ${quoted(`${to.namespace}/${to.name}`)}`;
  from.findings.warning(
    'RefNotPermitted',
    path,
    `${thing} is of another namespace, which does not permit it: ${doubt}`,
    `to be sure, add ${grantOf(from, to)}`,
  );
}

function grantOf(from: KubeObject, to: Reference): string {
  const name = isRoutePattern(to.name) ? '' : `, name: ${to.name}`;
  const target = `\`{group: ${JSON.stringify(to.group)}, kind: ${to.kind}${name}}\``;
  return `a ReferenceGrant in namespace ${quoted(to.namespace)} from ${grantEntry(from.group, from.key)} to ${target}`;
}

function grantEntry(group: string, { kind, namespace }: ObjectKey): string {
  return `\`{group: ${group}, kind: ${kind}, namespace: ${namespace}}\``;
}
