import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasErrors } from '../../lib/diagnostic';
import type { Schema } from '../../lib/schema/schema';
import { STANDALONE } from '../../lib/schema/standalone/document';
import { resolveStandalone, validateStandalone } from '../../lib/schema/validate-standalone';
import { standaloneSchema } from '../../scripts/standalone-schema';
import { arbitraryOf } from './arbitrary';

/** Strict: it refuses keywords that only we understand. */
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
});
for (const format of ['int32', 'int64', 'double']) ajv.addFormat(format, true);
const accepts = ajv.compile(standaloneSchema());

interface Case {
  readonly case: string;
  readonly document: unknown;
  readonly findings?: string[];
}

const cases: Case[] = parse(readFileSync(join(__dirname, 'testdata', 'standalone.yaml'), 'utf8'));

const published = new Map<Schema, Schema>();

/** The statement without what only the parser reads. */
function resolvePublished(reference: Schema): Schema {
  const known = published.get(reference);
  if (known) return known;
  const { properties, ...schema } = resolveStandalone(reference);
  const kept = Object.entries(properties ?? {}).filter(([, part]) => !part.parserOnly);
  const made = { ...schema, ...(properties && { properties: Object.fromEntries(kept) }) };
  published.set(reference, made);
  return made;
}

describe('the JSON Schema of the standalone file, for editors', () => {
  it('accepts what the verdict accepts', () => {
    for (const { case: name, document } of cases) {
      if (hasErrors(validateStandalone(document))) continue;
      expect([accepts(document), accepts.errors], name).toEqual([true, null]);
    }
  });

  it('agrees with the verdict about structure', () => {
    let valid = 0;
    fc.assert(
      fc.property(arbitraryOf(STANDALONE.document, resolvePublished), (document) => {
        if (hasErrors(validateStandalone(document))) return;
        valid += 1;
        expect([accepts(document), accepts.errors]).toEqual([true, null]);
      }),
      { numRuns: 300 },
    );
    expect(valid).toBeGreaterThan(20);
  });

  it.each([
    [{ bind: [] }],
    [{ binds: [{ port: '80', listeners: [] }] }],
    [{ gateways: { a: { port: 80, apiKey: { keys: [], mode: 'Strict' } } } }],
    [{ gateways: { a: { port: 80, apiKey: { keys: [{}] } } } }],
    [{ routes: [{ backends: [{ host: 'a:1', backend: '/b' }] }] }],
    [{ frontendPolicies: { accessLog: {}, logging: {} } }],
    [{ mcp: {} }],
  ])('refuses %j', (document) => {
    expect(accepts(document)).toBe(false);
  });

  it('knows a service as the published schema has it, which the verdict refuses', () => {
    const service = { name: 'shop/authz.example.com', port: 80 };
    const nested = { routes: [{ policies: { extAuthz: { service } } }] };
    const flat = { routes: [{ policies: { extAuthz: service } }] };
    expect([accepts(nested), hasErrors(validateStandalone(nested))]).toEqual([true, true]);
    expect([accepts(flat), hasErrors(validateStandalone(flat))]).toEqual([false, false]);
  });
});
