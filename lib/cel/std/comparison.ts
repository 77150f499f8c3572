import { CelError } from '../cel-error';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  list,
  map,
  parameter,
  STRING,
  TIMESTAMP,
  UINT,
} from '../cel-type';
import { equals } from '../equality';
import { type FunctionRow, fn } from '../function-table';
import { compare } from '../ordering';
import { adopt, type CelResult, type CelValue, lookup, typeName } from '../value';

const A = parameter('A');

/** The types that have an order, and those that may be compared with each other. */
const ORDERED: readonly (readonly [CelType, CelType])[] = [
  ...[INT, UINT, DOUBLE].flatMap((a) => [INT, UINT, DOUBLE].map((b) => [a, b] as const)),
  ...[STRING, BOOL, BYTES, TIMESTAMP, DURATION].map((type) => [type, type] as const),
];

function ordering(name: string, holds: (order: number) => boolean, doc: string): FunctionRow[] {
  return ORDERED.map(([a, b]) => fn(name, [a, b], BOOL, (x, y) => ordered(x, y, holds), doc));
}

function ordered(a: unknown, b: unknown, holds: (order: number) => boolean): CelResult {
  const order = compare(a as CelValue, b as CelValue);
  return order === undefined ? noOrder(a as CelValue, b as CelValue) : holds(order);
}

export function noOrder(a: CelValue, b: CelValue): CelError {
  return new CelError(
    `no such overload: ${typeName(a)} and ${typeName(b)} have no order`,
    'no-such-overload',
  );
}

export const COMPARISON: readonly FunctionRow[] = [
  fn('_==_', [A, A], BOOL, (a, b, budget) => equals(a, b, budget), 'whether both are equal'),
  ...ordering('_<_', (order) => order < 0, 'whether the first is less'),
  ...ordering('_<=_', (order) => order <= 0, 'whether the first is not greater'),
  ...ordering('_>_', (order) => order > 0, 'whether the first is greater'),
  ...ordering('_>=_', (order) => order >= 0, 'whether the first is not less'),
  fn('!_', [BOOL], BOOL, (a) => !a, 'true for false'),
  fn(
    '@in',
    [A, list(A)],
    BOOL,
    (value, entries, budget) => {
      budget.spend(entries.length >> 3);
      return entries.some((entry) => {
        const adopted = adopt(entry);
        return !(adopted instanceof CelError) && equals(value, adopted, budget);
      });
    },
    'whether the list has an entry like it',
  ),
  fn(
    '@in',
    [A, map(A, DYN)],
    BOOL,
    (key, entries) => lookup(entries, key) !== undefined,
    'whether the map has the key',
  ),
];
