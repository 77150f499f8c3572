import type { Schema } from '../schema/schema';

type Resolve = (schema: Schema) => Schema;
type Properties = Readonly<Record<string, Schema>>;

/**
 * Looks statements up with all that any of their alternatives allows: which one is meant cannot be told from lines that
 * are out of place.
 */
export function withAlternatives(resolve: Resolve): Resolve {
  const known = new Map<Schema, Schema>();
  return function resolveAll(reference: Schema): Schema {
    const found = known.get(reference);
    if (found) return found;
    const schema = resolve(reference);
    const whole = schema.anyOf ? united(schema, schema.anyOf.map(resolveAll)) : schema;
    known.set(reference, whole);
    return whole;
  };
}

function united(schema: Schema, alternatives: readonly Schema[]): Schema {
  const { anyOf: _, ...own } = schema;
  const all = [own, ...alternatives];
  const types = new Set(alternatives.map(({ type }) => type));
  const items = all.flatMap(({ items }) => items ?? []);
  const values = all.flatMap(({ additionalProperties }) => additionalProperties ?? []);
  const properties = propertiesOf(all);
  return {
    ...own,
    type: types.size === 1 ? alternatives[0]!.type : undefined,
    ...(items.length > 0 && { items: oneOrAny(items) }),
    ...(values.length > 0 && { additionalProperties: oneOrAny(values) }),
    ...(properties && { properties }),
  };
}

function propertiesOf(all: readonly Schema[]): Record<string, Schema> | undefined {
  const stated = all.flatMap(({ properties }): Properties[] => (properties ? [properties] : []));
  if (stated.length === 0) return undefined;
  const names = new Set(stated.flatMap(Object.keys));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      oneOrAny(stated.flatMap((properties) => properties[name] ?? [])),
    ]),
  );
}

function oneOrAny(schemas: readonly Schema[]): Schema {
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
}
