import { CelError } from '../cel-error';
import { BYTES, INT, UINT } from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import { type CelResult, int, uint } from '../value';

type Operation = (a: bigint, b: bigint) => bigint;

const LONGEST = 32;

/** Bytes as the whole number that they are with the most significant one first. */
function numberOf(bytes: Uint8Array): bigint | CelError {
  if (bytes.length > LONGEST)
    return new CelError(`bits of ${LONGEST} bytes at most are taken, not of ${bytes.length}`);
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
}

/** Aligned at the end; as long as the longer of the two. */
function ofBytes(operation: Operation) {
  return (a: Uint8Array, b: Uint8Array): CelResult => {
    const [left, right] = [numberOf(a), numberOf(b)];
    if (left instanceof CelError) return left;
    if (right instanceof CelError) return right;
    const length = Math.max(a.length, b.length);
    const digits = operation(left, right)
      .toString(16)
      .padStart(2 * length, '0');
    return new Uint8Array(Buffer.from(digits.slice(digits.length - 2 * length), 'hex'));
  };
}

function withBytes(
  operation: Operation,
  number: bigint,
  bytes: Uint8Array,
  result: (value: bigint) => CelResult,
): CelResult {
  if (number < 0n) return new CelError('the bits of a negative number do not go with bytes');
  const other = numberOf(bytes);
  return other instanceof CelError ? other : result(operation(number, other));
}

function rows(name: string, operation: Operation): FunctionRow[] {
  const doc = 'bit by bit';
  return [
    fn(name, [BYTES, BYTES], BYTES, ofBytes(operation), doc),
    fn(name, [INT, BYTES], INT, (a, b) => withBytes(operation, BigInt(a), b, int), doc),
    fn(name, [BYTES, INT], INT, (a, b) => withBytes(operation, BigInt(b), a, int), doc),
    fn(name, [UINT, BYTES], UINT, (a, b) => withBytes(operation, a.value, b, uint), doc),
    fn(name, [BYTES, UINT], UINT, (a, b) => withBytes(operation, b.value, a, uint), doc),
  ];
}

/** Bits of bytes, such as masks of permissions. */
export const BITS: readonly FunctionRow[] = [
  ...rows('math.bitAnd', (a, b) => a & b),
  ...rows('math.bitOr', (a, b) => a | b),
  ...rows('math.bitXor', (a, b) => a ^ b),
];
