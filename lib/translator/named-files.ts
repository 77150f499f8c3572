import { isObject } from '../schema/json';
import type { BackendTlsEntry, StandaloneDocument } from '../standalone/document';

/** Those of the files that a document names for TLS to backends: a Gateway gets no key that only another one needs. */
export function namedFiles(
  document: StandaloneDocument,
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (files.size === 0) return files;
  const named = new Set(tlsEntries(document).flatMap(({ cert, key, root }) => [cert, key, root]));
  return new Map([...files].filter(([path]) => named.has(path)));
}

/** Wherever a backend may be called from: routes, providers of models, policies. */
function tlsEntries(value: unknown): BackendTlsEntry[] {
  if (Array.isArray(value)) return value.flatMap(tlsEntries);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, field]) =>
    key === 'backendTLS' && isObject(field) ? [field as BackendTlsEntry] : tlsEntries(field),
  );
}
