import type { ObjectKey } from '../diagnostic';
import { quoted } from '../schema/json';
import type { BackendTlsEntry } from '../standalone/document';
import { TlsMaterial } from './backends/backend-tls';
import type { Context } from './context';
import type { Fields } from './fields';
import { AGENTGATEWAY, CORE, compare, GATEWAY_API, type KubeObject, nameOf } from './objects';

/** How a backend, or one port of a Service, is called over TLS. */
export interface BackendTls {
  readonly policy: KubeObject;
  readonly target: ObjectKey;
  /** The number of a port. @default - all */
  readonly section: string | undefined;
  readonly path: string;
  /** Nothing where the authorities cannot be had: then the backend must not be called. */
  readonly tls: BackendTlsEntry | undefined;
}

const HINT = 'remove it, or run this with agentgateway';
const GROUPS: Readonly<Record<string, string>> = {
  Service: CORE,
  AgentgatewayBackend: AGENTGATEWAY,
};

/** What BackendTLSPolicies say, by backend and port: of two for one the older counts (Gateway API, policy conflicts). */
export function translateBackendTlsPolicies(context: Context): BackendTls[] {
  const winners = new Map<string, BackendTls>();
  const policies = [...context.objects.all(GATEWAY_API, 'BackendTLSPolicy')].sort(byAge);
  for (const entry of policies.flatMap((policy) => translatePolicy(policy, context))) {
    const { kind } = entry.target;
    const place = [kind, nameOf(entry.target), entry.section ?? ''].join(' ');
    const first = winners.get(place);
    if (!first) winners.set(place, entry);
    else reportYounger(entry, first);
  }
  return [...winners.values()];
}

function byAge(a: KubeObject, b: KubeObject): number {
  return compare(createdAt(a), createdAt(b)) || compare(nameOf(a.key), nameOf(b.key));
}

function createdAt({ root }: KubeObject): string {
  return root.fields('metadata')?.text('creationTimestamp') ?? '';
}

function reportYounger({ policy, path, target }: BackendTls, first: BackendTls): void {
  if (first.policy === policy) return;
  policy.findings.warning(
    'Conflicted',
    path,
    `has no effect: BackendTLSPolicy ${quoted(nameOf(first.policy.key))} says the same of ${target.kind} ${quoted(nameOf(target))}, and is older or comes first by name`,
    'remove one of them',
  );
}

function translatePolicy(policy: KubeObject, context: Context): BackendTls[] {
  const { spec } = policy;
  spec.refuseOthers(['targetRefs', 'validation', 'options'], 'a BackendTLSPolicy', HINT);
  spec.fields('options')?.refuseOthers([], 'a BackendTLSPolicy', HINT);
  const validation = spec.fields('validation');
  const tls = validation && translateValidation(validation, policy, context);
  return spec.entries('targetRefs').flatMap((reference) => {
    const place = placeOf(reference, policy, context);
    return place ? [{ policy, ...place, path: reference.path, tls }] : [];
  });
}

function placeOf(
  reference: Fields,
  { key: { namespace } }: KubeObject,
  { objects }: Context,
): Pick<BackendTls, 'target' | 'section'> | undefined {
  const kind = reference.text('kind') ?? '';
  const group = reference.text('group') ?? CORE;
  const name = reference.text('name') ?? '';
  const section = reference.text('sectionName');
  if (GROUPS[kind] !== group || (section !== undefined && kind !== 'Service')) {
    const part = section === undefined ? '' : ` section ${quoted(section)} of`;
    reference.findings.error(
      'Unsupported',
      reference.path,
      `TLS to${part} ${quoted(group ? `${group}/${kind}` : kind)} is not translated yet, so it would be called in clear`,
      'target a Service or an AgentgatewayBackend, or run this with agentgateway',
    );
    return undefined;
  }
  const target = { kind, namespace, name };
  if (section === undefined || /^\d+$/.test(section)) return { target, section };
  const ports = objects.find(CORE, 'Service', namespace, name)?.spec.entries('ports') ?? [];
  const port = ports.find((entry) => entry.text('name') === section)?.integer('port', 1, 65_535);
  if (port !== undefined) return { target, section: String(port) };
  reference.findings.error(
    'TargetNotFound',
    reference.at('sectionName'),
    `the input has no Service ${quoted(name)} with a port named ${quoted(section)}, so that port would be called in clear`,
    'add the Service to the input, or write the number of the port',
  );
  return undefined;
}

function translateValidation(
  validation: Fields,
  policy: KubeObject,
  context: Context,
): BackendTlsEntry | undefined {
  validation.refuseOthers(
    ['hostname', 'caCertificateRefs', 'wellKnownCACertificates', 'subjectAltNames'],
    'a validation',
    HINT,
  );
  validation.choice('wellKnownCACertificates', ['System']);
  const material = new TlsMaterial(policy, context);
  const references = validation.entries('caCertificateRefs');
  const [authorities] = references;
  const root = authorities && material.authorities(authorities);
  if (references.length > 1) reportSeveral(validation);
  if (!material.isComplete) return undefined;
  const hostname = validation.text('hostname');
  const names = validation.entries('subjectAltNames').flatMap(nameIn);
  return {
    ...(root !== undefined && { root }),
    ...(hostname !== undefined && { hostname }),
    ...(names.length > 0 && { subjectAltNames: names }),
  };
}

function nameIn(name: Fields): string[] {
  const type = name.choice('type', ['Hostname', 'URI']);
  const text = name.text(type === 'URI' ? 'uri' : 'hostname');
  return text === undefined ? [] : [text];
}

function reportSeveral(validation: Fields): void {
  validation.findings.error(
    'Unsupported',
    validation.at('caCertificateRefs'),
    'a standalone file takes the authorities of a backend from one file, and here are several references',
    'put them into one ConfigMap',
  );
}
