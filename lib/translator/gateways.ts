import { didYouMean } from '../schema/did-you-mean';
import { quoted } from '../schema/json';
import type { ServerTlsEntry } from '../standalone/document';
import { checkHostname } from '../standalone/hostname';
import { translateCertificate } from './certificates';
import type { Context } from './context';
import type { Fields } from './fields';
import { type LabelTest, labelSelector } from './label-selector';
import { isSpoken, reportListenerFaults } from './listener-faults';
import { AGENTGATEWAY, CORE, GATEWAY_API, type KubeObject, type Objects } from './objects';

/** A Gateway that agentgateway runs, with the listeners that a standalone file can hold. */
export interface Gateway {
  readonly object: KubeObject;
  readonly listeners: readonly Listener[];
  /** Names of all listeners that it declares, also of those that are left out. */
  readonly declared: ReadonlySet<string>;
  /** TLS material: path to content. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Listener {
  readonly path: string;
  readonly name: string;
  readonly port: number;
  /** Empty for any; lower case. */
  readonly hostname: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly tls?: ServerTlsEntry;
  readonly allowsHttpRoutes: boolean;
  readonly allowsNamespace: (namespace: string) => boolean;
  /** Whether it looks at the labels of namespaces. */
  readonly selectsNamespaces: boolean;
}

const CLASS = 'agentgateway';
const CONTROLLER = 'agentgateway.dev/agentgateway';
const INTERNAL_PORTS = 'agentgateway.dev/internal-ports';

/** By namespace and name. Gateways of other controllers are reported and left out. */
export function translateGateways(context: Context): Gateway[] {
  return context.objects
    .all(GATEWAY_API, 'Gateway')
    .filter((object) => isOurs(object, context))
    .map((object) => new GatewayTranslator(object, context).translate());
}

/** Whether the class of a Gateway is one of agentgateway. */
export function isOfOurClass(gateway: KubeObject, objects: Objects): boolean {
  const name = classOf(gateway);
  const gatewayClass = objects.find(GATEWAY_API, 'GatewayClass', '', name);
  if (!gatewayClass) return name === CLASS;
  return gatewayClass.spec.text('controllerName') === CONTROLLER;
}

function classOf({ spec }: KubeObject): string {
  return spec.text('gatewayClassName') ?? '';
}

function isOurs(gateway: KubeObject, { objects }: Context): boolean {
  if (isOfOurClass(gateway, objects)) return true;
  const name = classOf(gateway);
  const gatewayClass = objects.find(GATEWAY_API, 'GatewayClass', '', name);
  const controller = gatewayClass?.spec.text('controllerName');
  const near = didYouMean(name, [CLASS]);
  gateway.findings.warning(
    'GatewayClassNotOurs',
    'spec.gatewayClassName',
    gatewayClass
      ? `GatewayClass ${quoted(name)} belongs to controller ${quoted(controller ?? '')}, so agentgateway does not run this Gateway and it is left out`
      : `GatewayClass ${quoted(name)} is not in the input, so this Gateway is left out`,
    near
      ? `did you mean ${quoted(near)}?`
      : `write \`gatewayClassName: ${CLASS}\`, or add the GatewayClass with \`controllerName: ${CONTROLLER}\``,
  );
  return false;
}

class GatewayTranslator {
  readonly #files = new Map<string, string>();

  constructor(
    private readonly object: KubeObject,
    private readonly context: Context,
  ) {}

  translate(): Gateway {
    const { spec } = this.object;
    this.#refuse();
    const entries = spec.entries('listeners');
    if (entries.length === 0) {
      const message = 'a Gateway without listeners opens no port';
      this.object.findings.error('Required', 'spec.listeners', message, 'add a listener');
    }
    const listeners = entries.flatMap((entry) => this.#listener(entry) ?? []);
    return {
      object: this.object,
      listeners: this.#withoutConflicts(listeners),
      declared: new Set(entries.map((entry) => entry.text('name') ?? '')),
      files: this.#files,
    };
  }

  /** Settings of a Gateway that would close something, and that a file cannot say yet. */
  #refuse(): void {
    const { spec, annotations, findings } = this.object;
    const tls = spec.fields('tls');
    if (tls?.has('frontend')) {
      findings.error(
        'Unsupported',
        tls.at('frontend'),
        'client certificates are not checked by this gateway yet, so the Gateway is refused rather than opened to everybody',
        'remove `tls.frontend`, or run this Gateway with agentgateway',
      );
    }
    if (tls?.has('backend')) {
      findings.error(
        'Unsupported',
        tls.at('backend'),
        'client certificates towards backends are not translated yet',
        'remove `tls.backend`, or run this Gateway with agentgateway',
      );
    }
    spec.refuseOthers(
      ['gatewayClassName', 'listeners', 'addresses', 'infrastructure', 'tls', 'allowedListeners'],
      'a Gateway',
      'remove it, or run this Gateway with agentgateway',
    );
    if (annotations.has(INTERNAL_PORTS)) {
      findings.warning(
        'Unsupported',
        `metadata.annotations[${JSON.stringify(INTERNAL_PORTS)}]`,
        'outside a cluster the internal ports are open like all others',
        'bind or firewall them where the gateway runs',
      );
    }
    this.#refuseParameters();
  }

  #refuseParameters(): void {
    const { spec, key, findings } = this.object;
    const reference = spec.fields('infrastructure')?.fields('parametersRef');
    if (!reference) return;
    const name = reference.text('name') ?? '';
    const parameters = this.context.objects.find(
      AGENTGATEWAY,
      'AgentgatewayParameters',
      key.namespace,
      name,
    );
    if (!parameters?.spec.has('rawConfig')) return;
    findings.error(
      'Unsupported',
      reference.path,
      `AgentgatewayParameters ${quoted(name)} has \`rawConfig\`, which is not translated yet and may hold policies`,
      'write its policies as AgentgatewayPolicy objects',
    );
  }

  // ---------------------------------------------------------------- listeners

  #listener(entry: Fields): Listener | undefined {
    const name = entry.text('name') ?? '';
    const port = entry.integer('port', 1, 65_535);
    const protocol = entry.text('protocol') ?? '';
    reportListenerFaults(entry);
    if (!entry.has('port')) {
      this.object.findings.error('Required', entry.at('port'), 'a listener needs a port');
    }
    if (port === undefined) return undefined;
    if (protocol !== 'HTTP' && protocol !== 'HTTPS') return this.#refuseProtocol(entry, protocol);
    this.#refuseSettings(entry, protocol);
    const tls = protocol === 'HTTPS' ? this.#tls(entry) : undefined;
    const allowed = entry.fields('allowedRoutes');
    const hostname = entry.text('hostname') ?? '';
    return {
      path: entry.path,
      name,
      port,
      hostname: hostname && checkHostname(hostname, entry.at('hostname'), this.object.findings),
      protocol,
      ...(tls && { tls }),
      allowsHttpRoutes: allowsHttpRoutes(allowed),
      allowsNamespace: this.#allowedNamespaces(allowed),
      selectsNamespaces: allowed?.fields('namespaces')?.has('selector') ?? false,
    };
  }

  #refuseProtocol(entry: Fields, protocol: string): undefined {
    if (!isSpoken(protocol)) return undefined;
    this.object.findings.error(
      'Unsupported',
      entry.at('protocol'),
      `listeners of protocol ${quoted(protocol)} are not translated yet, so this one is left out`,
      'use HTTP or HTTPS, or run this Gateway with agentgateway',
    );
    return undefined;
  }

  #refuseSettings(entry: Fields, protocol: string): void {
    entry.refuseOthers(
      ['name', 'port', 'protocol', 'hostname', 'tls', 'allowedRoutes'],
      'a listener',
      'remove it, or run this Gateway with agentgateway',
    );
    if (protocol !== 'HTTP' || !entry.has('tls')) return;
    this.object.findings.error(
      'Conflicted',
      entry.at('tls'),
      'the listener has certificates, but its protocol is HTTP: it would talk in clear text',
      'write `protocol: HTTPS`, or remove `tls`',
    );
  }

  #tls(entry: Fields): ServerTlsEntry {
    const tls = entry.fields('tls');
    if (!tls) {
      const hint = 'write `tls.certificateRefs` with one Secret of type `kubernetes.io/tls`';
      this.object.findings.error(
        'Required',
        entry.at('tls'),
        'an HTTPS listener needs `tls`',
        hint,
      );
      return {};
    }
    if ((tls.text('mode') ?? 'Terminate') !== 'Terminate') {
      this.object.findings.error(
        'Unsupported',
        tls.at('mode'),
        'an HTTPS listener terminates TLS; passing it through is not translated yet',
        'write `mode: Terminate`',
      );
    }
    tls.refuseOthers(
      ['mode', 'certificateRefs'],
      'a listener',
      'remove it, or run this Gateway with agentgateway',
    );
    const certificate = translateCertificate(this.object, tls, this.context);
    for (const [path, content] of certificate.files) this.#files.set(path, content);
    return certificate.tls;
  }

  #allowedNamespaces(allowed: Fields | undefined): (namespace: string) => boolean {
    const own = this.object.key.namespace;
    const namespaces = allowed?.fields('namespaces');
    const from = namespaces?.choice('from', ['Same', 'All', 'Selector', 'None']) ?? 'Same';
    if (from === 'All') return () => true;
    if (from === 'None') return () => false;
    if (from === 'Same') return (namespace) => namespace === own;
    const selector = namespaces?.fields('selector');
    if (!selector) return () => false;
    return namespaceTest(labelSelector(selector), this.context);
  }

  // ---------------------------------------------------------------- conflicts

  /** The later of two listeners that cannot live together loses, as in the controller. */
  #withoutConflicts(listeners: readonly Listener[]): Listener[] {
    const kept: Listener[] = [];
    const names = new Set<string>();
    for (const listener of listeners) {
      const rivals = kept.filter(({ port }) => port === listener.port);
      const { code, path, message } = conflict(listener, rivals, names) ?? {};
      if (code && path && message) {
        const hint = 'give one of them another port, hostname or name';
        this.object.findings.error(code, path, message, hint);
        continue;
      }
      names.add(listener.name);
      kept.push(listener);
    }
    return kept;
  }
}

function allowsHttpRoutes(allowed: Fields | undefined): boolean {
  const kinds = allowed?.entries('kinds') ?? [];
  if (kinds.length === 0) return true;
  return kinds.some(
    (entry) =>
      (entry.text('group') ?? GATEWAY_API) === GATEWAY_API && entry.text('kind') === 'HTTPRoute',
  );
}

/** Every namespace has its name as a label, whether its object is in the input or not. */
function namespaceTest(test: LabelTest, { objects }: Context): (namespace: string) => boolean {
  return (namespace) => {
    const labels = objects.find(CORE, 'Namespace', '', namespace)?.labels ?? new Map();
    return test(new Map([...labels, ['kubernetes.io/metadata.name', namespace]]));
  };
}

function conflict(
  listener: Listener,
  rivals: readonly Listener[],
  names: ReadonlySet<string>,
): { code: string; path: string; message: string } | undefined {
  const { path, name, port, hostname, protocol } = listener;
  if (names.has(name)) {
    const message = `two listeners are named ${quoted(name)}; the later one is left out`;
    return { code: 'Conflicted', path: `${path}.name`, message };
  }
  const other = rivals.find((rival) => rival.protocol !== protocol);
  if (other) {
    const message = `port ${port} already speaks ${other.protocol} for listener ${quoted(other.name)}; the later one is left out`;
    return { code: 'ProtocolConflict', path: `${path}.protocol`, message };
  }
  const same = rivals.find((rival) => rival.hostname === hostname);
  if (same) {
    const shown = hostname ? quoted(hostname) : 'any host';
    const message = `listener ${quoted(same.name)} already serves ${shown} on port ${port}; the later one is left out`;
    return { code: 'HostnameConflict', path: `${path}.hostname`, message };
  }
  return undefined;
}
