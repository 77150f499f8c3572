import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Diagnostic, ObjectKey } from '../diagnostic';

/** A manifest and where it comes from. */
export interface SynthesizedObject {
  readonly manifest: Manifest;
  readonly object: ApiObject;
  /** The construct that a user wrote: the one around `Resource`. */
  readonly owner: IConstruct;
}

/** A manifest as far as findings need it. */
interface Manifest {
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Findings about a reference that leads out of the input. */
const NOT_FOUND = ['NoMatchingParent', 'TargetNotFound'];

/** All objects that a tree synthesizes, JSON patches applied. */
export class SynthesizedObjects {
  readonly all: readonly SynthesizedObject[];
  private readonly byKey: ReadonlyMap<string, SynthesizedObject>;
  /** What the app refers to and others own. */
  private readonly imported: ReadonlySet<string>;

  constructor(constructs: readonly IConstruct[]) {
    this.all = constructs.filter(ApiObject.isApiObject).map(synthesized);
    this.byKey = new Map(this.all.map((one) => [keyText(keyOf(one.manifest)), one]));
    this.imported = new Set(constructs.filter(isImported).map((one) => keyText(keyOf(one))));
  }

  get manifests(): Manifest[] {
    return this.all.map(({ manifest }) => manifest);
  }

  find(key: ObjectKey): SynthesizedObject | undefined {
    return this.byKey.get(keyText(key));
  }

  /** Whether the finding is only that something of others is not part of the app, which the app has said itself. */
  concernsOthers({ code, object, path }: Diagnostic): boolean {
    const [, list, index] = /^spec\.(targetRefs|parentRefs)\[(\d+)\]/.exec(path) ?? [];
    if (!NOT_FOUND.includes(code) || !object || !list) return false;
    const references = this.find(object)?.manifest.spec?.[list] as Reference[] | undefined;
    const reference = references?.[Number(index)];
    if (!reference?.name) return false;
    const { kind = 'Gateway', namespace = object.namespace, name } = reference;
    return this.imported.has(keyText({ kind, namespace, name }));
  }
}

function synthesized(object: ApiObject): SynthesizedObject {
  const { scope, id } = object.node;
  return {
    manifest: object.toJson(),
    object,
    owner: id === 'Resource' && scope ? scope : object,
  };
}

/** By shape, so that the imported resources of every library count. */
function isImported(construct: IConstruct): construct is IConstruct & Manifest {
  return (
    'kind' in construct &&
    'name' in construct &&
    !ApiObject.isApiObject(construct) &&
    construct.node.children.length === 0
  );
}

function keyOf(of: Manifest & { readonly name?: string }): ObjectKey {
  const { name = '', namespace = 'default' } = of.metadata ?? {};
  return { kind: of.kind, namespace, name: of.name ?? name };
}

function keyText({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}
