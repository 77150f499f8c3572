import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { formatDiagnostic, hasErrors } from '../../lib/diagnostic';
import { validateStandalone } from '../../lib/schema/validate-standalone';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { expandVariables } from '../../lib/standalone/variables';
import { type Translation, translate } from '../../lib/translator/translate';

/** Each file holds objects, then what becomes of them. `UPDATE_GOLDENS=1` writes the second part anew. */
const FOLDER = join(__dirname, 'testdata');
const MARK = '\n---\n# Output\n';
const UPDATE = process.env.UPDATE_GOLDENS === '1';

function readGolden(file: string) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const at = text.indexOf(MARK);
  const input = at < 0 ? text.trimEnd() : text.slice(0, at);
  const objects = parseAllDocuments(input).map((document) => document.toJS() as unknown);
  return { input, objects, output: at < 0 ? '' : text.slice(at + MARK.length) };
}

function rendered({ gateways, diagnostics }: Translation): string {
  const shown = {
    gateways: gateways.map(({ gateway, document, files }) => ({
      gateway: `${gateway.namespace}/${gateway.name}`,
      document: expandVariables(document, (name) => `$${name}`).document,
      ...(files.size > 0 && { files: Object.fromEntries(files) }),
    })),
    diagnostics: diagnostics.map(formatDiagnostic),
  };
  return stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false });
}

describe('the translation of', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

  it.each(files)('%s', (file) => {
    const { input, objects, output } = readGolden(file);
    const translation = translate(objects);
    const text = rendered(translation);
    if (UPDATE) writeFileSync(join(FOLDER, file), `${input}${MARK}${text}`);
    else expect(text).toBe(output);
  });

  it.each(files)('%s does not depend on the order of the objects', (file) => {
    const { objects } = readGolden(file);
    expect(rendered(translate(objects.toReversed()))).toBe(rendered(translate(objects)));
  });

  it.each(files)('%s is a document that loads, or says why not', (file) => {
    const { gateways, diagnostics: findings } = translate(readGolden(file).objects);
    expect(hasErrors(findings) || gateways.length > 0).toBe(true);
    for (const { document } of hasErrors(findings) ? [] : gateways) {
      const { document: expanded } = expandVariables(document, (name) => `demo-value-of-${name}`);
      expect(validateStandalone(expanded)).toEqual([]);
      const { diagnostics } = normalizeStandalone(expanded);
      const wrong = diagnostics.filter(
        ({ severity, code }) => severity === 'error' && code !== 'Unsupported',
      );
      expect(wrong).toEqual([]);
    }
  });

  it.each(files)('%s shows no key in a finding', (file) => {
    const { diagnostics } = translate(readGolden(file).objects);
    expect(diagnostics.map(formatDiagnostic).join('\n')).not.toMatch(/demo-key|ZGVtby1rZXk/);
  });
});
