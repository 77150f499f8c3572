import {
  type CelValue,
  type Double,
  Duration,
  isDouble,
  isInt,
  isMap,
  type MapView,
  Opaque,
  Optional,
  type PlainObject,
  Timestamp,
  TypeValue,
  Uint,
} from './value';

/** What is known of a value before there is one. `T` is what the value is in TypeScript. */
export interface CelType<T = unknown> {
  readonly kind: TypeKind;
  /** Of objects, opaque types and type parameters. */
  readonly name?: string;
  /** Of lists, optionals and types the one part; of maps key and value. */
  readonly parts?: readonly CelType[];
  /** Of objects. */
  readonly fields?: Readonly<Record<string, CelType>>;
  /** Of objects: other fields may exist too, of any type. */
  readonly open?: boolean;
  /** Never there at run time: it carries `T`. */
  readonly phantom?: T;
}

export type TypeKind =
  | 'dyn'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'object'
  | 'optional'
  | 'type'
  | 'opaque'
  | 'parameter';

export const DYN: CelType<CelValue> = { kind: 'dyn' };
export const NULL: CelType<null> = { kind: 'null' };
export const BOOL: CelType<boolean> = { kind: 'bool' };
export const INT: CelType<number | bigint> = { kind: 'int' };
export const UINT: CelType<Uint> = { kind: 'uint' };
export const DOUBLE: CelType<number | Double> = { kind: 'double' };
export const STRING: CelType<string> = { kind: 'string' };
export const BYTES: CelType<Uint8Array> = { kind: 'bytes' };
export const TIMESTAMP: CelType<Timestamp> = { kind: 'timestamp' };
export const DURATION: CelType<Duration> = { kind: 'duration' };
export const TYPE: CelType<TypeValue> = { kind: 'type' };

export function list<T>(of: CelType<T>): CelType<readonly unknown[]> {
  return { kind: 'list', parts: [of] };
}

export function map(key: CelType, value: CelType): CelType<MapView | PlainObject> {
  return { kind: 'map', parts: [key, value] };
}

export function optional(of: CelType): CelType<Optional> {
  return { kind: 'optional', parts: [of] };
}

export function typeOfType(of: CelType): CelType<TypeValue> {
  return { kind: 'type', parts: [of] };
}

/**
 * An object with declared fields.
 *
 * @param options.open - it may have other fields, of any type. @default false - another field is an error
 */
export function object(
  name: string,
  fields: Readonly<Record<string, CelType>>,
  options: { readonly open?: boolean } = {},
): CelType<MapView | PlainObject> {
  return { kind: 'object', name, fields, ...options };
}

export function opaque<T extends Opaque>(name: string): CelType<T> {
  return { kind: 'opaque', name };
}

/** A type that each call of a function chooses: `list(A) + list(A)`. */
export function parameter(name: string): CelType<CelValue> {
  return { kind: 'parameter', name };
}

export const LIST = list(DYN);
export const MAP = map(DYN, DYN);

// ---------------------------------------------------------------- at run time

export type Guard = (value: unknown) => boolean;

const GUARDS: Readonly<Record<Exclude<TypeKind, 'opaque'>, Guard>> = {
  dyn: () => true,
  parameter: () => true,
  null: (value) => value === null,
  bool: (value) => typeof value === 'boolean',
  int: isInt,
  uint: (value) => value instanceof Uint,
  double: isDouble,
  string: (value) => typeof value === 'string',
  bytes: (value) => value instanceof Uint8Array,
  timestamp: (value) => value instanceof Timestamp,
  duration: (value) => value instanceof Duration,
  list: (value) => Array.isArray(value),
  map: isMap,
  object: isMap,
  optional: (value) => value instanceof Optional,
  type: (value) => value instanceof TypeValue,
};

/** Whether a value is of a type; the parts of lists and maps are not looked at. */
export function guardOf(type: CelType): Guard {
  if (type.kind !== 'opaque') return GUARDS[type.kind];
  return (value) => value instanceof Opaque && value.type === type.name;
}

// ---------------------------------------------------------------- in messages

const NAMES: Partial<Readonly<Record<TypeKind, string>>> = { null: 'null' };

/** `list(string)`, `map(string, int)`, `jwt`. */
export function showType(type: CelType): string {
  switch (type.kind) {
    case 'list':
    case 'map':
    case 'optional':
    case 'type':
      return type.parts ? `${type.kind}(${type.parts.map(showType).join(', ')})` : type.kind;
    case 'object':
    case 'opaque':
    case 'parameter':
      return type.name!;
    default:
      return NAMES[type.kind] ?? type.kind;
  }
}

// ---------------------------------------------------------------- before run time

/** What the type parameters of one call stand for. */
export type Bindings = Map<string, CelType>;

const NUMBERS: readonly TypeKind[] = ['int', 'uint', 'double'];

/** Whether a value of type `given` may stand where `wanted` is asked for; `dyn` may be anything. */
export function assignable(wanted: CelType, given: CelType, bindings: Bindings): boolean {
  if (wanted.kind === 'dyn' || given.kind === 'dyn') return true;
  if (isFree(wanted) || isFree(given)) return true;
  if (wanted.kind === 'parameter') return bind(wanted, given, bindings);
  if (wanted.kind === 'map' && given.kind === 'object') {
    return assignable(wanted.parts![0], STRING, bindings);
  }
  if (wanted.kind !== given.kind) return false;
  if (wanted.kind === 'opaque') return wanted.name === given.name;
  if (wanted.kind === 'object') return wanted.name === given.name;
  if (wanted.kind === 'type' || !wanted.parts || !given.parts) return true;
  return wanted.parts.every((part, index) => assignable(part, given.parts![index], bindings));
}

function bind(wanted: CelType, given: CelType, bindings: Bindings): boolean {
  const known = bindings.get(wanted.name!);
  if (!known || known.kind === 'dyn' || isFree(known)) {
    bindings.set(wanted.name!, given);
    return true;
  }
  if (NUMBERS.includes(known.kind) && NUMBERS.includes(given.kind)) return true;
  if (!assignable(known, given, bindings)) return false;
  bindings.set(wanted.name!, join(known, given));
  return true;
}

/** The type with what its parameters stand for. */
export function substitute(type: CelType, bindings: Bindings): CelType {
  if (type.kind === 'parameter') return bindings.get(type.name!) ?? DYN;
  if (!type.parts) return type;
  return { ...type, parts: type.parts.map((part) => substitute(part, bindings)) };
}

/** The narrowest type that both belong to. */
export function join(a: CelType, b: CelType): CelType {
  if (a === b) return a;
  if (isFree(a)) return b;
  if (isFree(b)) return a;
  if (a.kind !== b.kind || a.name !== b.name) return DYN;
  if (!a.parts || !b.parts) return a.parts ? b : a;
  return { ...a, parts: a.parts.map((part, index) => join(part, b.parts![index])) };
}

/** The element of an empty list: whatever the others are. */
export const FREE: CelType = { kind: 'parameter', name: '_' };

function isFree(type: CelType): boolean {
  return type.name === FREE.name && type.kind === FREE.kind;
}
