import { mkdirSync, writeFileSync } from 'node:fs';
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
const PRIVATE_FILE = { mode: 0o600 };
const PRIVATE_DIRECTORY = { mode: 0o700, recursive: true };

/** `agw translate`: Kubernetes objects as standalone files. */
export function translateCommand(paths: readonly string[], options: TranslateOptions): number {
  const { gateways, diagnostics } = load(readFiles(paths), {
    gateway: options.gateway,
    variables: (name) => process.env[name],
  });
  report(diagnostics);
  if (hasErrors(diagnostics)) return EXIT.refused;
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

function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), PRIVATE_DIRECTORY);
  writeFileSync(path, text, PRIVATE_FILE);
  process.stderr.write(`wrote ${path}\n`);
}
