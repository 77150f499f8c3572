import { resolver, type Schema } from '../lib/schema/schema';
import { STANDALONE } from '../lib/schema/standalone/document';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that mean the same in JSON Schema. */
const SAME = [
  ...['type', 'description', 'default', 'required', 'minProperties', 'maxProperties', 'minItems'],
  ...['maxItems', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'format'],
] as const;

const resolve = resolver(STANDALONE.definitions);

/**
 * The standalone file as a JSON Schema (draft 2020-12), for editors and for agentgateway's own users: what the published
 * schema knows, with our descriptions.
 *
 * @example # yaml-language-server: $schema=standalone.schema.json
 */
export function standaloneSchema(): JsonSchema {
  const definitions = Object.entries(STANDALONE.definitions).map(([name, definition]) => [
    name,
    { title: title(name), ...written(definition) },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'agentgateway configuration',
    ...written(STANDALONE.document),
    $defs: Object.fromEntries(definitions),
  };
}

function written(schema: Schema): JsonSchema {
  const { $ref, nullable, anyOf } = schema;
  if ($ref) {
    const rest = plain({ ...schema, nullable: undefined });
    return nullable ? { ...rest, anyOf: [{ $ref }, { type: 'null' }] } : { $ref, ...rest };
  }
  if (nullable && (schema.enum || 'allOf' in exclusions(schema))) {
    const { description, ...rest } = plain({ ...schema, nullable: undefined });
    return { description, anyOf: [rest, { type: 'null' }] };
  }
  if (!anyOf) return plain(schema);
  const parts: JsonSchema[] = anyOf.map(written);
  return { ...plain(schema), anyOf: nullable ? [...parts, { type: 'null' }] : parts };
}

/** A statement that refers to nothing and has no alternatives, or what stands beside those. */
function plain(schema: Schema): JsonSchema {
  const { properties, additionalProperties, items, nullable, deprecated, type } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'];
  const same = SAME.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]);
  return {
    ...Object.fromEntries(same),
    ...(nullable && type && { type: [type, 'null'] }),
    ...(deprecated && { deprecated: true }),
    ...(properties && { properties: publishedProperties(properties) }),
    ...(additionalProperties && { additionalProperties: written(additionalProperties) }),
    ...(type === 'object' && !additionalProperties && { additionalProperties: open ?? false }),
    ...(items && { items: written(items) }),
    ...exclusions(schema),
  };
}

function publishedProperties(properties: Readonly<Record<string, Schema>>): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, property]) => !resolve(property).parserOnly)
      .map(([name, property]) => [name, written(property)]),
  );
}

/** Of the rules those that JSON Schema has words for: which fields exclude each other, and of which one is needed. */
function exclusions({ rules = [], properties = {} }: Schema): JsonSchema {
  const all = rules.flatMap(({ form }): JsonSchema[] => {
    const [, name, list] = /^(exactlyOneOf|atMostOneOf|atLeastOneOf)\((.*)\)$/.exec(form) ?? [];
    if (!name || !list) return [];
    const fields = list.split(', ').filter((field) => !properties[field]?.parserOnly);
    const each = fields.map((field) => present([field], properties));
    if (name === 'exactlyOneOf') return [{ oneOf: each }];
    if (name === 'atLeastOneOf') return [{ anyOf: each }];
    return [{ not: { anyOf: pairs(fields).map((pair) => present(pair, properties)) } }];
  });
  return all.length > 0 ? { allOf: all } : {};
}

/** These fields are all there; one that may be empty is there if it is not. */
function present(fields: readonly string[], properties: Readonly<Record<string, Schema>>) {
  const nullable = fields.filter(
    (field) => properties[field] && resolve(properties[field]).nullable,
  );
  const notNull = nullable.map((field) => [field, { not: { type: 'null' } }]);
  return {
    required: fields,
    ...(nullable.length > 0 && { properties: Object.fromEntries(notNull) }),
  };
}

function pairs(fields: readonly string[]): (readonly string[])[] {
  return fields.flatMap((first, index) => fields.slice(index + 1).map((second) => [first, second]));
}

/** `JwtPolicy` as `Jwt policy`. */
function title(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, end, start) => `${end} ${start}`);
  return words[0] + words.slice(1).toLowerCase();
}
