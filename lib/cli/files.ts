import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostic';
import { UsageError } from './usage-error';

/** A file that was read. */
export interface SourceFile {
  /** As the user wrote it, or found in a directory that they wrote. */
  readonly path: string;
  readonly text: string;
  /** Why there is no text, though there is a file. @default - there is one */
  readonly unreadable?: Unreadable;
}

/** A file that is to be read. */
export interface FoundFile {
  readonly path: string;
  /** Whether the user named it, rather than a directory that holds it. */
  readonly isNamed: boolean;
}

/** Why a file is not read. */
export interface Unreadable {
  readonly problem: string;
  readonly hint?: string;
  /** Whether it is there and can be opened, and only what is in it is none of a configuration. */
  readonly isContent?: true;
}

export const STANDARD_INPUT = '-';

/** More than any configuration has: Kubernetes itself takes objects of 1.5 MiB. */
export const LARGEST_FILE = 8 * 1024 * 1024;

const CONFIGURATION = /\.(ya?ml|json)$/i;

/**
 * Reads files, and of directories the YAML and JSON files in them; `-` is standard input.
 *
 * @throws UsageError where one cannot be read
 */
export function readFiles(paths: readonly string[]): SourceFile[] {
  return paths.flatMap(filesIn).map(readNamed);
}

/**
 * Finds the files that are named, and the YAML and JSON files anywhere below the directories that are: each once, those
 * of a directory in the order of their names. Hidden ones and those of `node_modules` are left out.
 *
 * @throws UsageError where a path leads nowhere
 */
export function findFiles(paths: readonly string[]): FoundFile[] {
  const found = paths.flatMap((path): FoundFile[] =>
    isDirectory(path)
      ? notEmpty(path, [...below(path)]).map((file) => ({ path: file, isNamed: false }))
      : [{ path, isNamed: true }],
  );
  const distinct = new Map<string, FoundFile>();
  for (const file of found) {
    const key = identity(file.path);
    if (!distinct.has(key) || file.isNamed)
      distinct.set(key, distinct.get(key)?.isNamed ? distinct.get(key)! : file);
  }
  return [...distinct.values()];
}

export interface ReadText {
  /** Without its byte order mark. */
  readonly text: string;
  /** The mark, or nothing. */
  readonly mark: string;
}

/** The text of a file, or why it has none: bounded in size, and never waiting for a writer that does not come. */
export function readText(path: string): ReadText | Unreadable {
  try {
    const bytes = path === STANDARD_INPUT ? bytesOf(0) : bytesAt(path);
    return 'problem' in bytes ? bytes : decoded(bytes);
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

/** @throws UsageError */
function readNamed(path: string): SourceFile {
  const read = readText(path);
  if ('text' in read) return { path, text: read.text };
  if (read.isContent) return { path, text: '', unreadable: read };
  throw unreadable(path, read);
}

export function unreadable(path: string, { problem, hint }: Unreadable): UsageError {
  return new UsageError(`cannot read ${shown(path)}: ${problem}${hint ? `; ${hint}` : ''}`);
}

/** The finding about a file that is none of a configuration. */
export function unreadableFinding(source: string, { problem, hint }: Unreadable): Diagnostic {
  const finding = { code: 'Unreadable', message: problem, path: '', source };
  return { severity: 'error', ...finding, ...(hint && { hint }) };
}

// ---------------------------------------------------------------- directories

function isDirectory(path: string): boolean {
  if (path === STANDARD_INPUT) return false;
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new UsageError(`cannot read ${shown(path)}: ${reasonOf(error)}`);
  }
}

function filesIn(path: string): string[] {
  if (!isDirectory(path)) return [path];
  const names = entriesOf(path)
    .map(({ name }) => name)
    .filter((name) => CONFIGURATION.test(name));
  return notEmpty(
    path,
    names.map((name) => join(path, name)),
  );
}

function notEmpty(directory: string, files: string[]): string[] {
  if (files.length === 0) throw new UsageError(`${shown(directory)} holds no YAML or JSON files`);
  return files;
}

/** Links to directories are not followed, as `kubectl apply -R` does not. */
function* below(directory: string): Generator<string> {
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) yield* below(path);
    else if (CONFIGURATION.test(entry.name) && !linksToDirectory(entry, path)) yield path;
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  } catch (error) {
    throw new UsageError(`cannot read ${shown(directory)}: ${reasonOf(error)}`);
  }
}

function linksToDirectory(entry: { isSymbolicLink(): boolean }, path: string): boolean {
  return (
    entry.isSymbolicLink() && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)
  );
}

/** The same for two ways to name one file. */
function identity(path: string): string {
  if (path === STANDARD_INPUT) return path;
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

// ---------------------------------------------------------------- bytes

/** What a shell gives in place of a file: `<(helm template .)`, `/dev/stdin`. Somebody writes into it. */
const PASSED_BY_THE_SHELL = /^\/(dev\/(fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/;

function bytesAt(path: string): Buffer | Unreadable {
  const isFile = statSync(path).isFile();
  if (!isFile && !PASSED_BY_THE_SHELL.test(path)) {
    return { problem: 'it is no regular file', hint: 'give pipes as standard input, `-`' };
  }
  const descriptor = openSync(path, 'r');
  try {
    return bytesOf(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const TOO_LARGE: Unreadable = {
  problem: `it is larger than the ${LARGEST_FILE / 1024 / 1024} MiB that a configuration may have`,
  isContent: true,
  hint: 'split it',
};

function bytesOf(descriptor: number): Buffer | Unreadable {
  const status = fstatSync(descriptor);
  if (status.isFile() && status.size > LARGEST_FILE) return TOO_LARGE;
  const chunks: Buffer[] = [];
  let size = 0;
  for (let chunk = readChunk(descriptor); chunk.length > 0; chunk = readChunk(descriptor)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_FILE) return TOO_LARGE;
  }
  return Buffer.concat(chunks);
}

const CHUNK = 64 * 1024;
const PAUSE_MS = 5;

function readChunk(descriptor: number): Buffer {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    try {
      return buffer.subarray(0, readSync(descriptor, buffer, 0, CHUNK, null));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EOF') return Buffer.alloc(0);
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A pipe whose writer is not as far yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

// ---------------------------------------------------------------- text

const BYTE_ORDER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

const MARK = '\ufeff';

function decoded(bytes: Buffer): ReadText | Unreadable {
  const [encoding] =
    BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [];
  if (encoding)
    return { problem: `it is written in ${encoding}`, hint: 'save it as UTF-8', isContent: true };
  if (bytes.includes(0)) {
    return {
      problem: 'it is binary: it holds a NUL byte',
      hint: 'a configuration is text in UTF-8',
      isContent: true,
    };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return textWithMark(text);
  } catch {
    return { problem: 'it is no text in UTF-8', hint: 'save it as UTF-8', isContent: true };
  }
}

/** Tells a byte order mark from the text that it stands before. */
export function textWithMark(text: string): ReadText {
  return text.startsWith(MARK) ? { text: text.slice(1), mark: MARK } : { text, mark: '' };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is a file',
  ELOOP: 'it is a link that leads in a circle',
  ENAMETOOLONG: 'its name is too long',
};

function reasonOf(error: unknown): string {
  const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? code;
}

/** How a file is called in front of people. */
export function fileName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : path;
}

/** A name for an error line: names may hold line breaks and worse. */
function shown(path: string): string {
  return JSON.stringify(path).slice(1, -1);
}
