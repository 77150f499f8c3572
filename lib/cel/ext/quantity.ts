import { CelError } from '../cel-error';
import { BOOL, DOUBLE, INT, opaque, STRING } from '../cel-type';
import { type FunctionRow, fn, method } from '../function-table';
import { type CelResult, double, int, Opaque } from '../value';

/** A quantity of Kubernetes, `500m` or `1.5Gi`: exact, as a count of 10^-9. */
export class Quantity extends Opaque {
  readonly type = 'kubernetes.Quantity';

  constructor(readonly nanos: bigint) {
    super();
  }

  equals(other: Opaque): boolean {
    return other instanceof Quantity && other.nanos === this.nanos;
  }
}

const NANO = 10n ** 9n;
const QUANTITY =
  /^([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?0*[0-9]{1,3}))?$/;
const LONGEST = 100;

const SUFFIXES: Readonly<Record<string, readonly [number, number]>> = {
  Ki: [2, 10],
  Mi: [2, 20],
  Gi: [2, 30],
  Ti: [2, 40],
  Pi: [2, 50],
  Ei: [2, 60],
  n: [10, -9],
  u: [10, -6],
  m: [10, -3],
  k: [10, 3],
  M: [10, 6],
  G: [10, 9],
  T: [10, 12],
  P: [10, 15],
  E: [10, 18],
};

/** The quantity written, or undefined where none is. Finer than 10^-9 is rounded away from zero, as Kubernetes does. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = text.length <= LONGEST ? QUANTITY.exec(text) : null;
  if (!match) return undefined;
  const [, sign, digits, suffix, exponent] = match;
  const [base, power] = suffix ? SUFFIXES[suffix] : [10, Number(exponent ?? 0)];
  const [whole, fraction = ''] = digits.split('.');
  const scaled = BigInt(`${whole}${fraction}`) * NANO;
  const up = power > 0 ? BigInt(base) ** BigInt(power) : 1n;
  const down = 10n ** BigInt(fraction.length) * (power < 0 ? 10n ** BigInt(-power) : 1n);
  const nanos = (scaled * up + down - 1n) / down;
  return new Quantity(sign === '-' ? -nanos : nanos);
}

const QUANTITY_TYPE = opaque<Quantity>('kubernetes.Quantity');

function quantity(text: string): CelResult {
  const message = `${JSON.stringify(text.slice(0, 40))} is no quantity; write it like 500m or 1.5Gi`;
  return parseQuantity(text) ?? new CelError(message);
}

function isWhole({ nanos }: Quantity): boolean {
  return nanos % NANO === 0n && !(int(nanos / NANO) instanceof CelError);
}

function asInteger(value: Quantity): CelResult {
  return isWhole(value)
    ? int(value.nanos / NANO)
    : new CelError('the quantity is no int', 'overflow');
}

function compared(a: Quantity, b: Quantity): number {
  if (a.nanos === b.nanos) return 0;
  return a.nanos < b.nanos ? -1 : 1;
}

const Q = QUANTITY_TYPE;
const whole = (value: number | bigint): Quantity => new Quantity(BigInt(value) * NANO);

export const QUANTITIES: readonly FunctionRow[] = [
  fn('quantity', [STRING], Q, quantity, 'the quantity written like 500m or 1.5Gi'),
  fn('isQuantity', [STRING], BOOL, (text) => !!parseQuantity(text), 'whether it is a quantity'),
  method('isInteger', [Q], BOOL, isWhole, 'whether it is a whole number that an int holds'),
  method('asInteger', [Q], INT, asInteger, 'the whole number'),
  method('asApproximateFloat', [Q], DOUBLE, ({ nanos }) => double(Number(nanos) / 1e9), 'nearly'),
  method('sign', [Q], INT, (a) => compared(a, whole(0)), '-1, 0 or 1'),
  method('compareTo', [Q, Q], INT, compared, '-1, 0 or 1: less, equal or greater'),
  method('isLessThan', [Q, Q], BOOL, (a, b) => a.nanos < b.nanos, 'whether it is less'),
  method('isGreaterThan', [Q, Q], BOOL, (a, b) => a.nanos > b.nanos, 'whether it is greater'),
  method('add', [Q, Q], Q, (a, b) => new Quantity(a.nanos + b.nanos), 'the sum'),
  method('add', [Q, INT], Q, (a, b) => new Quantity(a.nanos + whole(b).nanos), 'the sum'),
  method('sub', [Q, Q], Q, (a, b) => new Quantity(a.nanos - b.nanos), 'the difference'),
  method('sub', [Q, INT], Q, (a, b) => new Quantity(a.nanos - whole(b).nanos), 'the difference'),
];
