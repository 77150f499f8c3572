import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

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
  const watchers = paths.flatMap((path) => [
    ...watchPath(dirname(resolve(path)), (name) => name === basename(resolve(path)), notice),
    // Where the path is a directory of configurations.
    ...watchPath(resolve(path), (name) => CONFIGURATION.test(name), notice),
  ]);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

const CONFIGURATION = /\.(ya?ml|json)$/i;
/** Kubernetes exchanges the whole content of a mounted ConfigMap or Secret by this link. */
const MOUNTED_DATA = '..data';

/** Watches what is meant of a directory: other files in it, such as a log, are written all the time. */
function watchPath(
  path: string,
  isMeant: (name: string) => boolean,
  notice: () => void,
): FSWatcher[] {
  try {
    const watcher = watch(path, { persistent: false }, (_event, name) => {
      if (name === null || name === MOUNTED_DATA || isMeant(name)) notice();
    });
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    // Standard input, for example, cannot be watched.
    return [];
  }
}
