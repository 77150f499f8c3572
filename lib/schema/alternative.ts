import { field, type JsonType, jsonType } from './json';
import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

/**
 * The statement with the alternative that a value chooses: the first of its own type whose required fields are all
 * there, or the last of its type. Where none is of its type, the alternatives are still there.
 */
export function alternativeOf(schema: Schema, value: unknown, resolve: Resolve): Schema {
  if (!schema.anyOf) return schema;
  const fitting = schema.anyOf
    .map(resolve)
    .filter(({ type, anyOf }) => anyOf || !type || isOfType(type, value));
  const chosen = fitting.find((alternative) => hasRequired(alternative, value)) ?? fitting.at(-1);
  if (!chosen) return schema;
  const { anyOf: _, notRun, ...whole } = schema;
  const mark = notRun === undefined ? {} : { notRun };
  return alternativeOf({ ...whole, ...chosen, ...mark }, value, resolve);
}

function hasRequired({ required = [] }: Schema, value: unknown): boolean {
  return required.every((name) => field(value, name) !== undefined);
}

export function isOfType(type: JsonType, value: unknown): boolean {
  const actual = jsonType(value);
  return actual === type || (type === 'number' && actual === 'integer');
}
