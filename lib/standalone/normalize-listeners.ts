import { didYouMean } from '../schema/did-you-mean';
import { listed, quoted } from '../schema/json';
import type {
  AttachedRouteEntry,
  BindEntry,
  GatewayEntry,
  GatewayListenerEntry,
  ListenerEntry,
  RouteEntry,
  StandaloneDocument,
} from './document';
import type { Findings } from './findings';
import { checkHostname } from './hostname';
import type { NamedBackends } from './named-backends';
import type { NormalBind, NormalListener, NormalRoute } from './normal-document';
import { normalizePolicies } from './normalize-policies';
import { normalizeRoute } from './normalize-routes';
import { UNREACHABLE_HINT, unreachableMatches, unreachableMessage } from './unreachable';

/** A listener whose routes are still to come. */
interface OpenListener extends Omit<NormalListener, 'routes'> {
  readonly routes: NormalRoute[];
}

interface OpenBind extends Omit<NormalBind, 'listeners'> {
  readonly listeners: OpenListener[];
}

/** Both forms of the file, `binds` and `gateways` with `routes`, as binds. */
export function normalizeListeners(
  document: StandaloneDocument,
  backends: NamedBackends,
  findings: Findings,
): NormalBind[] {
  return new ListenerNormalizer(document, backends, findings).normalize();
}

class ListenerNormalizer {
  /** `edge` and `edge/https`, as routes write them. */
  readonly #attachable = new Map<string, OpenListener[]>();

  constructor(
    private readonly document: StandaloneDocument,
    private readonly backends: NamedBackends,
    private readonly findings: Findings,
  ) {}

  normalize(): NormalBind[] {
    const { gateways = {}, binds = [], routes = [] } = this.document;
    const open = [
      ...Object.entries(gateways).map(([name, gateway]) => this.#gateway(name, gateway)),
      ...binds.map((bind, index) => this.#bind(bind, `binds[${index}]`)),
    ];
    routes.forEach((route, index) => {
      this.#attach(route, `routes[${index}]`);
    });
    this.#checkPorts(open);
    for (const bind of open) this.#checkBind(bind);
    for (const { routes } of open.flatMap(({ listeners }) => listeners)) this.#checkReach(routes);
    return open;
  }

  #checkReach(routes: readonly NormalRoute[]): void {
    for (const { route, match, by } of unreachableMatches(routes)) {
      const message = unreachableMessage(`${by.path} (${by.namespace}/${by.name})`);
      this.findings.warning(
        'Unreachable',
        `${route.path}.matches[${match}].path`,
        message,
        UNREACHABLE_HINT,
      );
    }
  }

  // ---------------------------------------------------------------- gateways and their routes

  #gateway(name: string, gateway: GatewayEntry): OpenBind {
    const path = /^[A-Za-z_][\w-]*$/.test(name)
      ? `gateways.${name}`
      : `gateways[${JSON.stringify(name)}]`;
    const { port, listeners = [], ...alone } = gateway;
    if (listeners.length === 0) {
      const listener = this.#gatewayListener(alone, path, name);
      this.#attachable.set(name, [listener]);
      return { path, port, listeners: [listener] };
    }
    this.#checkAlone(alone, path);
    const open = listeners.map((entry, index) => {
      const reference = `${name}/${entry.name ?? `listener${index}`}`;
      const listener = this.#gatewayListener(entry, `${path}.listeners[${index}]`, reference);
      this.#attachable.set(reference, [listener]);
      return listener;
    });
    this.#attachable.set(name, open);
    return { path, port, listeners: open };
  }

  #checkAlone(settings: object, path: string): void {
    const written = Object.keys(settings);
    if (written.length === 0) return;
    this.findings.error(
      'Conflicted',
      `${path}.${written[0]}`,
      `with \`listeners\`, a gateway takes only \`port\`, not ${listed(written)}`,
      'write these settings at each listener',
    );
  }

  #gatewayListener(entry: GatewayListenerEntry, path: string, name: string): OpenListener {
    const { name: _, hostname, protocol, tls, ...policies } = entry;
    const shown = { hostname, protocol: protocol ?? (tls ? 'HTTPS' : 'HTTP'), tls } as const;
    const normal = normalizePolicies(policies, path, this.findings, this.backends);
    return this.#listener(shown, path, name, normal);
  }

  #attach(entry: AttachedRouteEntry, path: string): void {
    const { gateways, ...route } = entry;
    for (const listener of this.#listenersOf(gateways, path)) {
      this.#addRoute(listener, route, path);
    }
  }

  #listenersOf(gateways: string | string[] | undefined, path: string): Set<OpenListener> {
    const references = typeof gateways === 'string' ? [gateways] : (gateways ?? []);
    if (references.length === 0) return new Set(this.#defaultListeners(path));
    return new Set(
      references.flatMap((reference, index) => {
        const at = Array.isArray(gateways) ? `${path}.gateways[${index}]` : `${path}.gateways`;
        return this.#referenced(reference, at);
      }),
    );
  }

  /** agentgateway attaches a route without `gateways` to the gateway named `default`. */
  #defaultListeners(path: string): OpenListener[] {
    const listeners = this.#attachable.get('default');
    if (listeners) return listeners;
    const names = Object.keys(this.document.gateways ?? {});
    this.findings.error(
      'NoMatchingParent',
      `${path}.gateways`,
      'the route names no gateway, and none is named `default`',
      names.length > 0 ? `write \`gateways: ${names[0]}\`` : 'add a gateway named `default`',
    );
    return [];
  }

  #referenced(reference: string, path: string): OpenListener[] {
    const listeners = this.#attachable.get(reference);
    if (listeners) return listeners;
    const near = didYouMean(reference, this.#attachable.keys());
    this.findings.error(
      'NoMatchingParent',
      path,
      `there is no gateway or listener ${quoted(reference)}`,
      near
        ? `did you mean ${quoted(near)}?`
        : `write one of ${listed([...this.#attachable.keys()].slice(0, 10), 'or')}`,
    );
    return [];
  }

  // ---------------------------------------------------------------- binds

  #bind({ port, listeners }: BindEntry, path: string): OpenBind {
    return {
      path,
      port,
      listeners: listeners.map((entry, index) => {
        const at = `${path}.listeners[${index}]`;
        return this.#bindListener(entry, at, entry.name ?? `listener${index}`);
      }),
    };
  }

  #bindListener(entry: ListenerEntry, path: string, name: string): OpenListener {
    const { hostname, protocol = 'HTTP', tls, routes } = entry;
    const policies = normalizePolicies(
      entry.policies,
      `${path}.policies`,
      this.findings,
      this.backends,
    );
    const listener = this.#listener({ hostname, protocol, tls }, path, name, policies);
    if (!routes) {
      this.findings.error(
        'Required',
        `${path}.routes`,
        `agentgateway refuses an ${protocol} listener without \`routes\``,
        'add routes, or write `routes: []` for none yet',
      );
    }
    routes?.forEach((route, index) => {
      this.#addRoute(listener, route, `${path}.routes[${index}]`);
    });
    return listener;
  }

  // ---------------------------------------------------------------- either

  #listener(
    {
      hostname = '',
      protocol,
      tls,
    }: Pick<OpenListener, 'protocol' | 'tls'> & { hostname?: string },
    path: string,
    name: string,
    policies: NormalListener['policies'],
  ): OpenListener {
    this.#checkTls(protocol, tls, path);
    const any = hostname === '' || hostname === '*';
    return {
      path,
      name,
      hostname: any ? '' : checkHostname(hostname, `${path}.hostname`, this.findings),
      protocol,
      ...(tls && { tls }),
      policies,
      routes: [],
    };
  }

  #checkTls(protocol: 'HTTP' | 'HTTPS', tls: OpenListener['tls'], path: string): void {
    if (protocol === 'HTTP' && tls) {
      this.findings.error(
        'Conflicted',
        `${path}.tls`,
        'the listener has certificates, but its protocol is HTTP: it would talk in clear text',
        'write `protocol: HTTPS`, or remove `tls`',
      );
    }
    if (protocol !== 'HTTPS') return;
    for (const name of ['cert', 'key'] as const) {
      if (tls?.[name]) continue;
      this.findings.error(
        'Required',
        `${path}.tls.${name}`,
        `an HTTPS listener needs \`tls.${name}\``,
        'write the path of a PEM file, relative to the working directory',
      );
    }
  }

  #addRoute(listener: OpenListener, entry: RouteEntry, path: string): void {
    const index = listener.routes.length;
    listener.routes.push(normalizeRoute(entry, path, index, this.backends, this.findings));
  }

  // ---------------------------------------------------------------- what agentgateway would overwrite in silence

  #checkPorts(binds: readonly OpenBind[]): void {
    const seen = new Map<number, OpenBind>();
    for (const bind of binds) {
      const first = seen.get(bind.port);
      if (!first) {
        seen.set(bind.port, bind);
        continue;
      }
      this.findings.error(
        'PortUnavailable',
        `${bind.path}.port`,
        `port ${bind.port} is already taken by \`${first.path}\``,
        'put the listeners of one port together, or choose another port',
      );
    }
  }

  #checkBind({ port, listeners }: OpenBind): void {
    const names = new Map<string, OpenListener>();
    const hostnames = new Map<string, OpenListener>();
    for (const listener of listeners) {
      this.#checkUnique(names, listener.name, listener, 'name');
      this.#checkUnique(hostnames, listener.hostname, listener, 'hostname');
      if (listener.protocol !== listeners[0]!.protocol) {
        this.findings.error(
          'ProtocolConflict',
          `${listener.path}.protocol`,
          `port ${port} cannot serve both ${listeners[0]!.protocol} and ${listener.protocol}`,
          'give one of them another port',
        );
      }
      this.#checkRoutes(listener);
    }
  }

  #checkUnique(
    seen: Map<string, OpenListener>,
    value: string,
    listener: OpenListener,
    what: 'name' | 'hostname',
  ): void {
    const first = seen.get(value);
    if (!first) {
      seen.set(value, listener);
      return;
    }
    const shown = value ? quoted(value) : 'any host';
    this.findings.error(
      what === 'hostname' ? 'HostnameConflict' : 'Conflicted',
      `${listener.path}.${what}`,
      `\`${first.path}\` has the ${what} ${shown} too`,
      `give the listener a ${what} of its own`,
    );
  }

  #checkRoutes(listener: OpenListener): void {
    const seen = new Map<string, NormalRoute>();
    for (const route of listener.routes) {
      const key = `${route.namespace}/${route.name}`;
      const first = seen.get(key);
      if (!first) {
        seen.set(key, route);
        continue;
      }
      this.findings.error(
        'Duplicate',
        `${route.path}.name`,
        `\`${first.path}\` is named ${quoted(key)} too, and agentgateway would keep only one of them`,
        'give each route of a listener a name of its own',
      );
    }
  }
}
