import { didYouMean } from '../../schema/did-you-mean';
import { quoted } from '../../schema/json';
import { parseHost } from '../../standalone/host';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { AGENTGATEWAY, CORE, type KubeObject } from '../objects';
import { type TranslatedLlm, translateLlm } from './llm';
import { isPoliced } from './policed';
import { type TranslatedTarget, translateService } from './service';
import { translateStatic } from './static';

/**
 * Whose name an upstream is asked by where nothing else is written: a Service keeps the client's, a host name outside
 * Kubernetes gets its own, an address has none.
 */
export type HostHabit = 'client' | 'own' | 'either';

const INVALID = { target: undefined, habit: 'either' } as const;

export interface ResolvedTarget {
  readonly target: TranslatedTarget | undefined;
  readonly habit: HostHabit;
}

export interface ResolvedBackend extends ResolvedTarget {
  /** In place of a target: language models, which have hosts of their own. */
  readonly llm?: TranslatedLlm;
  /** The AgentgatewayBackend, which may say who is asked about its requests. */
  readonly backend?: KubeObject;
}

/** Where a reference to a single host leads: nowhere when it does not resolve, or may not be used, which is then a finding. */
export function resolveTarget(
  reference: Fields,
  route: KubeObject,
  context: Context,
): ResolvedTarget {
  const resolved = resolveBackendRef(reference, route, context);
  if (resolved.llm) {
    reference.findings.error(
      'Unsupported',
      reference.at('name'),
      'a standalone file cannot name language models here',
      'refer to a Service or a static AgentgatewayBackend, or run this with agentgateway',
    );
  }
  if (resolved.backend?.spec.fields('policies')?.has('extAuth')) return refuseCheck(reference);
  return isPoliced(reference, route.key.namespace, context) ? INVALID : resolved;
}

/** As above, where language models may be meant as well. */
export function resolveBackendRef(
  reference: Fields,
  route: KubeObject,
  context: Context,
): ResolvedBackend {
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
  context: Context,
): ResolvedBackend {
  const { objects } = context;
  const backend = objects.find(AGENTGATEWAY, 'AgentgatewayBackend', namespace, name);
  if (!backend) return reportMissing(reference, namespace, name, objects);
  if (backend.spec.has('ai')) {
    const llm = translateLlm(backend, context);
    return llm ? { target: undefined, llm, habit: 'own', backend } : INVALID;
  }
  const target = translateStatic(backend, context);
  return { target, habit: target && hasName(target.host) ? 'own' : 'either', backend };
}

function reportMissing(
  reference: Fields,
  namespace: string,
  name: string,
  objects: Context['objects'],
): ResolvedTarget {
  const near = didYouMean(name, objects.someNames(AGENTGATEWAY, 'AgentgatewayBackend', namespace));
  reference.findings.warning(
    'BackendNotFound',
    reference.at('name'),
    `AgentgatewayBackend ${quoted(`${namespace}/${name}`)} is not in the input, so its requests are answered 500`,
    near ? `did you mean ${quoted(near)}?` : 'add it to the input, or refer to another',
  );
  return INVALID;
}

function refuseCheck(reference: Fields): ResolvedTarget {
  reference.findings.error(
    'Unsupported',
    reference.at('name'),
    'a standalone file can have requests checked by external authorization to backends of routes only, and not to this one',
    'refer to a backend without `extAuth`, or run this with agentgateway',
  );
  return INVALID;
}

function refuseKind(reference: Fields, group: string, kind: string): ResolvedTarget {
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
