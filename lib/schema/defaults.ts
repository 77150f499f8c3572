import { isObject, type JsonObject } from './json';
import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

/**
 * A deep copy of a value as the API server would store it: defaults written in, and nulls dropped where a field may not
 * be null. What the statement does not know is copied as it is.
 */
export function completed(schema: Schema, value: unknown, resolve: Resolve): unknown {
  const { properties, additionalProperties, items } = resolve(schema);
  if (Array.isArray(value)) return items ? completedList(items, value, resolve) : copied(value);
  if (!isObject(value)) return value;
  if (properties) return completedObject(properties, value, resolve);
  return additionalProperties ? completedMap(additionalProperties, value, resolve) : copied(value);
}

function completedList(items: Schema, list: readonly unknown[], resolve: Resolve): unknown[] {
  return list.map((item) => completed(items, item, resolve));
}

function completedObject(
  properties: Readonly<Record<string, Schema>>,
  object: JsonObject,
  resolve: Resolve,
): JsonObject {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    const property = Object.hasOwn(properties, name) ? properties[name]! : undefined;
    if (!property) set(result, name, copied(value));
    else if (value !== null && value !== undefined) {
      set(result, name, completed(property, value, resolve));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (Object.hasOwn(result, name)) continue;
    const { default: fallback } = resolve(property);
    if (fallback !== undefined) set(result, name, completed(property, fallback, resolve));
  }
  return result;
}

function completedMap(values: Schema, map: JsonObject, resolve: Resolve): JsonObject {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(map)) {
    if (value !== null) set(result, name, completed(values, value, resolve));
  }
  return result;
}

/** Copies anything: cycles and shared parts stay what they are, and no depth is too deep. */
export function copied(value: unknown): unknown {
  const copies = new Map<object, unknown>();
  const pending: [from: object, to: object][] = [];
  const copyOf = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const known = copies.get(part);
    if (known) return known;
    const copy = Array.isArray(part) ? [] : {};
    copies.set(part, copy);
    pending.push([part, copy]);
    return copy;
  };
  const result = copyOf(value);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [from, to] = next;
    for (const [name, part] of Object.entries(from)) set(to, name, copyOf(part));
  }
  return result;
}

/** Assignment to `__proto__` would change what the object is. */
function set(target: object, name: string, value: unknown): void {
  if (name !== '__proto__') {
    (target as Record<string, unknown>)[name] = value;
    return;
  }
  const own = { value, enumerable: true, writable: true, configurable: true };
  Object.defineProperty(target, name, own);
}
