import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { BOOL, BYTES, DYN, LIST, MAP } from '../cel-type';
import { equals } from '../equality';
import { type FunctionRow, fn, method, variadic } from '../function-table';
import { compare } from '../ordering';
import { adopt, type CelResult, type CelValue, lookup, typeName } from '../value';

type List = readonly unknown[];

function listContains(entries: List, wanted: CelValue, budget: Budget): boolean {
  budget.spend(entries.length);
  return entries.some((entry) => {
    const value = adopt(entry);
    return !(value instanceof CelError) && equals(value, wanted, budget);
  });
}

/** The greatest or least of values that have an order among each other. */
function extreme(name: string, wins: (order: number) => boolean) {
  return (values: List): CelResult => {
    if (values.length === 0) return null;
    let best = adopt(values[0]);
    for (const entry of values) {
      const value = adopt(entry);
      if (value instanceof CelError || best instanceof CelError) return value;
      const order = compare(value, best);
      if (order === undefined || Number.isNaN(order)) return noOrder(name, value, best);
      if (wins(order)) best = value;
    }
    return best;
  };
}

function noOrder(name: string, a: CelValue, b: CelValue): CelError {
  const message = `no such overload: ${name}(${typeName(a)}, ${typeName(b)})`;
  return new CelError(message, 'no-such-overload');
}

function extremeRows(name: string, wins: (order: number) => boolean, doc: string): FunctionRow[] {
  const among = extreme(name, wins);
  return [fn(name, [LIST], DYN, among, doc), variadic(name, DYN, DYN, among, doc)];
}

export const COLLECTIONS: readonly FunctionRow[] = [
  method(
    'contains',
    [LIST, DYN],
    BOOL,
    (entries, wanted, budget) => listContains(entries, wanted as CelValue, budget),
    'whether the list has it',
  ),
  method(
    'contains',
    [MAP, DYN],
    BOOL,
    (entries, key) => lookup(entries, key as CelValue) !== undefined,
    'whether the map has the key',
  ),
  method(
    'contains',
    [BYTES, BYTES],
    BOOL,
    (bytes, part) => Buffer.from(bytes).includes(Buffer.from(part)),
    'whether the bytes are in it',
  ),
  ...extremeRows('max', (order) => order > 0, 'the greatest of them'),
  ...extremeRows('min', (order) => order < 0, 'the least of them'),
];
