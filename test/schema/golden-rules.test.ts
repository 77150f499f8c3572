import { describe, expect, it } from 'vitest';
import { completed } from '../../lib/schema/defaults';
import { entries, isObject } from '../../lib/schema/json';
import { KINDS } from '../../lib/schema/kinds';
import type { Rule } from '../../lib/schema/rule';
import { type Kind, resolver, type Schema } from '../../lib/schema/schema';
import { GOLDENS, golden } from './verdict';

/** Rules that no object can violate, and why. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  'atLeastOneOf(message, statusCode)': 'both fields have defaults',
};

type Visit = (rule: Rule, path: string, value: unknown) => void;

class Statement {
  readonly #resolve: (schema: Schema) => Schema;

  constructor(private readonly kind: Kind) {
    this.#resolve = resolver(kind.definitions);
  }

  /** Every rule, where it stands first. */
  rules(): ReadonlyMap<Rule, string> {
    const found = new Map<Rule, string>();
    const known = new Set<Schema>();
    const walk = (reference: Schema, path: string): void => {
      const schema = this.#resolve(reference);
      if (known.has(schema)) return;
      known.add(schema);
      for (const rule of schema.rules ?? []) {
        if (!found.has(rule)) found.set(rule, `${path} ${rule.form}`);
      }
      for (const [name, part] of Object.entries(schema.properties ?? {})) {
        walk(part, `${path}.${name}`);
      }
      if (schema.items) walk(schema.items, `${path}[]`);
      if (schema.additionalProperties) walk(schema.additionalProperties, `${path}.*`);
    };
    walk(this.kind.spec, 'spec');
    return found;
  }

  /** Every rule that meets a part of a spec, with that part. */
  meet(spec: unknown, visit: Visit): void {
    const walk = (reference: Schema, value: unknown, path: string): void => {
      const { rules, properties, items, additionalProperties } = this.#resolve(reference);
      for (const rule of rules ?? []) visit(rule, path, value);
      if (items) for (const entry of entries(value)) walk(items, entry, `${path}[]`);
      if (!isObject(value)) return;
      for (const [name, part] of Object.entries(value)) {
        const field = properties?.[name] ?? additionalProperties;
        if (field) walk(field, part, `${path}.${name}`);
      }
    };
    walk(this.kind.spec, completed(this.kind.spec, spec, this.#resolve), 'spec');
  }
}

describe('the goldens', () => {
  const kinds = KINDS.filter(({ group }) => group === 'agentgateway.dev');
  const kept = new Set<Rule>();
  const violated = new Set<Rule>();
  for (const name of GOLDENS) {
    const file = golden(name);
    const kind = kinds.find((stated) => stated.kind === file.kind);
    for (const { spec } of kind ? file.cases : []) {
      new Statement(kind!).meet(spec, (rule, _, value) => {
        (rule.check(value).length > 0 ? violated : kept).add(rule);
      });
    }
  }

  it.each(kinds.map((kind) => [kind.kind, kind] as const))(
    'show each rule of %s violated and kept',
    (_, kind) => {
      const missing = [...new Statement(kind).rules()].filter(
        ([rule]) => !(rule.form in UNREACHABLE) && !(kept.has(rule) && violated.has(rule)),
      );
      expect(missing.map(([, place]) => place)).toEqual([]);
    },
  );
});
