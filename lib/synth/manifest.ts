import type { Diagnostic, ObjectKey } from '../diagnostic';
import { entries, field, isObject, textField } from '../schema/json';

/** The objects of a manifest: the entries of a `List` are objects of their own. */
export function objectsOf(manifest: unknown): readonly unknown[] {
  const items = field(manifest, 'items');
  return textField(manifest, 'kind').endsWith('List') && Array.isArray(items) ? items : [manifest];
}

export function keyOf(manifest: unknown): ObjectKey {
  const metadata = field(manifest, 'metadata');
  return {
    kind: textField(manifest, 'kind'),
    namespace: textField(metadata, 'namespace') || 'default',
    name: textField(metadata, 'name'),
  };
}

/** The text is the same for the same object. */
export function keyText({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}

/** Findings about a reference that may lead out of the input. */
const NOT_FOUND = ['NoMatchingParent', 'TargetNotFound'];

/** The object that a finding misses, where it is about a reference that leads to none. */
export function missingReference(
  { code, path, object }: Diagnostic,
  manifest: unknown,
): ObjectKey | undefined {
  const [, list, index] = /^spec\.(targetRefs|parentRefs)\[(\d+)\]/.exec(path) ?? [];
  if (!NOT_FOUND.includes(code) || !object || !list) return undefined;
  const reference = entries(field(field(manifest, 'spec'), list))[Number(index)];
  if (!isObject(reference) || !textField(reference, 'name')) return undefined;
  return {
    kind: textField(reference, 'kind') || 'Gateway',
    namespace: textField(reference, 'namespace') || object.namespace,
    name: textField(reference, 'name'),
  };
}
