import fc from 'fast-check';
import type { Rule } from '../../lib/schema/rule';
import type { Schema } from '../../lib/schema/schema';

type Resolve = (schema: Schema) => Schema;
type Fields = Record<string, unknown>;

/** Below this depth only what is required is written, so that statements which contain themselves end. */
const DEEPEST = 8;
const MOST_FIELDS = 4;
const MOST_ENTRIES = 3;
const ROUNDS = 4;

/**
 * Values that a statement allows in the standard channel: types, bounds, enums and patterns always; its rules as far as leaving out a field or
 * an entry can meet them, so that whoever needs valid values only filters few away.
 *
 * @example
 * fc.assert(fc.property(arbitraryOf(kind.spec, resolver(kind.definitions)), (spec) => …));
 */
export function arbitraryOf(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  return new Arbitraries(resolve).of(schema, 0);
}

class Arbitraries {
  readonly #known = new Map<Schema, Map<number, fc.Arbitrary<unknown>>>();

  constructor(private readonly resolve: Resolve) {}

  of(reference: Schema, depth: number): fc.Arbitrary<unknown> {
    const byDepth = this.#known.get(reference) ?? new Map<number, fc.Arbitrary<unknown>>();
    this.#known.set(reference, byDepth);
    const known = byDepth.get(depth);
    if (known) return known;
    const schema = this.resolve(reference);
    const made = this.#value(schema, depth);
    const whole = schema.nullable ? fc.option(made, { nil: null, freq: 9 }) : made;
    byDepth.set(depth, whole);
    return whole;
  }

  #value(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { rules = [] } = schema;
    return this.#structure(schema, depth).map((value) => mended(value, rules, schema));
  }

  #structure(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    if (schema.anyOf) {
      const { anyOf, ...rest } = schema;
      const parts = anyOf.map((part) => ({ ...rest, ...this.resolve(part) }));
      return fc.oneof(...parts.map((part) => this.#value(part, depth)));
    }
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema['x-kubernetes-int-or-string']) return fc.oneof(integers(schema), texts(schema));
    switch (schema.type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#list(schema, depth);
      case 'string':
        return texts(schema);
      case 'integer':
        return integers(schema);
      case 'number':
        return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return schema.properties ? this.#object(schema, depth) : fc.jsonValue({ maxDepth: 1 });
    }
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { properties = {}, required = [], additionalProperties } = schema;
    if (additionalProperties) return this.#map(schema, additionalProperties, depth);
    const optional = Object.keys(properties).filter(
      (name) => !required.includes(name) && !this.resolve(properties[name]!).experimental,
    );
    const most = depth < DEEPEST ? MOST_FIELDS : 0;
    const some = fc.subarray(optional, { maxLength: Math.min(most, optional.length) });
    const needed = (schema.rules ?? []).map(oneOfThem).filter((names) => names.length > 0);
    return fc.tuple(some, ...needed.map((names) => fc.constantFrom(...names))).chain((picked) => {
      const chosen = [...new Set([...required, ...picked.flat()])];
      const written = chosen.filter((name) => Object.hasOwn(properties, name));
      return fc.record(
        Object.fromEntries(written.map((name) => [name, this.of(properties[name]!, depth + 1)])),
        { noNullPrototype: true },
      );
    });
  }

  #map(schema: Schema, values: Schema, depth: number): fc.Arbitrary<unknown> {
    const most = Math.min(schema.maxProperties ?? MOST_ENTRIES, MOST_ENTRIES);
    const keys = fc.string({ minLength: 1, maxLength: 12 }).filter((key) => key !== '__proto__');
    const least = schema.minProperties ?? 0;
    return fc
      .dictionary(keys, fc.constant(0), { minKeys: least, maxKeys: most })
      .chain((shape) =>
        fc.record(
          Object.fromEntries(Object.keys(shape).map((key) => [key, this.of(values, depth + 1)])),
          { noNullPrototype: true },
        ),
      );
  }

  #list(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { minItems = 0, maxItems = MOST_ENTRIES, items = {} } = schema;
    const most = depth < DEEPEST ? MOST_ENTRIES : 0;
    const entry = this.of(items, depth + 1);
    const lengths = { minLength: minItems, maxLength: Math.min(maxItems, minItems + most) };
    const keys = schema['x-kubernetes-list-map-keys'];
    if (!keys && schema['x-kubernetes-list-type'] !== 'set') return fc.array(entry, lengths);
    const identity = (value: unknown) =>
      JSON.stringify(keys ? keys.map((key) => (value as Fields)?.[key]) : value);
    return fc.uniqueArray(entry, { ...lengths, selector: identity });
  }
}

function integers(schema: Schema): fc.Arbitrary<number> {
  const { minimum = 0, maximum = 2 ** 31 - 1 } = schema;
  return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) });
}

function texts(schema: Schema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (format === 'uri') return fc.webUrl();
  const fits = (text: string) => [...text].length >= minLength && [...text].length <= maxLength;
  if (pattern) return fc.stringMatching(new RegExp(pattern, 'u')).filter(fits);
  const most = Math.min(maxLength, minLength + 40);
  return fc.oneof(
    fc.string({ minLength, maxLength: most }),
    fc.string({ minLength, maxLength: most, unit: 'grapheme' }).filter(fits),
  );
}

// ---------------------------------------------------------------- rules

/** The fields of which a rule wants one. */
function oneOfThem({ form }: Rule): string[] {
  return /^(?:exactlyOneOf|atLeastOneOf)\((.*)\)$/.exec(form)?.[1]?.split(', ') ?? [];
}

/** Leaves out what the rules forbid, as far as leaving out helps. */
function mended(value: unknown, rules: readonly Rule[], schema: Schema): unknown {
  let current = value;
  for (let round = 0; round < ROUNDS; round++) {
    const violations = rules.flatMap((rule) =>
      rule.check(current).map(({ path }) => ({ path, form: rule.form })),
    );
    if (violations.length === 0) return current;
    for (const { path, form } of violations) current = without(current, path, form, schema);
  }
  return current;
}

function without(value: unknown, path: string, form: string, schema: Schema): unknown {
  if (Array.isArray(value)) {
    const index = /^\[([0-9]+)\]/.exec(path)?.[1];
    if (index === undefined || value.length <= (schema.minItems ?? 0)) return value;
    return value.filter((_, at) => at !== Number(index));
  }
  if (typeof value !== 'object' || value === null) return value;
  const removed = path ? [path.split(/[.[]/)[0]!] : exclusive(form).slice(1);
  const names = removed.filter((name) => !schema.required?.includes(name));
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

  function exclusive(text: string): string[] {
    const fields = /^(?:exactlyOneOf|atMostOneOf)\((.*)\)$/.exec(text)?.[1]?.split(', ') ?? [];
    return fields.filter((name) => Object.hasOwn(value as Fields, name));
  }
}
