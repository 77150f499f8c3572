import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { BOOL, DYN, INT, LIST, list, parameter } from '../cel-type';
import { equals } from '../equality';
import { type FunctionRow, fn, method } from '../function-table';
import { sortedBy } from '../loops';
import { compare } from '../ordering';
import { adopt, type CelResult, type CelValue } from '../value';

type Int = number | bigint;
type List = readonly unknown[];

/** The entries as values, or the error of the first that is none. */
function valuesOf(entries: List): CelValue[] | CelError {
  const values = entries.map(adopt);
  const wrong = values.find((value) => value instanceof CelError);
  return wrong instanceof CelError ? wrong : (values as CelValue[]);
}

function sort(entries: List, budget: Budget): CelResult {
  const values = valuesOf(entries);
  if (values instanceof CelError) return values;
  return sortedBy(values, (value) => value, budget) ?? noOrder();
}

function noOrder(): CelError {
  const message = 'no such overload: the entries have no order among each other';
  return new CelError(message, 'no-such-overload');
}

function slice(entries: List, from: Int, to: Int): CelResult {
  const [start, end] = [Number(from), Number(to)];
  if (start < 0 || end > entries.length || start > end)
    return new CelError(
      `no slice from ${start} to ${end} in a list of ${entries.length}`,
      'index-out-of-range',
    );
  return entries.slice(start, end);
}

function flatten(entries: List, depth: Int, budget: Budget): CelResult {
  if (depth < 0) return new CelError('flatten() takes a depth of 0 or more');
  const levels = Math.min(Number(depth), 100);
  const spending = (level: List, left: number): unknown[] =>
    level.flatMap((entry) => {
      budget.spend(1);
      return Array.isArray(entry) && left > 0 ? spending(entry, left - 1) : [entry];
    });
  return spending(entries, levels);
}

/** Entries that are equal to one before them are left out. */
function distinct(entries: List, budget: Budget): CelResult {
  const values = valuesOf(entries);
  if (values instanceof CelError) return values;
  const simple = new Set<CelValue>();
  const others: CelValue[] = [];
  const kept: CelValue[] = [];
  for (const value of values) {
    if (typeof value === 'string' || typeof value === 'boolean') {
      if (simple.has(value)) continue;
      simple.add(value);
    } else {
      budget.spend(others.length);
      if (others.some((other) => equals(other, value, budget))) continue;
      others.push(value);
    }
    kept.push(value);
  }
  return kept;
}

const LONGEST_RANGE = 100_000;

function range(size: Int, budget: Budget): CelResult {
  const count = Number(size);
  if (count > LONGEST_RANGE)
    return new CelError(`lists.range() makes ${LONGEST_RANGE} entries at most`, 'too-costly');
  budget.spend(Math.max(0, count));
  return Array.from({ length: Math.max(0, count) }, (_, index) => index);
}

function indexOf(entries: List, wanted: CelValue, budget: Budget): number {
  return entries.findIndex((entry) => isEqual(entry, wanted, budget));
}

function lastIndexOf(entries: List, wanted: CelValue, budget: Budget): number {
  return entries.findLastIndex((entry) => isEqual(entry, wanted, budget));
}

function isEqual(entry: unknown, wanted: CelValue, budget: Budget): boolean {
  const value = adopt(entry);
  return !(value instanceof CelError) && equals(value, wanted, budget);
}

const A = parameter('A');
const LIST_OF_A = list(A);

/** The extension for lists of cel-go. */
export const LIST_EXTENSION: readonly FunctionRow[] = [
  method('slice', [LIST_OF_A, INT, INT], LIST_OF_A, slice, 'from a position up to another'),
  method(
    'flatten',
    [LIST],
    LIST,
    (entries, budget) => flatten(entries, 1, budget),
    'lists in it as their entries',
  ),
  method(
    'flatten',
    [LIST, INT],
    LIST,
    flatten,
    'lists in it as their entries, so many levels deep',
  ),
  method('sort', [LIST_OF_A], LIST_OF_A, sort, 'its entries in their order'),
  method('distinct', [LIST_OF_A], LIST_OF_A, distinct, 'each of its entries once'),
  method(
    'reverse',
    [LIST_OF_A],
    LIST_OF_A,
    (entries) => [...entries].reverse(),
    'from last to first',
  ),
  fn('lists.range', [INT], list(INT), range, 'the numbers from 0 up to it'),
];

function isSorted(entries: List): CelResult {
  const values = valuesOf(entries);
  if (values instanceof CelError) return values;
  for (let index = 1; index < values.length; index++) {
    const order = compare(values[index - 1], values[index]);
    if (order === undefined) return noOrder();
    if (order > 0) return false;
  }
  return true;
}

function extreme(name: string, wins: (order: number) => boolean): (entries: List) => CelResult {
  return (entries) => {
    if (entries.length === 0) return new CelError(`${name}() of an empty list has no answer`);
    const values = valuesOf(entries);
    if (values instanceof CelError) return values;
    let best = values[0];
    for (const value of values) {
      const order = compare(value, best);
      if (order === undefined) return noOrder();
      if (wins(order)) best = value;
    }
    return best;
  };
}

/** Kubernetes' functions for lists, without `sum`, which stands beside them. */
export const KUBERNETES_LISTS: readonly FunctionRow[] = [
  method('isSorted', [LIST], BOOL, isSorted, 'whether no entry is less than the one before it'),
  method(
    'min',
    [LIST_OF_A],
    A,
    extreme('min', (order) => order < 0),
    'the least entry',
  ),
  method(
    'max',
    [LIST_OF_A],
    A,
    extreme('max', (order) => order > 0),
    'the greatest entry',
  ),
  method('indexOf', [LIST, DYN], INT, indexOf, 'where it is first, or -1'),
  method('lastIndexOf', [LIST, DYN], INT, lastIndexOf, 'where it is last, or -1'),
];
