import type { ObjectKey } from '../diagnostic';
import { isObject, type JsonObject, quoted } from '../schema/json';
import type { Findings } from '../standalone/findings';
import { Fields } from './fields';
import { labelSelector } from './label-selector';

export const CORE = '';
export const GATEWAY_API = 'gateway.networking.k8s.io';
export const AGENTGATEWAY = 'agentgateway.dev';

/** A Kubernetes object, and the findings about it. */
export class KubeObject {
  #labels: ReadonlyMap<string, string> | undefined;

  constructor(
    readonly group: string,
    readonly key: ObjectKey,
    readonly root: Fields,
    readonly spec: Fields,
  ) {}

  get findings(): Findings {
    return this.root.findings;
  }

  get labels(): ReadonlyMap<string, string> {
    this.#labels ??= this.#metadata('labels');
    return this.#labels;
  }

  get annotations(): ReadonlyMap<string, string> {
    return this.#metadata('annotations');
  }

  #metadata(name: string): ReadonlyMap<string, string> {
    return this.root.fields('metadata')?.textMap(name) ?? new Map();
  }
}

const MOST_CANDIDATES = 200;
const CLUSTER_SCOPED = ['GatewayClass', 'Namespace'];

/** All objects of the input, and the only place where one is looked up. */
export class Objects {
  readonly #named = new Map<string, KubeObject>();
  readonly #kinds = new Map<string, KubeObject[]>();
  readonly #namespaces = new Map<string, KubeObject[]>();
  /** By kind, namespace and one label; made when first asked. */
  readonly #labelled = new Map<string, Map<string, KubeObject[]>>();

  constructor(objects: readonly unknown[], findings: Findings) {
    for (const value of objects) this.#add(value, findings);
    for (const list of this.#kinds.values()) list.sort(byKey);
    for (const list of this.#namespaces.values()) list.sort(byKey);
  }

  find(group: string, kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.#named.get(identity(group, kind, namespace, name));
  }

  /** All of one kind, by namespace and name. */
  all(group: string, kind: string): readonly KubeObject[] {
    return this.#kinds.get(`${group}/${kind}`) ?? [];
  }

  /** All of one kind in one namespace, by name. */
  inNamespace(group: string, kind: string, namespace: string): readonly KubeObject[] {
    return this.#namespaces.get(`${group}/${kind}/${namespace}`) ?? [];
  }

  /** Candidates for a did-you-mean: no more than are worth comparing. */
  someNames(group: string, kind: string, namespace: string): string[] {
    const some = this.inNamespace(group, kind, namespace).slice(0, MOST_CANDIDATES);
    return some.map(({ key }) => key.name);
  }

  /** Those in one namespace that a label selector selects, by name. */
  selected(group: string, kind: string, namespace: string, selector: Fields): KubeObject[] {
    const matches = labelSelector(selector);
    const [label] = selector.textMap('matchLabels');
    const candidates = label
      ? this.#withLabel(group, kind, namespace, label)
      : this.inNamespace(group, kind, namespace);
    return candidates.filter(({ labels }) => matches(labels));
  }

  #withLabel(
    group: string,
    kind: string,
    namespace: string,
    [name, value]: [string, string],
  ): readonly KubeObject[] {
    const index = getOrAdd(this.#labelled, `${group}/${kind}/${namespace}`, () => {
      const created = new Map<string, KubeObject[]>();
      for (const object of this.inNamespace(group, kind, namespace)) {
        for (const label of object.labels) {
          getOrAdd(created, label.join('='), () => []).push(object);
        }
      }
      return created;
    });
    return index.get(`${name}=${value}`) ?? [];
  }

  /** `group/kind` of everything in the input. */
  kinds(): string[] {
    return [...this.#kinds.keys()].sort();
  }

  #add(value: unknown, findings: Findings): void {
    if (isObject(value) && isList(value)) {
      for (const item of value.items) this.#add(item, findings);
      return;
    }
    const object = parseObject(value, findings);
    if (!object) return;
    const { kind, namespace, name } = object.key;
    const key = identity(object.group, kind, namespace, name);
    if (this.#named.has(key)) {
      object.findings.error(
        'Duplicate',
        'metadata.name',
        `the input holds two objects of kind ${kind} named ${quoted(`${namespace}/${name}`)}`,
        'remove one of them, or give it another name or namespace',
      );
      return;
    }
    this.#named.set(key, object);
    const kindKey = `${object.group}/${kind}`;
    getOrAdd(this.#kinds, kindKey, () => []).push(object);
    getOrAdd(this.#namespaces, `${kindKey}/${namespace}`, () => []).push(object);
  }
}

function isList(value: JsonObject): value is JsonObject & { items: unknown[] } {
  return (
    typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items)
  );
}

function parseObject(value: unknown, findings: Findings): KubeObject | undefined {
  const apiVersion = isObject(value) ? value.apiVersion : undefined;
  const kind = isObject(value) ? value.kind : undefined;
  if (!isObject(value) || typeof apiVersion !== 'string' || typeof kind !== 'string') {
    findings.error(
      'Invalid',
      '',
      'a document of the input is no Kubernetes object: it has no `apiVersion` and `kind`',
      'remove it, or give it both',
    );
    return undefined;
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : CORE;
  return namedObject(value, group, kind, findings);
}

function namedObject(
  value: JsonObject,
  group: string,
  kind: string,
  findings: Findings,
): KubeObject | undefined {
  const { metadata } = value;
  const name = isObject(metadata) ? metadata.name : undefined;
  if (!isObject(metadata) || typeof name !== 'string' || name === '') {
    findings
      .about({ kind, namespace: '', name: '' })
      .error('Required', 'metadata.name', `an object of kind ${kind} has no name`);
    return undefined;
  }
  const scoped = CLUSTER_SCOPED.includes(kind);
  const namespace = scoped ? '' : metadata.namespace;
  const key = { kind, namespace: typeof namespace === 'string' ? namespace : 'default', name };
  const root = new Fields(value, '', findings.about(key));
  if (!scoped) root.fields('metadata')?.text('namespace');
  const spec = root.fields('spec') ?? new Fields({}, 'spec', root.findings);
  return new KubeObject(group, key, root, spec);
}

function identity(group: string, kind: string, namespace: string, name: string): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

function byKey(a: KubeObject, b: KubeObject): number {
  return compare(a.key.namespace, b.key.namespace) || compare(a.key.name, b.key.name);
}

/** By code units, the same in every locale. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}

/** `shop/cart`, as findings name objects. */
export function nameOf({ namespace, name }: ObjectKey): string {
  return namespace ? `${namespace}/${name}` : name;
}
