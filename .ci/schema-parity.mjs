// Holds the definitions that `npm run crds` writes, and the schema of the standalone file, against the facts about
// upstream, node by node.
//
//   npm run -s crds && node .ci/schema-parity.mjs CHECK_SCRIPT
//
// The facts hold no prose: where upstream has a sentence as a default they have its length. So are ours shortened here.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { parse, stringify } = createRequire(import.meta.url)('yaml');

const [script] = process.argv.slice(2);
const LEAST_WORDS = 4;

function isProse(value) {
  return typeof value === 'string' && value.split(' ').length >= LEAST_WORDS;
}

function withoutProse(node) {
  if (Array.isArray(node)) return node.map(withoutProse);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, part]) => [name, withoutProse(part)]),
  );
  if (isProse(node.default)) copy.default = `<human text, ${node.default.length} characters>`;
  return copy;
}

const folder = mkdtempSync(join(tmpdir(), 'crds-'));
try {
  for (const file of readdirSync(join('build', 'crds'))) {
    const definition = withoutProse(parse(readFileSync(join('build', 'crds', file), 'utf8')));
    writeFileSync(join(folder, file), stringify(definition, { aliasDuplicateObjects: false }));
  }
  const args = [script, folder, join('build', 'standalone.schema.json')];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
