export type JsonType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** A JSON object as it comes from outside: nothing about its fields is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field of an object; nothing for whatever else stands there, and never what a prototype brings. */
export function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The field if it is a string, else an empty one. */
export function textField(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

/** A key for values that belong together; nothing where one of them is missing or no scalar. */
export function identityOf(...values: unknown[]): string | undefined {
  return values.every(isScalar) ? JSON.stringify(values) : undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether the field is written, as CEL's `has` asks: a null is not. */
export function has(value: unknown, name: string): boolean {
  const found = field(value, name);
  return found !== undefined && found !== null;
}

/** The entries of a list; none for whatever else stands there. */
export function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function jsonType(value: unknown): JsonType | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'object' || typeof value === 'string' || typeof value === 'boolean') {
    return typeof value as JsonType;
  }
  return undefined;
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;
const LONGEST_KEY = 80;

/** The path of a field: `spec.rules`, `metadata.labels["app.kubernetes.io/name"]`. */
export function fieldPath(parent: string, name: string): string {
  if (!IDENTIFIER.test(name)) return `${parent}[${JSON.stringify(shortened(name))}]`;
  const shown = shortened(name);
  return parent ? `${parent}.${shown}` : shown;
}

function shortened(name: string): string {
  return name.length > LONGEST_KEY ? `${name.slice(0, LONGEST_KEY)}…` : name;
}

/** A key or a value inside a message. */
export function quoted(text: string): string {
  return `\`${JSON.stringify(shortened(text)).slice(1, -1)}\``;
}

/** `a`, `b` and `c`. */
export function listed(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  const shown = words.map(quoted);
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${last} ${shown[shown.length - 1]}`;
}
