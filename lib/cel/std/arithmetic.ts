import { CelError } from '../cel-error';
import {
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  list,
  parameter,
  STRING,
  TIMESTAMP,
  UINT,
} from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import { type CelResult, type Double, double, int, numberOf, type Uint, uint } from '../value';
import { addDurations, addToTimestamp, negated, since } from './time-value';

type Int = number | bigint;
type Fraction = number | Double;

/** The operation on numbers where the result is exact, on bigints where it might not be. */
function intOperation(
  near: (a: number, b: number) => number,
  exact: (a: bigint, b: bigint) => bigint,
): (a: Int, b: Int) => CelResult {
  return (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') {
      const result = near(a, b);
      if (Number.isSafeInteger(result)) return result + 0;
    }
    return int(exact(BigInt(a), BigInt(b)));
  };
}

function uintOperation(operation: (a: bigint, b: bigint) => bigint) {
  return (a: Uint, b: Uint): CelResult => uint(operation(a.value, b.value));
}

function doubleOperation(operation: (a: number, b: number) => number) {
  return (a: Fraction, b: Fraction): CelResult => double(operation(numberOf(a), numberOf(b)));
}

export const addInts = intOperation(
  (a, b) => a + b,
  (a, b) => a + b,
);
export const subtractInts = intOperation(
  (a, b) => a - b,
  (a, b) => a - b,
);
const multiplyInts = intOperation(
  (a, b) => a * b,
  (a, b) => a * b,
);
const divideInts = intOperation(
  (a, b) => Math.trunc(a / b),
  (a, b) => a / b,
);
const remainderOfInts = intOperation(
  (a, b) => a % b,
  (a, b) => a % b,
);

function unlessZero<T>(isZero: (value: T) => boolean, operation: (a: T, b: T) => CelResult) {
  return (a: T, b: T): CelResult =>
    isZero(b) ? new CelError('division by zero', 'division-by-zero') : operation(a, b);
}

const isZeroInt = (value: Int): boolean => value === 0;
const isZeroUint = (value: Uint): boolean => value.value === 0n;
const addUints = uintOperation((a, b) => a + b);
const LIST_OF_A = list(parameter('A'));

export const ARITHMETIC: readonly FunctionRow[] = [
  fn('_+_', [INT, INT], INT, addInts, 'the sum'),
  fn('_+_', [UINT, UINT], UINT, addUints, 'the sum'),
  fn(
    '_+_',
    [DOUBLE, DOUBLE],
    DOUBLE,
    doubleOperation((a, b) => a + b),
    'the sum',
  ),
  fn('_+_', [STRING, STRING], STRING, (a, b) => a + b, 'one string after the other'),
  fn('_+_', [BYTES, BYTES], BYTES, (a, b) => Buffer.concat([a, b]), 'one after the other'),
  fn('_+_', [LIST_OF_A, LIST_OF_A], LIST_OF_A, (a, b) => [...a, ...b], 'one after the other'),
  fn('_+_', [TIMESTAMP, DURATION], TIMESTAMP, addToTimestamp, 'the later time'),
  fn('_+_', [DURATION, TIMESTAMP], TIMESTAMP, (a, b) => addToTimestamp(b, a), 'the later time'),
  fn('_+_', [DURATION, DURATION], DURATION, addDurations, 'the sum'),

  fn('_-_', [INT, INT], INT, subtractInts, 'the difference'),
  fn(
    '_-_',
    [UINT, UINT],
    UINT,
    uintOperation((a, b) => a - b),
    'the difference',
  ),
  fn(
    '_-_',
    [DOUBLE, DOUBLE],
    DOUBLE,
    doubleOperation((a, b) => a - b),
    'the difference',
  ),
  fn('_-_', [TIMESTAMP, TIMESTAMP], DURATION, since, 'the time from the second to the first'),
  fn(
    '_-_',
    [TIMESTAMP, DURATION],
    TIMESTAMP,
    (a, b) => addToTimestamp(a, negated(b)),
    'the earlier time',
  ),
  fn(
    '_-_',
    [DURATION, DURATION],
    DURATION,
    (a, b) => addDurations(a, negated(b)),
    'the difference',
  ),

  fn('_*_', [INT, INT], INT, multiplyInts, 'the product'),
  fn(
    '_*_',
    [UINT, UINT],
    UINT,
    uintOperation((a, b) => a * b),
    'the product',
  ),
  fn(
    '_*_',
    [DOUBLE, DOUBLE],
    DOUBLE,
    doubleOperation((a, b) => a * b),
    'the product',
  ),

  fn('_/_', [INT, INT], INT, unlessZero(isZeroInt, divideInts), 'the quotient, towards zero'),
  fn(
    '_/_',
    [UINT, UINT],
    UINT,
    unlessZero(
      isZeroUint,
      uintOperation((a, b) => a / b),
    ),
    'the quotient',
  ),
  fn(
    '_/_',
    [DOUBLE, DOUBLE],
    DOUBLE,
    doubleOperation((a, b) => a / b),
    'the quotient',
  ),

  fn('_%_', [INT, INT], INT, unlessZero(isZeroInt, remainderOfInts), 'the rest of a division'),
  fn(
    '_%_',
    [UINT, UINT],
    UINT,
    unlessZero(
      isZeroUint,
      uintOperation((a, b) => a % b),
    ),
    'the rest',
  ),

  fn('-_', [INT], INT, (a) => subtractInts(0, a), 'the number with the other sign'),
  fn('-_', [DOUBLE], DOUBLE, (a) => double(-numberOf(a)), 'the number with the other sign'),
  fn('-_', [DURATION], DURATION, negated, 'the duration in the other direction'),
];
