// After tsc: removes from build/ what the package has no use for, so that what is packed is what is used.
// Compiled files whose source is gone, and declarations that no entry point leads to.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = join(root, 'build');

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function entryDeclarations(files) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const patterns = Object.values(exports)
    .map((target) => target.types)
    .filter(Boolean);
  return files.filter((file) => {
    const name = `./${relative(root, file).split('\\').join('/')}`;
    return patterns.some((pattern) => {
      const [head, tail] = pattern.split('*');
      return tail === undefined ? name === pattern : name.startsWith(head) && name.endsWith(tail);
    });
  });
}

const SPECIFIER = /(?:from|import|require\()\s*\(?\s*['"](\.[^'"]*)['"]/g;

function importedDeclarations(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(SPECIFIER)]
    .map(([, specifier]) => join(dirname(file), specifier))
    .flatMap((base) => [`${base}.d.ts`, join(base, 'index.d.ts')])
    .filter((candidate) => existsSync(candidate));
}

function reachable(entries) {
  const found = new Set(entries);
  for (const file of found) for (const next of importedDeclarations(file)) found.add(next);
  return found;
}

function sourceOf(file) {
  return join(root, relative(build, file)).replace(/(\.d)?\.(ts|js)$/, '.ts');
}

const files = existsSync(build) ? filesOf(build) : [];
const kept = reachable(entryDeclarations(files));
for (const file of files) {
  const unreachable = file.endsWith('.d.ts') && !kept.has(file);
  if (unreachable || !existsSync(sourceOf(file))) rmSync(file);
}
