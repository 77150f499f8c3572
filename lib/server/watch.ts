import { type FSWatcher, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Editors and ConfigMap mounts write in several steps. */
const QUIET_MS = 250;

/**
 * Tells when files may have changed. Directories are watched rather than files: editors and Kubernetes replace a file,
 * and a watch on the old one would see nothing more.
 */
export function watchFiles(paths: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  // Whatever else is written into a directory, such as a log, must not put the check off forever.
  const notice = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed();
    }, QUIET_MS);
  };
  const directories = new Set(paths.flatMap((path) => [resolve(path), dirname(resolve(path))]));
  const watchers = [...directories].flatMap((directory) => watchDirectory(directory, notice));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** What cannot be watched, such as standard input, is not. */
function watchDirectory(directory: string, notice: () => void): FSWatcher[] {
  try {
    const watcher = watch(directory, { persistent: false }, notice);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
