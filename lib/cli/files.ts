import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error';

/** A file that was read. */
export interface SourceFile {
  /** As the user wrote it, or found in a directory that they wrote. */
  readonly path: string;
  readonly text: string;
}

const CONFIGURATION = /\.(ya?ml|json)$/i;

/**
 * Reads files, and of directories the YAML and JSON files in them; `-` is standard input.
 *
 * @throws UsageError where one cannot be read
 */
export function readFiles(paths: readonly string[]): SourceFile[] {
  return paths.flatMap(expand).map((path) => ({ path, text: read(path) }));
}

function expand(path: string): string[] {
  if (path === '-') return [path];
  const found = attempt(path, () =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => CONFIGURATION.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path],
  );
  if (found.length === 0) throw new UsageError(`${path} holds no YAML or JSON files`);
  return found;
}

function read(path: string): string {
  return attempt(path, () => readFileSync(path === '-' ? 0 : path, 'utf8'));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
};

function attempt<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read ${path}: ${REASONS[code] ?? code}`);
  }
}
