import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasErrors } from '../diagnostic';
import { writeStandalone } from '../standalone/write';
import { readFiles } from './files';
import { type LoadedGateway, load } from './load';
import { report } from './report';
import { EXIT, UsageError } from './usage-error';

export interface TranslateOptions {
  readonly output?: string;
  readonly gateway?: string;
}

/** Only the owner reads what holds keys and certificates. */
const PRIVATE_FILE = { mode: 0o600, flag: 'wx' };
const PRIVATE_DIRECTORY = { mode: 0o700, recursive: true };

/** `agw translate`: Kubernetes objects as standalone files. */
export function translateCommand(paths: readonly string[], options: TranslateOptions): number {
  const { gateways, diagnostics } = load(readFiles(paths), {
    gateway: options.gateway,
    variables: (name) => process.env[name],
  });
  report(diagnostics);
  if (hasErrors(diagnostics)) return EXIT.refused;
  if (gateways.some(({ isStandalone }) => isStandalone)) {
    throw new UsageError(
      'a standalone file needs no translation: give Kubernetes objects, among them a Gateway',
    );
  }
  if (gateways.length === 0) throw new UsageError('there is no Gateway in these files');
  if (options.output !== undefined) writeAll(gateways, options.output);
  else print(gateways);
  return EXIT.ok;
}

function print(gateways: readonly LoadedGateway[]): void {
  const [gateway] = gateways;
  if (gateways.length > 1) {
    const names = gateways.map(({ name }) => name).join(', ');
    throw new UsageError(
      `a standalone file is for one gateway: write ${names} with -o DIR, or pick one with --gateway`,
    );
  }
  if (gateway.files.size > 0) {
    throw new UsageError(
      `${gateway.name} has certificates, which a standalone file takes as files only: write them with -o DIR`,
    );
  }
  process.stdout.write(writeStandalone(gateway.document));
}

function writeAll(gateways: readonly LoadedGateway[], directory: string): void {
  for (const { name, document, files } of gateways) {
    writePrivate(join(directory, `${name.replace('/', '.')}.yaml`), writeStandalone(document));
    for (const [path, content] of files) writePrivate(join(directory, path), content);
  }
}

/** @throws UsageError where the directory cannot be written */
function writePrivate(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), PRIVATE_DIRECTORY);
    replaceFile(path, text);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot write ${path}: ${REASONS[code] ?? code}`);
  }
  process.stderr.write(`wrote ${path}\n`);
}

/** Another file takes the name: nobody who could read the former reads this one, and a gateway that watches sees no half. */
function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, PRIVATE_FILE);
  try {
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'this file system is read-only',
  ENOTDIR: 'a part of it is a file',
  EEXIST: 'a part of it is a file',
  EISDIR: 'it is a directory',
  ENOSPC: 'there is no room left',
};
