import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { BOOL, LIST } from '../cel-type';
import { equals } from '../equality';
import { type FunctionRow, fn } from '../function-table';
import { adopt, type CelValue } from '../value';

type List = readonly unknown[];

/** Whether a list has an entry; strings are found in a step each, others are compared one by one. */
function finder(entries: List, budget: Budget): (wanted: unknown) => boolean {
  const strings = new Set(entries.filter((entry) => typeof entry === 'string'));
  const values = entries.map(adopt).filter((value) => !(value instanceof CelError)) as CelValue[];
  return (wanted) => {
    if (typeof wanted === 'string') return strings.has(wanted);
    const value = adopt(wanted);
    if (value instanceof CelError) return false;
    budget.spend(values.length);
    return values.some((other) => equals(value, other, budget));
  };
}

function contains(all: List, some: List, budget: Budget): boolean {
  return some.every(finder(all, budget));
}

function equivalent(a: List, b: List, budget: Budget): boolean {
  return contains(a, b, budget) && contains(b, a, budget);
}

function intersects(a: List, b: List, budget: Budget): boolean {
  return a.some(finder(b, budget));
}

/** Lists taken as sets. */
export const SETS: readonly FunctionRow[] = [
  fn('sets.contains', [LIST, LIST], BOOL, contains, 'whether the first has all of the second'),
  fn('sets.equivalent', [LIST, LIST], BOOL, equivalent, 'whether both have the same entries'),
  fn('sets.intersects', [LIST, LIST], BOOL, intersects, 'whether they have an entry in common'),
];
