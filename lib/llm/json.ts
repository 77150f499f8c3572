/** A JSON object as it comes from outside: nothing about its fields is known. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field of an object; nothing for whatever else stands there, and never what a prototype brings. */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The field if it is a string. */
export function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** The field if it is a finite number. */
export function number(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** The field if it is a whole number from 0 on, such as tokens or an index. */
export function count(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return Number.isSafeInteger(found) && (found as number) >= 0 ? (found as number) : undefined;
}

/** The field if it is true or false. */
export function flag(value: unknown, name: string): boolean | undefined {
  const found = field(value, name);
  return typeof found === 'boolean' ? found : undefined;
}

/** The entries of a list; none for whatever else stands there. */
export function entries(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

/** What the text says in JSON; nothing where it is no JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON of a value; nothing where it nests deeper than a stack reaches. */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** An object without the fields that have no value. Later entries win; no name reaches a prototype. */
export function record(fields: Iterable<readonly [string, unknown]>): JsonRecord {
  return Object.fromEntries([...fields].filter(([, value]) => value !== undefined));
}
