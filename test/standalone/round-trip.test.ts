import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Diagnostic, hasErrors } from '../../lib/diagnostic';
import type { JsonObject } from '../../lib/schema/json';
import type { Schema } from '../../lib/schema/schema';
import { STANDALONE } from '../../lib/schema/standalone/document';
import {
  resolveStandalone,
  unsupportedIn,
  validateStandalone,
} from '../../lib/schema/validate-standalone';
import type { StandaloneDocument } from '../../lib/standalone/document';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';
import { withoutNulls } from '../../lib/standalone/without-nulls';
import { writeStandalone } from '../../lib/standalone/write';
import { arbitraryOf } from '../schema/arbitrary';

const NO_VARIABLES = { variables: () => undefined };

const runOnly = new Map<Schema, Schema>();

/** The statement without what this gateway does not run. */
function resolveRun(reference: Schema): Schema {
  const known = runOnly.get(reference);
  if (known) return known;
  const { properties, anyOf, ...schema } = resolveStandalone(reference);
  const { notRunValues = [], neededToRun = [], required = [] } = schema;
  const made: Schema = {
    ...schema,
    ...(schema.enum && { enum: schema.enum.filter((value) => !notRunValues.includes(value)) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).filter(([, part]) => isRun(part))),
    }),
    ...(anyOf && { anyOf: anyOf.filter(isRun) }),
    required: [...required, ...neededToRun],
    nullable: neededToRun.length > 0 ? false : schema.nullable,
  };
  runOnly.set(reference, made);
  return made;
}

function isRun(reference: Schema): boolean {
  const { notRun, enum: values, notRunValues = [], properties } = resolveStandalone(reference);
  if (notRun !== undefined || properties?.conditional) return false;
  return !values || values.some((value) => !notRunValues.includes(value));
}

function written(document: unknown): string {
  return writeStandalone(document as StandaloneDocument);
}

/** Without their places in the file, and sorted, since the writer has an order of its own. */
function told(findings: readonly Diagnostic[]): string[] {
  return findings.map(({ code, path, message }) => `${code} ${path}: ${message}`).sort();
}

describe('a document that is written and read again', () => {
  it('is the same document, and one that can be normalized', () => {
    let read = 0;
    fc.assert(
      fc.property(arbitraryOf(STANDALONE.document, resolveRun), (document) => {
        const { document: again, diagnostics } = readStandalone(written(document), NO_VARIABLES);
        const found = [...validateStandalone(document), ...unsupportedIn(document)];
        expect(hasErrors(diagnostics)).toBe(hasErrors(found));
        if (hasErrors(found)) return;
        read += 1;
        expect(again).toEqual(withoutNulls(document as JsonObject));
        expect(() => normalizeStandalone(again!)).not.toThrow();
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('has the same verdict, whatever of agentgateway it uses', () => {
    fc.assert(
      fc.property(arbitraryOf(STANDALONE.document, resolveStandalone), (document) => {
        const { diagnostics } = readStandalone(written(document), {
          ...NO_VARIABLES,
          verdict: true,
        });
        expect(told(diagnostics)).toEqual(told(validateStandalone(document)));
      }),
      { numRuns: 200 },
    );
  });
});
