import type { Budget } from './budget';
import { CelError } from './cel-error';
import { DEEPEST_VALUE } from './limits';
import { compare } from './ordering';
import {
  adopt,
  type CelValue,
  Duration,
  isMap,
  keysOf,
  lookup,
  type MapView,
  numeric,
  Opaque,
  Optional,
  type PlainObject,
  sizeOfMap,
  Timestamp,
  TypeValue,
} from './value';

/** CEL's `==`: total, exact between the types of numbers, and false between any other two types. */
export function equals(a: CelValue, b: CelValue, budget: Budget, depth = 0): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return a === b || equalNumbers(a, b);
  if (depth > DEEPEST_VALUE) throw new CelError('the values are nested too deeply', 'too-deep');
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, budget, depth);
  if (a instanceof Timestamp || a instanceof Duration)
    return a.constructor === b.constructor && equalTimes(a, b as Timestamp | Duration);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b, budget);
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional)
    return b instanceof Optional && equalOptionals(a, b, budget, depth + 1);
  if (a instanceof Opaque) return b instanceof Opaque && a.type === b.type && a.equals(b);
  if (isMap(a)) return isMap(b) && equalMaps(a, b, budget, depth);
  return equalNumbers(a, b);
}

function equalNumbers(a: CelValue, b: CelValue): boolean {
  return numeric(a) !== undefined && numeric(b) !== undefined && compare(a, b) === 0;
}

function equalTimes(a: Timestamp | Duration, b: Timestamp | Duration): boolean {
  return a.seconds === b.seconds && a.nanos === b.nanos;
}

function equalBytes(a: Uint8Array, b: Uint8Array, budget: Budget): boolean {
  if (a.length !== b.length) return false;
  budget.spend(a.length >> 4);
  return a.every((byte, index) => byte === b[index]);
}

function equalOptionals(a: Optional, b: Optional, budget: Budget, depth: number): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equals(a.value, b.value, budget, depth);
}

function equalLists(
  a: readonly unknown[],
  b: readonly unknown[],
  budget: Budget,
  depth: number,
): boolean {
  if (a.length !== b.length) return false;
  budget.spend(a.length);
  return a.every((entry, index) => equalParts(entry, b[index], budget, depth));
}

function equalMaps(
  a: MapView | PlainObject,
  b: MapView | PlainObject,
  budget: Budget,
  depth: number,
): boolean {
  const size = sizeOfMap(a);
  if (size !== sizeOfMap(b)) return false;
  budget.spend(size);
  return keysOf(a).every((key) => {
    const other = lookup(b, key);
    return other !== undefined && equalParts(lookup(a, key), other, budget, depth);
  });
}

/** Parts as the host may have left them. */
function equalParts(a: unknown, b: unknown, budget: Budget, depth: number): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  const left = adopt(a);
  const right = adopt(b);
  if (left instanceof CelError || right instanceof CelError) return false;
  return equals(left, right, budget, depth + 1);
}
