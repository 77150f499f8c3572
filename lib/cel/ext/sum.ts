import { CelError } from '../cel-error';
import { type CelType, DOUBLE, DURATION, INT, list, parameter, UINT } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import { ARITHMETIC } from '../std/arithmetic';
import { adopt, type CelResult, type CelValue, typeName } from '../value';

const A = parameter('A');
const SUMMABLE: Readonly<Record<string, CelType>> = {
  int: INT,
  uint: UINT,
  double: DOUBLE,
  'google.protobuf.Duration': DURATION,
};

type Plus = (a: CelValue, b: CelValue) => CelResult;

/** `+` of values of one type, from the one table that has it. */
function plusOf(type: string): Plus | undefined {
  const wanted = SUMMABLE[type];
  const row = ARITHMETIC.find(
    ({ name, params }) => name === '_+_' && params.every((param) => param === wanted),
  );
  return row?.call.kind === 'strict' ? (row.call.run as Plus) : undefined;
}

function sum(entries: readonly unknown[]): CelResult {
  const [first, ...others] = entries;
  if (first === undefined) return 0;
  const start = adopt(first);
  if (start instanceof CelError) return start;
  const type = typeName(start);
  const plus = plusOf(type);
  if (!plus) return notSummable(type);
  let total: CelResult = start;
  for (const entry of others) {
    const value = adopt(entry);
    if (value instanceof CelError) return value;
    if (typeName(value) !== type) return notSummable(`${type} and ${typeName(value)}`);
    total = plus(total as CelValue, value);
    if (total instanceof CelError) return total;
  }
  return total;
}

function notSummable(types: string): CelError {
  return new CelError(`no such overload: there is no sum of ${types}`, 'no-such-overload');
}

/** Kubernetes' `sum`: of numbers of one type, or of durations; 0 for an empty list. */
export const SUM: readonly FunctionRow[] = [
  method('sum', [list(A)], A, sum, 'the entries added up'),
];
