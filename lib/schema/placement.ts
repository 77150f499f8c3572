import { entries, field, fieldPath, isObject, type JsonObject } from './json';
import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

/** A map on the way from the root of a value to one of its fields. */
export interface Level {
  readonly schema: Schema;
  readonly value: JsonObject;
  readonly path: string;
}

/** Where a field may stand, and what is said about it there. */
export interface Place {
  readonly path: string;
  readonly schema: Schema;
}

/**
 * The free places for a field that is unknown at the innermost of these levels: the levels around it, and the maps that
 * stand there beside it, or may.
 *
 * @example
 * spec.traffic.jwtAuthentication.authorization   // may go out, to spec.traffic.authorization
 * spec.apiKeyAuthentication                      // may go in, to spec.traffic.apiKeyAuthentication
 */
export function freePlaces(name: string, levels: readonly Level[], resolve: Resolve): Place[] {
  const innermost = levels[levels.length - 1];
  if (!innermost) return [];
  const outward = levels.slice(0, -1).flatMap((level) => placeIn(level, name, resolve));
  return [
    ...outward,
    ...levelsWithin(innermost, resolve).flatMap((l) => placeIn(l, name, resolve)),
  ];
}

function placeIn({ schema, value, path }: Level, name: string, resolve: Resolve): Place[] {
  const { properties } = schema;
  if (!properties || !Object.hasOwn(properties, name)) return [];
  const property = properties[name]!;
  if (isWritten(value, name, resolve(property))) return [];
  return [{ path: fieldPath(path, name), schema: property }];
}

function levelsWithin({ schema, value, path }: Level, resolve: Resolve): Level[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, reference]) => {
    const inner = resolve(reference);
    const written = field(value, name);
    const place = fieldPath(path, name);
    if (inner.properties) return mapAt(inner, written, place);
    return inner.items ? onlyEntry(resolve(inner.items), written, place) : [];
  });
}

/** A map that is not there yet could be begun. */
function mapAt(schema: Schema, written: unknown, path: string): Level[] {
  if (written === undefined || written === null) return [{ schema, value: {}, path }];
  return isObject(written) ? [{ schema, value: written, path }] : [];
}

function onlyEntry(schema: Schema, written: unknown, path: string): Level[] {
  if (!Array.isArray(written) || written.length !== 1 || !isObject(written[0])) return [];
  return [{ schema, value: written[0], path: `${path}[0]` }];
}

/** Whether an author wrote a field; a default that was filled in is none of theirs. */
export function isWritten(object: JsonObject, name: string, schema: Schema | undefined): boolean {
  if (!Object.hasOwn(object, name) || object[name] === undefined) return false;
  const fallback = schema?.default;
  return fallback === undefined || JSON.stringify(object[name]) !== JSON.stringify(fallback);
}

/** `spec.rules[0].matches` as `spec.rules[].matches`. */
export function inGeneral(path: string): string {
  return path.replace(/\[\d+\]/g, '[]');
}

/** Whether every place that a general path means below a map has a field already. */
export function isTakenBelow({ value, path }: Level, place: string): boolean {
  const above = inGeneral(path);
  if (!place.startsWith(`${above}.`)) return false;
  const steps = place.slice(above.length + 1).split(/\.|(?=\[\])/);
  let values: unknown[] = [value];
  for (const step of steps) {
    values = values.flatMap((part) => (step === '[]' ? entries(part) : [field(part, step)]));
  }
  return values.length > 0 && !values.includes(undefined);
}
