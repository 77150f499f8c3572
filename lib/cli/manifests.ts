import { type Document, isMap } from 'yaml';
import type { Diagnostic, ObjectKey } from '../diagnostic';
import { has, isObject, quoted, textField } from '../schema/json';
import { LineIndex, type TextPosition } from '../standalone/line-index';
import { sideOf } from '../standalone/side';
import { type ParsedYaml, parseYamlDocuments } from '../standalone/yaml-documents';
import { YAML_ERRORS } from '../standalone/yaml-errors';
import { type Step, stepsOf, YamlTree } from '../standalone/yaml-tree';
import type { SourceFile } from './files';
import { KUBERNETES_YAML } from './kubernetes-yaml';

/** One Kubernetes object of a file. */
export interface Manifest {
  readonly object: unknown;
  readonly file: string;
  readonly tree: YamlTree;
  readonly lines: LineIndex;
  /** Where in the document it stands: the entries of a `List` are objects of their own. */
  readonly at: readonly Step[];
}

export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParsedFile {
  readonly yaml: ParsedYaml;
  readonly lines: LineIndex;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a file holds Kubernetes objects rather than a standalone configuration. */
export function holdsManifests(documents: readonly Document[]): boolean {
  return documents.some(isManifest);
}

function isManifest(document: Document): boolean {
  return isMap(document.contents) && (document.has('apiVersion') || document.has('kind'));
}

/** The documents of a file, or what keeps them from being read. */
export function parseFile({ path, text }: SourceFile): ParsedFile {
  const lines = new LineIndex(text);
  const parsed = parseYamlDocuments(text, KUBERNETES_YAML);
  if ('documents' in parsed) return { yaml: parsed, lines, diagnostics: [] };
  const diagnostics = [syntaxError(path, lines, `the file ${parsed.problem}`, parsed.tooDeepAt)];
  return { yaml: { documents: [], duplicateKeys: [] }, lines, diagnostics };
}

/** Takes the objects out of a file's documents. */
export function readManifests(
  { path: file }: SourceFile,
  { yaml, lines }: Pick<ParsedFile, 'yaml' | 'lines'>,
): ParsedManifests {
  const manifests: Manifest[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of yaml.documents) {
    const errors = syntaxErrors(file, document, { yaml, lines });
    diagnostics.push(...errors);
    if (errors.length > 0) continue;
    const tree = new YamlTree(document, { mergeKeys: true });
    const read = tree.value();
    if ('problem' in read) diagnostics.push(syntaxError(file, lines, read.problem, read.offset));
    else if (read.value !== null) {
      const entries = entriesOf(read.value);
      manifests.push(...entries.map(({ entry, at }) => ({ object: entry, file, tree, lines, at })));
    }
  }
  return { manifests, diagnostics };
}

interface Entry {
  readonly entry: unknown;
  readonly at: readonly Step[];
}

function entriesOf(object: unknown): Entry[] {
  const { kind, items } = object as { kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) {
    return [{ entry: object, at: [] }];
  }
  return items.flatMap((entry: unknown, index) =>
    entriesOf(ofList(object, entry ?? {})).map(({ entry: inner, at }) => ({
      entry: inner,
      at: ['items', index, ...at],
    })),
  );
}

/** Entries of an `HTTPRouteList` may leave out what it says already; kubectl fills it in where neither is written. */
function ofList(list: unknown, entry: unknown): unknown {
  const kind = textField(list, 'kind').slice(0, -'List'.length);
  if (kind === '' || !isObject(entry) || has(entry, 'apiVersion') || has(entry, 'kind')) {
    return entry;
  }
  return { apiVersion: textField(list, 'apiVersion'), kind, ...entry };
}

// ---------------------------------------------------------------- syntax

/** More than anybody reads: one mistake may make a hundred of what follows it. */
const MOST_SYNTAX_ERRORS = 5;

function syntaxErrors(
  file: string,
  document: Document,
  { yaml, lines }: Pick<ParsedFile, 'yaml' | 'lines'>,
): Diagnostic[] {
  return [...document.errors]
    .sort((a, b) => a.pos[0] - b.pos[0])
    .slice(0, MOST_SYNTAX_ERRORS)
    .map(({ code, pos: [offset] }) => {
      const twice = yaml.duplicateKeys.find(
        ({ again }) => code === 'DUPLICATE_KEY' && again === offset,
      );
      if (!twice) return syntaxError(file, lines, YAML_ERRORS[code], offset);
      const first = lines.position(twice.first);
      const message = `the key ${quoted(twice.key)} stands twice in its map: here, and before in line ${first.line}`;
      return { ...syntaxError(file, lines, message, offset), hint: 'keep one of them' };
    });
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

// ---------------------------------------------------------------- places

/** Adds file, line and column to findings about a manifest. */
export function locate(manifest: Manifest, diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, source: manifest.file, ...positionOf(manifest, diagnostic) };
}

function positionOf({ tree, lines, at }: Manifest, finding: Diagnostic): TextPosition {
  const { offset } = tree.place([...at, ...stepsOf(finding.path)], sideOf(finding));
  return lines.position(offset);
}

// ---------------------------------------------------------------- lookup

/** Finds the manifest that a finding is about. */
export function manifestIndex<T extends Pick<Manifest, 'object'>>(
  manifests: readonly T[],
): (key: ObjectKey) => T | undefined {
  const index = new Map<string, T>();
  for (const manifest of manifests) {
    const { kind, namespace, name } = keyOf(manifest.object);
    index.set(identity({ kind, namespace, name }), manifest);
    // Of kinds that belong to no namespace, whatever one is written.
    const anywhere = identity({ kind, namespace: '', name });
    if (!index.has(anywhere)) index.set(anywhere, manifest);
  }
  return (key) => index.get(identity(key));
}

export function keyOf(object: unknown): ObjectKey {
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
