import { field, isObject, textField } from '../schema/json';
import type { Reference } from '../translator/references';

/** A reference that an object writes, with what its place leaves to be understood. */
export interface WrittenReference extends Reference {
  readonly path: string;
  readonly role: Role;
  /** The entry of a Secret or ConfigMap. @default - none is named */
  readonly key?: string;
  /** @default - none is named */
  readonly port?: number;
}

/** What is referred to, for the one that refers. */
export type Role = 'backend' | 'credential' | 'extension' | 'parameters' | 'parent' | 'target';

interface Place {
  readonly role: Role;
  readonly group: string;
  /** Where none is written. @default - one must be written */
  readonly kind?: string;
}

const GATEWAY_API = 'gateway.networking.k8s.io';
const SECRET: Place = { role: 'credential', group: '', kind: 'Secret' };
const CONFIG_MAP: Place = { role: 'credential', group: '', kind: 'ConfigMap' };
const SERVICE: Place = { role: 'backend', group: '', kind: 'Service' };
const GATEWAY: Place = { role: 'parent', group: GATEWAY_API, kind: 'Gateway' };

/** The fields that refer to other objects, wherever they stand. */
const PLACES: Readonly<Record<string, Place>> = {
  backendRef: SERVICE,
  backendRefs: SERVICE,
  caCertificateRefs: CONFIG_MAP,
  certificateRef: SECRET,
  certificateRefs: SECRET,
  clientCertificateRef: SECRET,
  clientSecretRef: SECRET,
  configMapKeyRef: CONFIG_MAP,
  configMapRef: CONFIG_MAP,
  extensionRef: { role: 'extension', group: '' },
  modelRef: { role: 'backend', group: 'agentgateway.dev', kind: 'AgentgatewayModel' },
  mtlsCertificateRef: SECRET,
  parametersRef: { role: 'parameters', group: '' },
  parentRef: GATEWAY,
  parentRefs: GATEWAY,
  secretKeyRef: SECRET,
  secretRef: SECRET,
  signingKeyRef: SECRET,
  targetRefs: { role: 'target', group: '' },
};

/** Every reference below an object's `spec`, in the order in which they are written. */
export function referencesOf(object: unknown): WrittenReference[] {
  const namespace = textField(field(object, 'metadata'), 'namespace') || 'default';
  const found: WrittenReference[] = [];
  const open: Visit[] = [{ value: field(object, 'spec'), path: 'spec' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, place } = next;
    if (place && !Array.isArray(value)) {
      const reference = read(value, path, place, namespace);
      if (reference) found.push(reference);
    }
    open.push(...inside(value, path, place).reverse());
  }
  return found;
}

interface Visit {
  readonly value: unknown;
  readonly path: string;
  readonly place?: Place;
}

function inside(value: unknown, path: string, place: Place | undefined): Visit[] {
  if (Array.isArray(value)) {
    return value.map((entry, index) => ({ value: entry, path: `${path}[${index}]`, place }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, inner]) => ({
    value: inner,
    path: `${path}.${name}`,
    place: Object.hasOwn(PLACES, name) ? PLACES[name] : undefined,
  }));
}

function read(
  value: unknown,
  path: string,
  place: Place,
  own: string,
): WrittenReference | undefined {
  const kind = textField(value, 'kind') || place.kind;
  const name = textField(value, 'name');
  if (!kind || name === '' || field(value, 'optional') === true) return undefined;
  // Without a group it is that of Kubernetes itself, or of the only kind that can stand there.
  const isKnown = kind === place.kind || place === SERVICE;
  const group = field(value, 'group') ?? (isKnown ? place.group : undefined);
  if (typeof group !== 'string') return undefined;
  const key = textField(value, 'key');
  const port = field(value, 'port');
  return {
    ...{ path, role: place.role, group, kind, name },
    namespace: textField(value, 'namespace') || own,
    ...(key && { key }),
    ...(typeof port === 'number' && { port }),
  };
}
