import { type Document, isNode } from 'yaml';
import type { Diagnostic, ObjectKey } from '../diagnostic';
import { LineIndex } from '../standalone/line-index';
import { parseYamlDocuments } from '../standalone/yaml-documents';
import type { SourceFile } from './files';

/** Aliases in a document may repeat this many nodes; more is an attempt to exhaust memory. */
const MAX_ALIASES = 100;

/** One Kubernetes object of a file. */
export interface Manifest {
  readonly object: unknown;
  readonly file: string;
  readonly document: Document;
  readonly lines: LineIndex;
  /** Where in the document it stands: the entries of a `List` are objects of their own. */
  readonly at: readonly (string | number)[];
}

export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a file holds Kubernetes objects rather than a standalone configuration. */
export function holdsManifests(documents: readonly Document[]): boolean {
  return documents.some((document) => document.has('apiVersion') || document.has('kind'));
}

/** The documents of a file, or what keeps them from being read. */
export function parseFile({ path, text }: SourceFile): ParsedFile {
  const lines = new LineIndex(text);
  const parsed = parseYamlDocuments(text, { logLevel: 'silent' });
  if ('documents' in parsed) return { documents: parsed.documents, lines, diagnostics: [] };
  const message = 'the file is nested more deeply than any configuration';
  const diagnostics = [syntaxError(path, lines, message, parsed.tooDeepAt)];
  return { documents: [], lines, diagnostics };
}

export interface ParsedFile {
  readonly documents: readonly Document[];
  readonly lines: LineIndex;
  readonly diagnostics: readonly Diagnostic[];
}

/** Takes the objects out of a file's documents. */
export function readManifests(
  { path: file }: SourceFile,
  documents: readonly Document[],
  lines: LineIndex,
): ParsedManifests {
  const manifests: Manifest[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of documents) {
    const errors = document.errors.map(({ message, pos }) =>
      syntaxError(file, lines, message, pos[0]),
    );
    diagnostics.push(...errors);
    if (errors.length > 0) continue;
    const object = toObject(document, file, diagnostics);
    if (object === null || object === undefined) continue;
    manifests.push(
      ...entriesOf(object).map(({ entry, at }) => ({ object: entry, file, document, lines, at })),
    );
  }
  return { manifests, diagnostics };
}

function toObject(document: Document, file: string, diagnostics: Diagnostic[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    diagnostics.push({ severity: 'error', code: 'InvalidYaml', source: file, path: '', message });
    return undefined;
  }
}

interface Entry {
  readonly entry: unknown;
  readonly at: readonly (string | number)[];
}

function entriesOf(object: unknown): Entry[] {
  const { kind, items } = object as { kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) {
    return [{ entry: object, at: [] }];
  }
  return items.map((entry: unknown, i) => ({ entry, at: ['items', i] }));
}

function syntaxError(
  source: string,
  lines: LineIndex,
  message: string,
  offset: number,
): Diagnostic {
  const position = lines.position(offset);
  return { severity: 'error', code: 'InvalidYaml', source, ...position, path: '', message };
}

/** Adds file, line and column to findings about a manifest. */
export function locate(manifest: Manifest, diagnostic: Diagnostic): Diagnostic {
  const position = positionOf(manifest, diagnostic.path);
  return { ...diagnostic, source: manifest.file, ...position };
}

/** The place of a path, or of as much of it as is written. */
function positionOf({ document, lines, at }: Manifest, path: string) {
  const keys = [...at, ...parsePath(path)];
  for (let length = keys.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    return lines.position(node.range[0]);
  }
  return {};
}

/** `spec.rules[0]["odd key"].name` as keys. */
function parsePath(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => (index === undefined ? (quoted ?? name) : Number(index)),
  );
}

/** Finds the manifest that a finding is about. */
export function manifestIndex(
  manifests: readonly Manifest[],
): (key: ObjectKey) => Manifest | undefined {
  const index = new Map(manifests.map((manifest) => [identity(keyOf(manifest.object)), manifest]));
  return (key) => index.get(identity(key));
}

function keyOf(object: unknown): ObjectKey {
  const { kind, metadata } = (object ?? {}) as {
    kind?: string;
    metadata?: { name?: string; namespace?: string };
  };
  return {
    kind: kind ?? '',
    namespace: metadata?.namespace ?? 'default',
    name: metadata?.name ?? '',
  };
}

function identity({ kind, namespace, name }: ObjectKey): string {
  return JSON.stringify([kind, namespace, name]);
}
