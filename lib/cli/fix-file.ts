import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from './usage-error';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write it',
  EPERM: 'this user may not write it',
  EROFS: 'it lies on a file system that is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'it is not there any more',
};

/**
 * Writes a file in one step: whoever reads it meanwhile sees the former text or the new one. Its mode stays, and where
 * it is a link, the link stays and what it leads to is written. A byte order mark stays as well.
 *
 * @throws UsageError where it cannot be written; the former text stays then
 */
export function replaceFile(path: string, text: string): void {
  attempt(path, () => {
    const target = realpathSync(path);
    const { mode } = statSync(target);
    if ((mode & 0o222) === 0) throw new UsageError(`cannot repair ${path}: it is read-only`);
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
    try {
      writeFileSync(temporary, begunAs(target, text), { flag: 'wx', mode: 0o600 });
      chmodSync(temporary, mode & 0o7777);
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** Whoever read the text may have dropped the mark at its beginning. */
function begunAs(path: string, text: string): string {
  if (text.startsWith('\uFEFF')) return text;
  const descriptor = openSync(path, 'r');
  try {
    const beginning = Buffer.alloc(BYTE_ORDER_MARK.length);
    readSync(descriptor, beginning, 0, beginning.length, 0);
    return beginning.equals(BYTE_ORDER_MARK) ? `\uFEFF${text}` : text;
  } finally {
    closeSync(descriptor);
  }
}

function attempt(path: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot repair ${path}: ${REASONS[code] ?? code}`);
  }
}
