import { CelError } from '../cel-error';
import { BOOL, type CelType, DOUBLE, DYN, INT, LIST, list, UINT } from '../cel-type';
import { type FunctionRow, fn, variadic } from '../function-table';
import { compare } from '../ordering';
import {
  adopt,
  type CelResult,
  type CelValue,
  type Double,
  double,
  int,
  numberOf,
  typeName,
  uint,
} from '../value';

type Int = number | bigint;

/** The one that wins against all others; the first of equal ones. */
function extreme(name: string, wins: (order: number) => boolean) {
  const among = (values: readonly CelValue[]): CelResult => {
    let best = values[0];
    for (const value of values) {
      if (!NUMERIC.includes(typeName(value))) return notNumeric(name, value);
      if (wins(compare(value, best) ?? 0)) best = value;
    }
    return best;
  };
  const inList = (entries: readonly unknown[]): CelResult => {
    if (entries.length === 0) return new CelError(`${name}() of an empty list has no answer`);
    const values = entries.map(adopt);
    const wrong = values.find((value) => value instanceof CelError);
    return wrong ?? among(values as CelValue[]);
  };
  return { among, inList };
}

const NUMERIC: readonly string[] = ['int', 'uint', 'double'];

function notNumeric(name: string, value: CelValue): CelError {
  return new CelError(`no such overload: ${name}(${typeName(value)})`, 'no-such-overload');
}

function extremeRows(name: string, wins: (order: number) => boolean, doc: string): FunctionRow[] {
  const { among, inList } = extreme(name, wins);
  return [
    ...[INT, UINT, DOUBLE].map((type: CelType) =>
      fn(name, [list(type)], type, (values: readonly unknown[]) => inList(values), doc),
    ),
    ...[INT, UINT, DOUBLE].map((type) => variadic(name, type, type, among, doc)),
    fn(name, [LIST], DYN, inList, doc),
    variadic(name, DYN, DYN, among, doc),
  ];
}

function rounding(operation: (value: number) => number) {
  return (value: number | Double): CelResult => double(operation(numberOf(value)));
}

/** Halves away from zero. */
function round(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

function absolute(value: Int): CelResult {
  return value < 0 ? int(-BigInt(value)) : value;
}

function bits(operation: (a: bigint, b: bigint) => bigint, name: string): FunctionRow[] {
  return [
    fn(name, [INT, INT], INT, (a, b) => int(operation(BigInt(a), BigInt(b))), 'bit by bit'),
    fn(name, [UINT, UINT], UINT, (a, b) => uint(operation(a.value, b.value)), 'bit by bit'),
  ];
}

function shifted(by: Int, shift: (by: bigint) => CelResult): CelResult {
  if (by < 0) return new CelError(`a negative offset: ${by}`);
  return by > 63 ? shift(64n) : shift(BigInt(by));
}

const shiftLeft = (a: Int, by: Int) =>
  shifted(by, (places) => int(BigInt.asIntN(64, BigInt(a) << places)));
const shiftRight = (a: Int, by: Int) =>
  shifted(by, (places) => int(BigInt.asIntN(64, BigInt.asUintN(64, BigInt(a)) >> places)));

const DOUBLES = 'the double rounded';

/** The extension for numbers of cel-go. */
export const MATH: readonly FunctionRow[] = [
  ...extremeRows('math.greatest', (order) => order > 0, 'the greatest of the numbers'),
  ...extremeRows('math.least', (order) => order < 0, 'the least of the numbers'),
  fn('math.ceil', [DOUBLE], DOUBLE, rounding(Math.ceil), `${DOUBLES} up`),
  fn('math.floor', [DOUBLE], DOUBLE, rounding(Math.floor), `${DOUBLES} down`),
  fn('math.round', [DOUBLE], DOUBLE, rounding(round), `${DOUBLES}, halves away from zero`),
  fn('math.trunc', [DOUBLE], DOUBLE, rounding(Math.trunc), `${DOUBLES} towards zero`),
  fn('math.sqrt', [DOUBLE], DOUBLE, (a) => double(Math.sqrt(numberOf(a))), 'the square root'),
  fn('math.sqrt', [INT], DOUBLE, (a) => double(Math.sqrt(Number(a))), 'the square root'),
  fn(
    'math.sqrt',
    [UINT],
    DOUBLE,
    ({ value }) => double(Math.sqrt(Number(value))),
    'the square root',
  ),
  fn('math.abs', [DOUBLE], DOUBLE, (a) => double(Math.abs(numberOf(a))), 'without its sign'),
  fn('math.abs', [INT], INT, absolute, 'without its sign'),
  fn('math.abs', [UINT], UINT, (a) => a, 'as it is'),
  fn('math.sign', [DOUBLE], DOUBLE, (a) => double(Math.sign(numberOf(a))), '-1, 0 or 1'),
  fn('math.sign', [INT], INT, (a) => (a < 0 ? -1 : Number(a > 0)), '-1, 0 or 1'),
  fn('math.sign', [UINT], UINT, ({ value }) => uint(value > 0n ? 1n : 0n), '0 or 1'),
  fn('math.isNaN', [DOUBLE], BOOL, (a) => Number.isNaN(numberOf(a)), 'whether it is no number'),
  fn(
    'math.isInf',
    [DOUBLE],
    BOOL,
    (a) => Math.abs(numberOf(a)) === Number.POSITIVE_INFINITY,
    'whether it is infinite',
  ),
  fn(
    'math.isFinite',
    [DOUBLE],
    BOOL,
    (a) => Number.isFinite(numberOf(a)),
    'whether it is a finite number',
  ),
  ...bits((a, b) => a & b, 'math.bitAnd'),
  ...bits((a, b) => a | b, 'math.bitOr'),
  ...bits((a, b) => a ^ b, 'math.bitXor'),
  fn('math.bitNot', [INT], INT, (a) => int(~BigInt(a)), 'each bit turned'),
  fn(
    'math.bitNot',
    [UINT],
    UINT,
    ({ value }) => uint(BigInt.asUintN(64, ~value)),
    'each bit turned',
  ),
  fn('math.bitShiftLeft', [INT, INT], INT, shiftLeft, 'the bits moved up'),
  fn(
    'math.bitShiftLeft',
    [UINT, INT],
    UINT,
    ({ value }, by) => shifted(by, (places) => uint(BigInt.asUintN(64, value << places))),
    'the bits moved up',
  ),
  fn('math.bitShiftRight', [INT, INT], INT, shiftRight, 'the bits moved down, zeros coming in'),
  fn(
    'math.bitShiftRight',
    [UINT, INT],
    UINT,
    ({ value }, by) => shifted(by, (places) => uint(value >> places)),
    'the bits moved down',
  ),
];
