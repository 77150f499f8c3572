import { CelError } from './cel-error';
import { CelInstance } from './cel-instance';

/**
 * What expressions compute with. Plain JSON is a value as it stands and is never copied:
 *
 * | CEL       | here |
 * | --------- | ---- |
 * | null, bool, string | null, boolean, string (sizes and positions are counted in code points) |
 * | int       | a whole number up to 2^53, beyond it a bigint |
 * | double    | a number that is not whole, otherwise `Double`: 1.5, `new Double(1)` |
 * | uint      | `Uint` |
 * | bytes     | Uint8Array |
 * | timestamp, duration | `Timestamp` (of the host: also Date), `Duration` |
 * | list      | an array |
 * | map       | an object, of which own properties alone are seen; a `MapView`, or a Map with keys that are strings |
 * | type, optional | `TypeValue`, `Optional` |
 * | others    | subclasses of `Opaque`: url, ip, quantity, … |
 *
 * A host computes a value when it is first read by a getter of the object's own, or by a `MapView`.
 */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Double
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | Opaque
  | MapView
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

export type CelResult = CelValue | CelError;

/** A double whose value is a whole number, which a bare number would not tell from an int. */
export class Double extends CelInstance {
  constructor(readonly value: number) {
    super();
  }
}

export class Uint extends CelInstance {
  constructor(readonly value: bigint) {
    super();
  }
}

export class Timestamp extends CelInstance {
  /** @param nanos - always forward in time, 0 to 999,999,999 */
  constructor(
    readonly seconds: number,
    readonly nanos: number,
  ) {
    super();
  }
}

export class Duration extends CelInstance {
  /** @param nanos - of the same sign as the seconds, less than a second */
  constructor(
    readonly seconds: number,
    readonly nanos: number,
  ) {
    super();
  }
}

export class TypeValue extends CelInstance {
  constructor(readonly name: string) {
    super();
  }
}

export class Optional extends CelInstance {
  static readonly NONE = new Optional(undefined);

  static of(value: CelValue): Optional {
    return new Optional(value);
  }

  private constructor(readonly value: CelValue | undefined) {
    super();
  }
}

/** A value of a type that an extension brings. */
export abstract class Opaque extends CelInstance {
  abstract readonly type: string;
  abstract equals(other: Opaque): boolean;
}

/**
 * A map that is not a plain object: one with keys of other types, or one whose values are computed when they are read,
 * such as the headers of a request.
 */
export abstract class MapView extends CelInstance {
  /** The value, or undefined where there is no such key. Any value of JavaScript that a property may have. */
  abstract get(key: CelValue): unknown;
  abstract keys(): Iterable<CelValue>;

  has(key: CelValue): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    let count = 0;
    for (const _ of this.keys()) count += 1;
    return count;
  }
}

class NativeMap extends MapView {
  constructor(private readonly map: ReadonlyMap<unknown, unknown>) {
    super();
  }

  get(key: CelValue): unknown {
    return this.map.get(key);
  }

  *keys(): Iterable<CelValue> {
    for (const key of this.map.keys()) if (typeof key === 'string') yield key;
  }
}

// ---------------------------------------------------------------- numbers

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

export function double(value: number): CelValue {
  return Number.isInteger(value) ? new Double(value) : value;
}

export function int(value: bigint): CelResult {
  if (value < MIN_INT || value > MAX_INT) return new CelError('int overflow', 'overflow');
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

export function uint(value: bigint): CelResult {
  if (value < 0n || value > MAX_UINT) return new CelError('uint overflow', 'overflow');
  return new Uint(value);
}

export function isInt(value: unknown): value is number | bigint {
  return typeof value === 'number' ? Number.isInteger(value) : typeof value === 'bigint';
}

export function isDouble(value: unknown): value is number | Double {
  return typeof value === 'number' ? !Number.isInteger(value) : value instanceof Double;
}

/** A double's number. */
export function numberOf(value: number | Double): number {
  return typeof value === 'number' ? value : value.value;
}

/** The number behind an int, uint or double; JavaScript compares numbers and bigints exactly. */
export function numeric(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof Double || value instanceof Uint ? value.value : undefined;
}

// ---------------------------------------------------------------- maps

export type PlainObject = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is MapView | PlainObject {
  return value instanceof MapView || isPlainObject(value);
}

/** An object of the host that is neither a list nor bytes: its own properties are the entries. */
export function isPlainObject(value: unknown): value is PlainObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof CelInstance) &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

/** The value under a key, or undefined where there is none. */
export function lookup(map: MapView | PlainObject, key: CelValue): unknown {
  if (map instanceof MapView) return map.get(key);
  return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
}

export function keysOf(map: MapView | PlainObject): readonly CelValue[] {
  return map instanceof MapView ? [...map.keys()] : Object.keys(map);
}

export function sizeOfMap(map: MapView | PlainObject): number {
  return map instanceof MapView ? map.size : Object.keys(map).length;
}

// ---------------------------------------------------------------- the host's values

/** What the host handed in, as a value of CEL. What is one already comes back as it is. */
export function adopt(value: unknown): CelResult {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : largeNumber(value);
    case 'bigint':
      return int(value);
    case 'object':
      return adoptObject(value);
    default:
      return new CelError(`a ${typeof value} is no value of CEL`, 'invalid-value');
  }
}

function largeNumber(value: number): CelResult {
  if (!Number.isInteger(value)) return value;
  const whole = BigInt(value);
  return whole < MIN_INT || whole > MAX_INT ? new Double(value) : whole;
}

function adoptObject(value: object | null): CelResult {
  if (Array.isArray(value)) return value;
  if (value instanceof Date) return timestampOf(value);
  if (value instanceof Map) return new NativeMap(value);
  return value as CelResult;
}

function timestampOf(date: Date): CelResult {
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) return new CelError('an invalid date', 'invalid-value');
  const seconds = Math.floor(milliseconds / 1000);
  return new Timestamp(seconds, (milliseconds - seconds * 1000) * 1_000_000);
}

// ---------------------------------------------------------------- names

/** The name of a value's type, as `type(value)` has it. */
export function typeName(value: CelValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'double';
    case 'bigint':
      return 'int';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: CelValue): string {
  if (value === null) return 'null_type';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Double) return 'double';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  return value instanceof Opaque ? value.type : 'map';
}
