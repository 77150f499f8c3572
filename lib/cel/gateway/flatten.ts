import { CelError } from '../cel-error';
import { LIST, MAP, opaque } from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import { DEEPEST_VALUE } from '../limits';
import {
  adopt,
  type CelValue,
  isMap,
  keysOf,
  lookup,
  type MapView,
  Opaque,
  type PlainObject,
} from '../value';

type Parts = readonly unknown[] | MapView | PlainObject;

/** A list or map that becomes several fields of a log line, one for each of its parts. */
export class Flattened extends Opaque {
  readonly type = 'flattened';

  constructor(
    readonly parts: Parts,
    readonly recursive: boolean,
  ) {
    super();
  }

  equals(other: Opaque): boolean {
    return other === this;
  }
}

/**
 * The fields that it becomes, each with its name.
 *
 * @example flattenedFields('headers', flattened) // [['headers.user-agent', 'curl'], …]
 */
export function flattenedFields(
  name: string,
  { parts, recursive }: Flattened,
): readonly (readonly [string, CelValue])[] {
  return fieldsOf(name, parts, recursive, 0);
}

function fieldsOf(
  prefix: string,
  parts: Parts,
  recursive: boolean,
  depth: number,
): readonly (readonly [string, CelValue])[] {
  if (depth > DEEPEST_VALUE) return [];
  return entriesOf(parts).flatMap(([key, part]) => {
    const value = adopt(part);
    const name = `${prefix}.${key}`;
    if (value instanceof CelError) return [];
    if (recursive && (Array.isArray(value) || isMap(value)))
      return fieldsOf(name, value, recursive, depth + 1);
    return [[name, value] as const];
  });
}

function entriesOf(parts: Parts): readonly (readonly [string, unknown])[] {
  if (Array.isArray(parts)) return parts.map((part, index) => [String(index), part]);
  const entries = parts as MapView | PlainObject;
  return keysOf(entries).map((key) => [String(key), lookup(entries, key)]);
}

const FLATTENED = opaque<Flattened>('flattened');

function rows(name: string, recursive: boolean, doc: string): FunctionRow[] {
  return [
    fn(name, [LIST], FLATTENED, (parts) => new Flattened(parts, recursive), doc),
    fn(name, [MAP], FLATTENED, (parts) => new Flattened(parts, recursive), doc),
  ];
}

/** For what becomes fields of logs and traces. */
export const FLATTEN: readonly FunctionRow[] = [
  ...rows('flatten', false, 'a field for each part of it'),
  ...rows('flattenRecursive', true, 'a field for each part of it, and of its parts'),
  ...rows('flatten_recursive', true, 'a field for each part of it, and of its parts'),
];
