import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { check } from '../../lib/schema/check';
import { completed } from '../../lib/schema/defaults';
import { KINDS } from '../../lib/schema/kinds';
import { type Kind, resolver, type Schema } from '../../lib/schema/schema';
import { definitionOf } from '../../scripts/crds';
import { GOLDENS, golden } from './verdict';

const MUTANTS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1,
  1.5,
  99,
  600,
  65_536,
  1_000_001,
  2 ** 31,
  '',
  'a',
  'Strict',
  'GET',
  'A b',
  '*',
  '*.example.com',
  'https://a.example.com',
  '10s',
  '1.5s',
  'ü'.repeat(253),
  'a'.repeat(254),
  'a'.repeat(5000),
  [],
  ['a'],
  [500],
  Array(17).fill('a'),
  Array(65).fill({}),
  {},
];

/** What ajv cannot judge: rules, and which entries are the same. */
function structureOf(schema: Schema): Schema {
  const {
    rules: _rules,
    'x-kubernetes-list-type': _type,
    'x-kubernetes-list-map-keys': _keys,
    ...rest
  } = schema;
  const { properties, items, additionalProperties } = rest;
  return {
    ...rest,
    ...(properties && { properties: mapped(properties) }),
    ...(items && { items: structureOf(items) }),
    ...(additionalProperties && { additionalProperties: structureOf(additionalProperties) }),
  };
}

function mapped(schemas: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, part]) => [name, structureOf(part)]),
  );
}

/** The value with each of its parts in turn replaced or taken away. */
function* mutated(value: unknown, mutant: unknown): Generator<unknown> {
  yield mutant;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const changed of mutated(part, mutant)) {
      const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[key] = changed;
      yield copy;
    }
    if (!Array.isArray(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
    }
  }
}

function specSchema(definition: unknown): object {
  const { spec } = definition as {
    spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: object } } } }[] };
  };
  return spec.versions[0]!.schema.openAPIV3Schema.properties.spec;
}

describe('the structure of an object', () => {
  it.each(GOLDENS)('is judged as ajv judges it: %s', (name) => {
    const file = golden(name);
    const stated = KINDS.find(({ kind }) => kind === file.kind)!;
    const kind: Kind = {
      ...stated,
      spec: structureOf(stated.spec),
      definitions: mapped(stated.definitions),
    };
    const resolve = resolver(kind.definitions);
    const ajv = new Ajv({ strict: false });
    ajv.addFormat('int32', { type: 'number', validate: (value) => Math.abs(value) < 2 ** 31 });
    ajv.addFormat('uri', (text: string) => URL.canParse(text) || text.startsWith('/'));
    const oracle = ajv.compile(specSchema(definitionOf(kind)));
    const disputed: unknown[] = [];
    let refused = 0;
    for (const { spec } of file.cases.filter(({ findings }) => !findings)) {
      for (const mutant of MUTANTS) {
        for (const candidate of mutated(spec, mutant)) {
          const object = completed(kind.spec, candidate, resolve);
          const findings = check(kind.spec, object, resolve).filter(
            ({ code }) => code !== 'UnknownField',
          );
          const verdict = oracle(object);
          if (!verdict) refused += 1;
          if ((findings.length === 0) !== verdict) {
            disputed.push({ candidate, findings, errors: oracle.errors });
          }
        }
      }
    }
    expect(disputed).toEqual([]);
    expect(refused).toBeGreaterThan(50);
  });
});
