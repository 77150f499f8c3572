// The kinds as the facts state them: structure, defaults, rules and where each of them stands.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { parseAllDocuments } = require('yaml');

export const CHANNELS = ['agentgateway', 'gateway-api-standard', 'gateway-api-experimental'];

/** Every served version of every kind: `{channel, apiVersion, kind, spec}`. */
export function kindsOf(facts) {
  return CHANNELS.flatMap((channel) =>
    readdirSync(join(facts, channel))
      .filter((file) => file.endsWith('.yaml'))
      .sort()
      .flatMap((file) => definitionsIn(join(facts, channel, file)))
      .flatMap(({ spec: { group, names, versions } }) =>
        versions
          .filter(({ served }) => served)
          .map(({ name, schema }) => ({
            channel,
            apiVersion: `${group}/${name}`,
            kind: names.kind,
            spec: schema.openAPIV3Schema.properties.spec,
          })),
      ),
  );
}

function definitionsIn(file) {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS())
    .filter((object) => object?.kind === 'CustomResourceDefinition');
}

/** The distinct rules that the list beside the definitions counts. */
export function listedRules(facts) {
  const [, ...lines] = readFileSync(join(facts, 'cel-rules-distinct.tsv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split('\t').at(-1).trim());
}

/** Every place of a kind that has rules, as the steps that lead there: a field, `[]` into a list, `{}` into a map. */
export function placesOf(kind) {
  const places = [];
  const walk = (schema, steps) => {
    const rules = rulesAt(schema);
    if (rules.length > 0) places.push({ kind, steps, schema, rules });
    for (const [name, property] of Object.entries(schema.properties ?? {})) walk(property, [...steps, name]);
    if (schema.items) walk(schema.items, [...steps, '[]']);
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, [...steps, '{}']);
  };
  walk(kind.spec, []);
  return places;
}

export function rulesAt(schema) {
  return (schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule.trim());
}

/** Compares with the object as it was before: a manifest alone cannot break it. */
export const isTransition = (rule) => /\boldSelf\b/.test(rule);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlainNull = (value, schema) => value === null && !schema?.nullable;

/** As the API server reads an object: nulls that may not be are left out, then defaults are written in. */
export function completed(schema, value) {
  if (Array.isArray(value)) return schema.items ? value.map((item) => completed(schema.items, item)) : value;
  if (!isObject(value)) return value;
  const { properties = {}, additionalProperties } = schema;
  const result = {};
  for (const [name, part] of Object.entries(withDefaults(schema, value))) {
    const property = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    set(result, name, isObject(property) ? completed(property, part) : part);
  }
  return result;
}

/** The same for the fields of one object, not for what is in them. */
export function withDefaults({ properties = {}, additionalProperties }, object) {
  const result = {};
  for (const [name, part] of Object.entries(object)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (!isObject(property) || !isPlainNull(part, property)) set(result, name, part);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.default !== undefined && !Object.hasOwn(result, name)) result[name] = property.default;
  }
  return result;
}

/** Assignment to `__proto__` would change what the object is. */
function set(object, name, value) {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
