import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validationRule } from '../../lib/cel/kubernetes';
import { CHANNELS, inChannel } from '../../lib/schema/channel';
import { check } from '../../lib/schema/check';
import { completed } from '../../lib/schema/defaults';
import { KINDS } from '../../lib/schema/kinds';
import type { Rule } from '../../lib/schema/rule';
import { resolver, type Schema } from '../../lib/schema/schema';
import { arbitraryOf } from './arbitrary';

type Resolve = (schema: Schema) => Schema;

/** A rule of an API server, and the first place where it stands. */
interface Place {
  readonly path: string;
  readonly rule: Rule;
  readonly schema: Schema;
  readonly resolve: Resolve;
}

/** Rules that compare an object with what it was before. */
const TRANSITION = /\boldSelf\b/;

function places(): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const channel of CHANNELS) {
    for (const kind of KINDS.map((stated) => inChannel(stated, channel))) {
      const resolve = resolver(kind.definitions);
      collect(kind.spec, `${channel} ${kind.kind}`, resolve, found);
    }
  }
  return found;
}

function collect(root: Schema, path: string, resolve: Resolve, found: Map<string, Place>): void {
  const seen = new Set<Schema>();
  const visit = (reference: Schema, at: string): void => {
    const schema = resolve(reference);
    if (seen.has(schema)) return;
    seen.add(schema);
    for (const rule of schema.rules ?? []) {
      const key = rule.cel ?? rule.form;
      if (!found.has(key)) found.set(key, { path: at, rule, schema, resolve });
    }
    for (const [name, part] of Object.entries(schema.properties ?? {}))
      visit(part, `${at}.${name}`);
    if (schema.items) visit(schema.items, `${at}[]`);
    if (schema.additionalProperties) visit(schema.additionalProperties, `${at}{}`);
  };
  visit(root, path);
}

const values = new Map<Schema, readonly unknown[]>();

/** Values of the right structure that the rule may like or not; the same for all rules of one statement. */
function valuesFor(place: Place): readonly unknown[] {
  const known = values.get(place.schema) ?? madeFor(place);
  values.set(place.schema, known);
  return known;
}

function madeFor({ schema, resolve }: Place): unknown[] {
  const { rules: _, ...structure } = schema;
  const parts = Object.entries(structure.properties ?? {}).flatMap(([name, property]) =>
    sample(property, resolve, 2).map((part) => ({ [name]: part })),
  );
  return sample(structure, resolve, 8)
    .flatMap((value) => [value, ...changed(value, parts)])
    .map((value) => completed(structure, value, resolve))
    .filter((value) => check(structure, value, resolve).length === 0);
}

function sample(schema: Schema, resolve: Resolve, numRuns: number): unknown[] {
  return fc.sample(arbitraryOf(schema, resolve), { numRuns, seed: 7 });
}

function changed(value: unknown, parts: readonly object[]): unknown[] {
  if (Array.isArray(value)) {
    const entries = value.flatMap((entry) => [entry, ...withoutOne(entry)]);
    return entries.map((entry) => [...value, entry]);
  }
  if (typeof value !== 'object' || value === null) return [];
  return [...withoutOne(value), ...parts.map((part) => ({ ...value, ...part }))];
}

function withoutOne(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).map((name) =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)),
  );
}

describe('a rule of an API server', () => {
  const all = [...places().values()];

  it('is written in CEL or in the keywords of JSON Schema, with what the API server says', () => {
    const without = all.filter(({ rule }) => !(rule.cel && rule.message) && !rule.keywords);
    expect(without.map(({ path, rule }) => `${path}: ${rule.form}`)).toEqual([]);
  });

  it.each(
    all
      .filter(({ rule }) => rule.cel && !TRANSITION.test(rule.cel))
      .map((place) => [`${place.path} ${place.rule.cel}`, place] as const),
  )('gives one verdict as a form and in CEL, and no error: %s', (_, place) => {
    const program = validationRule(place.rule.cel!);
    const disputed = valuesFor(place).flatMap((value) => {
      const refused = place.rule.check(value).some(({ severity }) => severity !== 'warning');
      const holds = program(value);
      return holds === !refused ? [] : [{ value, holds, refused }];
    });
    expect(disputed).toEqual([]);
  });
});
