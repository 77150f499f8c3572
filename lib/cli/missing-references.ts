import type { Diagnostic } from '../diagnostic';
import { didYouMean } from '../schema/did-you-mean';
import { quoted } from '../schema/json';
import { Findings } from '../standalone/findings';
import { isRoutePattern } from '../translator/delegation';
import { type KubeObject, nameOf, Objects } from '../translator/objects';
import { ReferenceGrants } from '../translator/references';
import { reportCoreObjects } from './core-objects';
import { reportForeignKind } from './foreign-kinds';
import { reportForeignObjects } from './foreign-objects';
import { reportLoneFaults } from './lone-faults';
import { type Role, referencesOf, type WrittenReference } from './references';

/** Groups whose objects are ours to read. */
const GROUPS = ['agentgateway.dev', 'gateway.networking.k8s.io'];

/** Kinds that are served by agentgateway or Kubernetes itself: others may be anything, and stay unjudged. */
const JUDGED = new Set([
  ...['/Service', '/Secret', '/ConfigMap'],
  ...['AgentgatewayBackend', 'AgentgatewayModel', 'AgentgatewayParameters'].map(
    (kind) => `agentgateway.dev/${kind}`,
  ),
  ...['Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map(
    (kind) => `gateway.networking.k8s.io/${kind}`,
  ),
]);

/** Whose use from another namespace its owner must permit. */
const GRANTED: readonly Role[] = ['backend', 'credential'];

/**
 * References of any of our kinds that lead out of the input or are not permitted: of a thing that is missing, the first
 * that names it.
 */
export function missingReferences(values: readonly unknown[]): Diagnostic[] {
  return new Search(values).run();
}

class Search {
  readonly #findings = new Findings();
  readonly #objects: Objects;
  readonly #grants: ReferenceGrants;
  readonly #reported = new Set<string>();

  constructor(values: readonly unknown[]) {
    this.#objects = new Objects(values, this.#findings);
    this.#grants = new ReferenceGrants(this.#objects);
  }

  run(): Diagnostic[] {
    const { diagnostics } = this.#findings;
    // What is wrong with the objects themselves is said elsewhere.
    diagnostics.length = 0;
    for (const name of this.#objects.kinds()) {
      const group = name.slice(0, name.lastIndexOf('/'));
      if (!GROUPS.includes(group)) continue;
      const objects = this.#objects.all(group, name.slice(group.length + 1));
      for (const object of objects) this.#judgeAll(object);
    }
    reportCoreObjects(this.#objects);
    reportForeignObjects(this.#objects);
    reportLoneFaults(this.#objects);
    // What the reference gateway does not run is no fault of a configuration.
    return diagnostics.filter(({ code }) => code !== 'Unsupported');
  }

  #judgeAll(object: KubeObject): void {
    for (const reference of referencesOf(object.root.value)) {
      if (reportForeignKind(object, reference, this.#objects)) continue;
      if (!JUDGED.has(`${reference.group}/${reference.kind}`)) continue;
      if (this.#isPermitted(object, reference)) this.#judge(reference, object.findings);
    }
  }

  #isPermitted(object: KubeObject, reference: WrittenReference): boolean {
    if (!GRANTED.includes(reference.role)) return true;
    return this.#grants.permits(object, reference, `${reference.path}.namespace`);
  }

  #judge(reference: WrittenReference, findings: Findings): void {
    const { group, kind, namespace, name, role } = reference;
    if (PATTERNED.includes(kind) && isRoutePattern(name)) return;
    const found = this.#objects.find(group, kind, namespace, name);
    if (found) return judgeParts(found, reference, findings);
    const key = JSON.stringify([group, kind, namespace, name]);
    if (ONCE.includes(role) && this.#reported.has(key)) return;
    this.#reported.add(key);
    const near = didYouMean(name, this.#objects.someNames(group, kind, namespace));
    const { code, severity, effect } = MISSING[role];
    const thing = `${kind} ${quoted(`${namespace}/${name}`)}`;
    findings[severity](
      code,
      `${reference.path}.name`,
      `${thing} is not in the input${effect}`,
      near
        ? `did you mean ${quoted(near)}?`
        : 'correct its name or namespace, or check its file as well',
    );
  }
}

/** Kinds of which a reference may mean several: `*`, or a label. */
const PATTERNED = ['HTTPRoute', 'AgentgatewayModel'];

/** What is often deployed from elsewhere, and said once of each that is missing. */
const ONCE: readonly Role[] = ['backend', 'credential'];

interface Missing {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly effect: string;
}

const MISSING: Readonly<Record<Role, Missing>> = {
  backend: {
    code: 'BackendNotFound',
    severity: 'warning',
    effect: '; without it its requests are answered 500',
  },
  credential: { code: 'SecretNotFound', severity: 'warning', effect: '' },
  extension: { code: 'InvalidKind', severity: 'error', effect: '' },
  parameters: { code: 'InvalidParameters', severity: 'warning', effect: '' },
  parent: {
    code: 'NoMatchingParent',
    severity: 'warning',
    effect: ', so nothing serves what is attached to it',
  },
  target: { code: 'TargetNotFound', severity: 'error', effect: ', so the policy protects nothing' },
};

/** The entry or port that a reference names beyond the object. */
function judgeParts(
  found: KubeObject,
  { key, port, path }: WrittenReference,
  findings: Findings,
): void {
  const { kind } = found.key;
  const has = (name: string) => Boolean(key && found.root.fields(name)?.has(key));
  if (key && kind !== 'Service' && !['data', 'stringData', 'binaryData'].some(has)) {
    findings.warning(
      'SecretNotFound',
      `${path}.key`,
      `${kind} ${quoted(nameOf(found.key))} has no entry ${quoted(key)}`,
    );
  }
  if (port === undefined || kind !== 'Service' || found.spec.text('type') === 'ExternalName')
    return;
  const ports = found.spec
    .entries('ports')
    .flatMap((entry) => entry.integer('port', 1, 65_535) ?? []);
  if (ports.includes(port)) return;
  findings.warning(
    'BackendNotFound',
    `${path}.port`,
    `Service ${quoted(nameOf(found.key))} has no port ${port}, so its requests are answered 500`,
    `its ports are ${ports.join(', ') || 'none'}`,
  );
}
