import { alternativeOf } from '../schema/alternative';
import { isObject, type JsonObject } from '../schema/json';
import type { Schema } from '../schema/schema';
import { STANDALONE } from '../schema/standalone/document';
import { resolveStandalone } from '../schema/validate-standalone';

/**
 * A valid document without the fields that are empty and may as well be left out: `cors:` with nothing behind it. What
 * says something by being empty, as `invalid:` does, stays.
 */
export function withoutNulls(document: JsonObject): JsonObject {
  return pruned(STANDALONE.document, document) as JsonObject;
}

function pruned(reference: Schema, value: unknown): unknown {
  const schema = alternativeOf(resolveStandalone(reference), value, resolveStandalone);
  const { properties, additionalProperties, items } = schema;
  if (Array.isArray(value)) return items ? value.map((entry) => pruned(items, entry)) : value;
  if (!isObject(value)) return value;
  if (!properties && !additionalProperties) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const own = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
      const part = own ?? additionalProperties;
      if (!part) return [[name, member]];
      const isLeftOut = member === null && resolveStandalone(part).nullable;
      return isLeftOut ? [] : [[name, pruned(part, member)]];
    }),
  );
}
