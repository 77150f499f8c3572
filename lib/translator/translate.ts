import type { Diagnostic, ObjectKey } from '../diagnostic';
import { quoted } from '../schema/json';
import type {
  BindEntry,
  ListenerEntry,
  RouteEntry,
  StandaloneDocument,
} from '../standalone/document';
import { Findings } from '../standalone/findings';
import { AnonymousAccess } from './anonymous-access';
import { AttachedPolicies } from './attached-policies';
import { type Attachments, attachRoutes } from './attachments';
import type { Context } from './context';
import { gatewayPolicies } from './gateway-policies';
import { type Gateway, type Listener, translateGateways } from './gateways';
import { namedFiles } from './named-files';
import { compare, getOrAdd, Objects } from './objects';
import { PolicedBackends } from './policed-backends';
import { ReferenceGrants } from './references';
import { RouteTranslator, reportUnreachable } from './routes';
import { SecretVariables } from './secret-variables';
import { shareLimits } from './shared-limits';
import { reportUnsupportedKinds } from './unsupported-kinds';

/** What a set of Kubernetes objects means to agentgateway outside a cluster: one standalone document per Gateway. */
export interface Translation {
  readonly gateways: readonly TranslatedGateway[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface TranslatedGateway {
  readonly gateway: ObjectKey;
  readonly document: StandaloneDocument;
  /** TLS material, which a standalone file takes only as paths: path to content. */
  readonly files: ReadonlyMap<string, string>;
}

export interface TranslateOptions {
  /** @default 'cluster.local' */
  readonly clusterDomain?: string;
}

/**
 * Says in standalone documents what Kubernetes objects say. Never throws: what cannot be said, or would be open where
 * the cluster is closed, is an error, and a document beside errors must not be run.
 *
 * Gateways come by namespace and name, findings by object and path, whatever the order of the input.
 */
export function translate(
  objects: readonly unknown[],
  options: TranslateOptions = {},
): Translation {
  const variables = new SecretVariables();
  const translation = translateWith(variables, objects, options);
  const names = variables.distinctNames();
  // Which entries need longer names is known when all were asked for.
  return names.size === 0
    ? translation
    : translateWith(new SecretVariables(names), objects, options);
}

function translateWith(
  variables: SecretVariables,
  objects: readonly unknown[],
  { clusterDomain = 'cluster.local' }: TranslateOptions,
): Translation {
  const findings = new Findings();
  const index = new Objects(objects, findings);
  const grants = new ReferenceGrants(index);
  const context = {
    objects: index,
    grants,
    policed: new PolicedBackends(index),
    clusterDomain,
    variables,
    files: new Map<string, string>(),
    findings,
  };
  return {
    gateways: translateAll(context),
    diagnostics: inOrder(findings.diagnostics),
  };
}

function translateAll(context: Context): TranslatedGateway[] {
  const gateways = translateGateways(context);
  const policies = new AttachedPolicies(context, gateways);
  const anonymous = new AnonymousAccess(context);
  const routes = new RouteTranslator(context, policies, anonymous);
  const attachments = attachRoutes(context, gateways);
  for (const route of attachments.routes) routes.check(route);
  reportUnsupportedKinds(context, gateways);
  const translated = gateways.map((gateway) => {
    const shared = shareLimits(binds(gateway, attachments, routes));
    const targeted = [...gatewayPolicies(gateway, policies), ...shared.policies];
    const document = {
      binds: shared.binds,
      ...(targeted.length > 0 && { policies: targeted }),
    };
    return {
      gateway: gateway.object.key,
      document,
      files: new Map([...gateway.files, ...namedFiles(document, context.files)]),
    };
  });
  anonymous.report();
  routes.report();
  return translated;
}

function binds(gateway: Gateway, attachments: Attachments, routes: RouteTranslator): BindEntry[] {
  const ports = new Map<number, ListenerEntry[]>();
  for (const listener of gateway.listeners) {
    const rules = (attachments.byListener.get(listener) ?? []).flatMap((attachment) =>
      routes.translate(attachment, gateway, listener),
    );
    reportUnreachable(rules);
    const entries = rules.map(({ entry }) => entry);
    checkNames(entries, gateway, listener);
    getOrAdd(ports, listener.port, () => []).push(listenerEntry(listener, entries));
  }
  return [...ports].sort(([a], [b]) => a - b).map(([port, listeners]) => ({ port, listeners }));
}

function listenerEntry(
  { name, hostname, protocol, tls }: Listener,
  routes: RouteEntry[],
): ListenerEntry {
  return { name, ...(hostname && { hostname }), protocol, ...(tls && { tls }), routes };
}

/** Route `cart.00` and the first rule of route `cart` would be one to agentgateway. */
function checkNames(entries: readonly RouteEntry[], gateway: Gateway, { path }: Listener): void {
  const seen = new Set<string>();
  for (const { namespace, name } of entries) {
    const key = `${namespace}/${name}`;
    if (seen.has(key)) {
      gateway.object.findings.error(
        'Conflicted',
        path,
        `two routes would be named ${quoted(key)} in the file, and agentgateway would keep only one`,
        'rename one of the HTTPRoutes',
      );
    }
    seen.add(key);
  }
}

/** Sorted, and each once: a rule is looked at for every listener. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const distinct = new Map(diagnostics.map((finding) => [sortKey(finding), finding]));
  return [...distinct].sort(([a], [b]) => compare(a, b)).map(([, finding]) => finding);
}

function sortKey({ object, path, code, message, hint }: Diagnostic): string {
  const { kind = '', namespace = '', name = '' } = object ?? {};
  const place = path.replace(/\d+/g, (index) => index.padStart(6, '0'));
  return [kind, namespace, name, place, code, message, hint ?? ''].join('\0');
}
