import { listed, quoted } from '../schema/json';
import { checkHostname } from '../standalone/hostname';
import type { Context } from './context';
import { delegatedRoutes } from './delegation';
import type { Fields } from './fields';
import type { Gateway, Listener } from './gateways';
import { intersect } from './hostnames';
import { CORE, GATEWAY_API, getOrAdd, type KubeObject, nameOf } from './objects';

/** A route at a listener, and the hosts that both serve. */
export interface Attachment {
  readonly route: KubeObject;
  /** Empty for whatever the listener serves. */
  readonly hostnames: readonly string[];
}

export interface Attachments {
  /** Each in the order of namespace and name. */
  readonly byListener: ReadonlyMap<Listener, readonly Attachment[]>;
  /** Routes that name one of our Gateways, attached or not. */
  readonly routes: ReadonlySet<KubeObject>;
}

const ROUTE_KIND = 'HTTPRoute';

/** Decides which routes attach to which listeners, as the controller does. */
export function attachRoutes(context: Context, gateways: readonly Gateway[]): Attachments {
  const attacher = new Attacher(context, gateways);
  for (const route of context.objects.all(GATEWAY_API, ROUTE_KIND)) attacher.attach(route);
  return attacher;
}

class Attacher implements Attachments {
  readonly byListener = new Map<Listener, Attachment[]>();
  readonly routes = new Set<KubeObject>();
  readonly #gateways: ReadonlyMap<string, Gateway>;
  readonly #delegated: ReadonlySet<KubeObject>;

  constructor(
    private readonly context: Context,
    gateways: readonly Gateway[],
  ) {
    this.#delegated = delegatedRoutes(context.objects);
    this.#gateways = new Map(gateways.map((gateway) => [nameOf(gateway.object.key), gateway]));
  }

  attach(route: KubeObject): void {
    const parents = route.spec.entries('parentRefs');
    if (parents.length === 0 && !this.#delegated.has(route)) {
      route.findings.warning(
        'NoMatchingParent',
        'spec.parentRefs',
        'the route names no Gateway, so nothing serves it',
        'write `parentRefs` with the Gateway',
      );
    }
    const hostnames = route.spec.texts('hostnames', (hostname, path) =>
      checkHostname(hostname, path, route.findings),
    );
    const attached = new Set<Listener>();
    for (const parent of parents) this.#attachTo(parent, route, hostnames, attached);
  }

  #attachTo(
    parent: Fields,
    route: KubeObject,
    hostnames: readonly string[],
    attached: Set<Listener>,
  ): void {
    const gateway = this.#gateway(parent, route);
    if (!gateway) return;
    this.routes.add(route);
    const named = this.#named(parent, gateway);
    const allowed = named.filter(
      ({ allowsHttpRoutes, allowsNamespace }) =>
        allowsHttpRoutes && allowsNamespace(route.key.namespace),
    );
    if (named.length > 0 && allowed.length === 0)
      return this.#reportNotAllowed(parent, route, named);
    let served = allowed.length === 0;
    for (const listener of allowed) {
      const both = intersect(listener.hostname, hostnames);
      if (!both) continue;
      served = true;
      if (attached.has(listener)) continue;
      attached.add(listener);
      getOrAdd(this.byListener, listener, () => []).push({ route, hostnames: both });
    }
    if (!served) reportNoHostname(parent, hostnames, allowed);
  }

  #gateway(parent: Fields, route: KubeObject): Gateway | undefined {
    const group = parent.text('group') ?? GATEWAY_API;
    const kind = parent.text('kind') ?? 'Gateway';
    if (group !== GATEWAY_API || kind !== 'Gateway') return refuseParent(parent, group, kind);
    const namespace = parent.text('namespace') ?? route.key.namespace;
    const name = parent.text('name') ?? '';
    const gateway = this.#gateways.get(`${namespace}/${name}`);
    if (gateway || this.context.objects.find(GATEWAY_API, kind, namespace, name)) return gateway;
    parent.findings.warning(
      'NoMatchingParent',
      parent.path,
      `Gateway ${quoted(`${namespace}/${name}`)} is not in the input, so nothing serves the route there`,
      'add the Gateway to the input, or correct its name and namespace',
    );
    return undefined;
  }

  /** Listeners that `sectionName` and `port` mean; none where the one that is meant was left out with a finding. */
  #named(parent: Fields, gateway: Gateway): readonly Listener[] {
    const section = parent.text('sectionName');
    const port = parent.integer('port', 1, 65_535);
    const named = gateway.listeners.filter(
      (listener) =>
        (section === undefined || listener.name === section) &&
        (port === undefined || listener.port === port),
    );
    const leftOut = gateway.declared.size > gateway.listeners.length;
    if (named.length > 0 || (leftOut && (!section || gateway.declared.has(section)))) return named;
    const listeners = gateway.listeners.map(({ name, port: at }) => `${name}:${at}`);
    parent.findings.error(
      'NoMatchingParent',
      section === undefined ? parent.at('port') : parent.at('sectionName'),
      `Gateway ${quoted(nameOf(gateway.object.key))} has no listener ${quoted(`${section ?? '*'}:${port ?? '*'}`)}, so nothing serves the route there`,
      `its listeners are ${listed(listeners) || 'none'}`,
    );
    return named;
  }

  #reportNotAllowed(parent: Fields, route: KubeObject, listeners: readonly Listener[]): void {
    const { namespace } = route.key;
    const names = listed(listeners.map(({ name }) => name));
    if (!listeners.some(({ allowsHttpRoutes }) => allowsHttpRoutes)) {
      return parent.findings.error(
        'NotAllowedByListeners',
        parent.path,
        `listener ${names} takes no HTTPRoutes, so nothing serves the route there`,
        'add HTTPRoute to its `allowedRoutes.kinds`',
      );
    }
    const isKnown = this.context.objects.find(CORE, 'Namespace', '', namespace) !== undefined;
    const selects = listeners.some(({ selectsNamespaces }) => selectsNamespaces);
    const unknown =
      selects && !isKnown ? ', whose labels are not known, as it is not in the input' : '';
    parent.findings.error(
      'NotAllowedByListeners',
      parent.path,
      `listener ${names} takes no routes of namespace ${quoted(namespace)}${unknown}, so nothing serves the route there`,
      'write `allowedRoutes: {namespaces: {from: All}}` at the listener, or a selector that the namespace has',
    );
  }
}

function refuseParent(parent: Fields, group: string, kind: string): undefined {
  parent.findings.error(
    'Unsupported',
    parent.path,
    `routes of ${quoted(group ? `${group}/${kind}` : kind)} are not translated yet, so nothing serves the route there`,
    'refer to a Gateway, or run this with agentgateway',
  );
  return undefined;
}

function reportNoHostname(
  parent: Fields,
  hostnames: readonly string[],
  listeners: readonly Listener[],
): void {
  const served = listed(listeners.map(({ hostname }) => hostname));
  parent.findings.error(
    'NoMatchingListenerHostname',
    parent.path,
    `the route serves ${listed(hostnames.slice(0, 5))}, but the listeners serve ${served}, so no request reaches it there`,
    'give both a host in common',
  );
}
