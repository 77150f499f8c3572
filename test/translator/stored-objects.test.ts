import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { withDefaults } from '../../lib/schema/validate';
import { translate } from '../../lib/translator/translate';

const FOLDER = join(__dirname, 'testdata');

/** The status of a redirect that says none, in a cluster and in a file. */
const FOUND = 302;

function withoutUsualStatus(name: string, value: unknown): unknown {
  return name === 'status' && value === FOUND ? undefined : value;
}

function translated(objects: readonly unknown[]): string {
  const { gateways, diagnostics } = translate(objects);
  const documents = gateways.map(({ document }) => document);
  return JSON.stringify({ documents, diagnostics }, withoutUsualStatus, 1);
}

describe('objects as a cluster stores them, defaults written in', () => {
  it.each(readdirSync(FOLDER))('mean what the written ones mean: %s', (file) => {
    const [input = ''] = readFileSync(join(FOLDER, file), 'utf8').split('\n---\n# Output\n');
    const written = parseAllDocuments(input).map((document) => document.toJS() as unknown);
    const stored = written.map((object) => withDefaults(object));
    expect(translated(stored)).toBe(translated(written));
  });
});
