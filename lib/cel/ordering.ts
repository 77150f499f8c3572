import { type CelValue, Duration, isDouble, isInt, numeric, Timestamp, Uint } from './value';

/**
 * How two values lie to each other: negative, zero or positive; NaN where a NaN takes part, undefined where the types
 * have no order.
 */
export function compare(a: CelValue, b: CelValue): number | undefined {
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : undefined;
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : undefined;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : undefined;
  if (a instanceof Timestamp) return b instanceof Timestamp ? compareTimes(a, b) : undefined;
  if (a instanceof Duration) return b instanceof Duration ? compareTimes(a, b) : undefined;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? Buffer.compare(a, b) : undefined;
  return undefined;
}

function isNumber(value: CelValue): boolean {
  return isInt(value) || isDouble(value) || value instanceof Uint;
}

/** Where a double takes part both are compared as doubles, as cel-go does; others exactly. */
function compareNumbers(a: CelValue, b: CelValue): number {
  let left = numeric(a)!;
  let right = numeric(b)!;
  if (isDouble(a) || isDouble(b)) [left, right] = [Number(left), Number(right)];
  if (left < right) return -1;
  if (left > right) return 1;
  return left >= right ? 0 : Number.NaN;
}

function compareTimes(a: Timestamp | Duration, b: Timestamp | Duration): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

const SURROGATES = /[\ud800-\udfff]/;

/** By code points: UTF-16 has those beyond U+FFFF before U+E000. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!SURROGATES.test(a) && !SURROGATES.test(b)) return a < b ? -1 : 1;
  const right = b[Symbol.iterator]();
  for (const character of a) {
    const other = right.next();
    if (other.done) return 1;
    const difference = character.codePointAt(0)! - other.value.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return -1;
}
