// After tsc: packages that CommonJS cannot require are put into the one compiled file that loads each of them.
// `import('jose')` becomes code that is evaluated at that call, so that who only synthesizes pays nothing for it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const BUNDLES = [
  { file: 'build/lib/gateway/jose.js', package: 'jose', licence: 'LICENSE.md' },
  { file: 'build/lib/gateway/bcrypt.js', package: 'bcryptjs', licence: 'LICENSE' },
];

function notice(name, licence) {
  const folder = join(root, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = readFileSync(join(folder, licence), 'utf8').trim().replaceAll('*/', '* /');
  return `/*\nThis file holds ${name} ${version}.\n\n${text}\n*/`;
}

await Promise.all(
  BUNDLES.map(({ file, package: name, licence }) =>
    build({
      absWorkingDir: root,
      entryPoints: [file],
      outfile: file,
      allowOverwrite: true,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'warning',
      banner: { js: notice(name, licence) },
    }),
  ),
);
