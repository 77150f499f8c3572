import { didYouMean } from '../../schema/did-you-mean';
import { quoted } from '../../schema/json';
import type { RouteBackendEntry } from '../../standalone/document';
import { parseHost } from '../../standalone/host';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { translateBackendFilters } from '../filters';
import { AGENTGATEWAY, CORE, type KubeObject } from '../objects';
import { type TranslatedTarget, translateService } from './service';
import { translateStatic } from './static';

/**
 * Whose name an upstream is asked by where nothing else is written: a Service keeps the client's, a host name outside
 * Kubernetes gets its own, an address has none.
 */
export type HostHabit = 'client' | 'own' | 'either';

export interface TranslatedBackend {
  readonly entry: RouteBackendEntry;
  readonly habit: HostHabit;
}

const INVALID = { target: undefined, habit: 'either' } as const;

interface Resolved {
  readonly target: TranslatedTarget | undefined;
  readonly habit: HostHabit;
}

/**
 * Where a `backendRef` of a route sends. What does not resolve, or may not be used, becomes `invalid`: its share of the
 * traffic is answered 500, as in a cluster.
 */
export function translateBackendRef(
  reference: Fields,
  route: KubeObject,
  context: Context,
): TranslatedBackend {
  const weight = reference.integer('weight', 0, 1_000_000) ?? 1;
  const { target, habit } = resolve(reference, route, context);
  const { policies: filters, refused } = translateBackendFilters(reference);
  if (!target || refused) return { entry: { invalid: null, weight }, habit: 'either' };
  const policies = { ...target.policies, ...filters };
  const entry: RouteBackendEntry = {
    host: target.host,
    weight,
    ...(Object.keys(policies).length > 0 && { policies }),
  };
  return { entry, habit };
}

/** Where a mirror sends; nothing when it does not resolve, or may not be used. */
export function translateMirrorRef(
  reference: Fields,
  route: KubeObject,
  context: Context,
): TranslatedTarget | undefined {
  return resolve(reference, route, context).target;
}

function resolve(reference: Fields, route: KubeObject, context: Context): Resolved {
  const group = reference.text('group') ?? CORE;
  const kind = reference.text('kind') ?? 'Service';
  const name = reference.text('name') ?? '';
  const namespace = reference.text('namespace') ?? route.key.namespace;
  const isService = group === CORE && kind === 'Service';
  if (!isService && !(group === AGENTGATEWAY && kind === 'AgentgatewayBackend')) {
    return refuseKind(reference, group, kind);
  }
  const permitted = context.grants.permits(
    route,
    { group, kind, namespace, name },
    reference.at('namespace'),
  );
  if (!permitted) return INVALID;
  if (isService) {
    return { target: translateService(reference, namespace, name, context), habit: 'client' };
  }
  return resolveBackend(reference, namespace, name, context);
}

function resolveBackend(
  reference: Fields,
  namespace: string,
  name: string,
  { objects }: Context,
): Resolved {
  const backend = objects.find(AGENTGATEWAY, 'AgentgatewayBackend', namespace, name);
  if (!backend) return reportMissing(reference, namespace, name, objects);
  backend.spec.refuseOthers(['static'], 'an AgentgatewayBackend', 'run this with agentgateway');
  if (!backend.spec.has('static') || backend.spec.names().length > 1) return INVALID;
  const target = translateStatic(backend);
  return { target, habit: target && hasName(target.host) ? 'own' : 'either' };
}

function reportMissing(
  reference: Fields,
  namespace: string,
  name: string,
  objects: Context['objects'],
): Resolved {
  const near = didYouMean(name, objects.someNames(AGENTGATEWAY, 'AgentgatewayBackend', namespace));
  reference.findings.warning(
    'BackendNotFound',
    reference.at('name'),
    `AgentgatewayBackend ${quoted(`${namespace}/${name}`)} is not in the input, so its requests are answered 500`,
    near ? `did you mean ${quoted(near)}?` : 'add it to the input, or refer to another',
  );
  return INVALID;
}

function refuseKind(reference: Fields, group: string, kind: string): Resolved {
  reference.findings.error(
    'Unsupported',
    reference.at('kind'),
    `backends of kind ${quoted(group ? `${group}/${kind}` : kind)} are not translated yet, so their requests are answered 500`,
    'refer to a Service or a static AgentgatewayBackend, or run this with agentgateway',
  );
  return INVALID;
}

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

function hasName(host: string): boolean {
  const target = parseHost(host);
  return 'host' in target && !ADDRESS.test(target.host);
}
