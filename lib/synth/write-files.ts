import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import type { StandaloneFile } from './standalone-file';

/** Opens every standalone file that synth wrote, so that it finds its own again. */
const MARK = '# Synthesized';
const WITH = '# With ';

/** Writes the files and removes those that an earlier synth to the same output wrote. */
export function writeFiles(
  directory: string,
  outdir: string,
  files: readonly StandaloneFile[],
): void {
  const mark = `${MARK} beside ${relative(directory, outdir).split(sep).join('/')} from `;
  const material = new Map(files.flatMap((file) => [...file.material]));
  removeStale(directory, mark, { names: new Set(files.map(({ name }) => name)), material });
  for (const [path, content] of material) writePrivate(join(directory, path), content);
  for (const file of files)
    writePrivate(join(directory, file.name), `${header(mark, file)}${file.text}`);
}

function header(mark: string, { source, material }: StandaloneFile): string {
  const lines = [`${mark}${source}`];
  if (material.size > 0) lines.push(`${WITH}${[...material.keys()].join(' ')}`);
  // agentgateway expands $NAME in comments as well.
  return lines.map((line) => `${line.replaceAll('$', '$$$$')}\n`).join('');
}

/** API keys and certificates of Secrets in the app stand in them: they are for their owner alone. */
function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
}

interface Kept {
  readonly names: ReadonlySet<string>;
  readonly material: ReadonlyMap<string, string>;
}

function removeStale(directory: string, mark: string, kept: Kept): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.yaml'))) {
    const [first, second = ''] = readFileSync(join(directory, name), 'utf8').split('\n', 2);
    if (!first.startsWith(mark)) continue;
    const beside = second.startsWith(WITH) ? second.slice(WITH.length).split(' ') : [];
    for (const path of beside.filter((path) => isInside(path) && !kept.material.has(path)))
      rmSync(join(directory, path), { force: true });
    if (!kept.names.has(name)) rmSync(join(directory, name));
  }
}

/** The list of a file that somebody edited may lead anywhere. */
function isInside(path: string): boolean {
  return !posix.isAbsolute(path) && !posix.normalize(path).startsWith('..');
}
