import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's version. */
export function version(): string {
  // From build/lib/cli to the package's root.
  const file = join(__dirname, '..', '..', '..', 'package.json');
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return String((manifest as { version: string }).version);
}
