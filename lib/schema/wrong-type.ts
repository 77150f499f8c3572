import type { Diagnostic } from '../diagnostic';
import { isOfType } from './alternative';
import { isObject, type JsonType, jsonType, listed } from './json';
import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

export type Scalar = string | number | boolean;

export function isOfTypes(schema: Schema, value: unknown): boolean {
  if (schema['x-kubernetes-int-or-string']) return isIntOrString(value);
  return !schema.type || isOfType(schema.type, value);
}

function isIntOrString(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value);
}

/**
 * A finding about a value that is of no type that it may be.
 *
 * @param meant the value in the type that is wanted, where it fits then
 */
export function wrongType(
  schema: Schema,
  value: unknown,
  path: string,
  resolve: Resolve,
  meant: Scalar | undefined,
): Diagnostic {
  const given = TYPE_NAMES[jsonType(value) ?? 'null'];
  const hint = typeHint(schema, value);
  return {
    severity: 'error',
    code: 'TypeInvalid',
    message: `must be ${typeNames(schema, resolve)}, not ${given}`,
    path,
    ...(hint && { hint }),
    ...(meant !== undefined && { fix: [{ op: 'replace', path, value: meant }] }),
  };
}

/** A scalar as it would be with quotes around it, or without them. */
export function retyped({ type }: Schema, value: unknown): Scalar | undefined {
  if (type === 'string') return isPlainScalar(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean') return BOOLEANS.get(value);
  const isNumeric = type === 'integer' || type === 'number';
  return isNumeric && INTEGER.test(value) ? Number(value) : undefined;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
const INTEGER = /^(0|-?[1-9][0-9]{0,14})$/;

function isPlainScalar(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

const TYPE_NAMES: Readonly<Record<JsonType, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

function typeNames(schema: Schema, resolve: Resolve): string {
  if (schema['x-kubernetes-int-or-string']) return 'a whole number or a string';
  const types = schema.anyOf?.map((part) => resolve(part).type) ?? [schema.type];
  return [...new Set(types.map((type) => TYPE_NAMES[type!]))].join(' or ');
}

/** What to write where a scalar has the wrong type; never the value of a string, which may be a secret. */
function typeHint(schema: Schema, value: unknown): string | undefined {
  const { type } = schema;
  const numeric = type === 'integer' || type === 'number';
  if (numeric && typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value)) {
    return 'write the number without quotes';
  }
  if (type === 'boolean' && (value === 'true' || value === 'false'))
    return 'write it without quotes';
  if (type === 'string' && isPlainScalar(value)) return textHint(schema, String(value));
  if (type === 'array' && isObject(value)) return 'begin each entry with `- `';
  return undefined;
}

/** What to write where a text is wanted and a number or a boolean stands. */
function textHint({ enum: values, pattern, patternMeans }: Schema, written: string): string {
  if (values && !values.includes(written)) return `write ${listed(values.map(String), 'or')}`;
  const isRight = pattern === undefined || new RegExp(pattern, 'u').test(written);
  return isRight || !patternMeans ? 'put quotes around it' : `write ${patternMeans}`;
}
