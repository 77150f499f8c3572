import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Diagnostic, ObjectKey } from '../diagnostic';
import { keyOf, keyText, missingReference, objectsOf } from './manifest';

/** An object and where it comes from. */
export interface SynthesizedObject {
  readonly manifest: unknown;
  readonly object: ApiObject;
  /** The construct that a user wrote: the one around `Resource`. */
  readonly owner: IConstruct;
}

/** All objects that a tree synthesizes, JSON patches applied. */
export class SynthesizedObjects {
  readonly all: readonly SynthesizedObject[];
  private readonly byKey: ReadonlyMap<string, SynthesizedObject>;
  /** What the app refers to and others own. */
  private readonly imported: ReadonlySet<string>;

  constructor(constructs: readonly IConstruct[]) {
    this.all = constructs.filter(ApiObject.isApiObject).flatMap(synthesized);
    this.byKey = new Map(this.all.map((one) => [keyText(keyOf(one.manifest)), one]));
    this.imported = new Set(constructs.filter(isImported).map((one) => keyText(importKey(one))));
  }

  get manifests(): unknown[] {
    return this.all.map(({ manifest }) => manifest);
  }

  find(key: ObjectKey): SynthesizedObject | undefined {
    return this.byKey.get(keyText(key));
  }

  /** Whether the finding is only that something of others is not part of the app, which the app has said itself. */
  concernsOthers(finding: Diagnostic): boolean {
    const manifest = finding.object && this.find(finding.object)?.manifest;
    const missing = missingReference(finding, manifest);
    return missing !== undefined && this.imported.has(keyText(missing));
  }
}

function synthesized(object: ApiObject): SynthesizedObject[] {
  const { scope, id } = object.node;
  const owner = id === 'Resource' && scope ? scope : object;
  return objectsOf(object.toJson()).map((manifest) => ({ manifest, object, owner }));
}

interface Imported {
  readonly kind: string;
  readonly name: string;
  readonly metadata?: { readonly namespace?: string };
}

/** By shape, so that the imported resources of every library count. */
function isImported(construct: IConstruct): construct is IConstruct & Imported {
  return (
    'kind' in construct &&
    'name' in construct &&
    !ApiObject.isApiObject(construct) &&
    construct.node.children.length === 0
  );
}

function importKey({ kind, name, metadata }: Imported): ObjectKey {
  return { kind, namespace: metadata?.namespace ?? 'default', name };
}
