import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { MAP } from '../cel-type';
import { EntryMap } from '../entry-map';
import { type FunctionRow, method } from '../function-table';
import { adopt, type CelResult, keysOf, lookup, type MapView, type PlainObject } from '../value';

type Entries = MapView | PlainObject;

/** The keys of the first in their order, then those that only the second has. */
function merge(first: Entries, second: Entries, budget: Budget): CelResult {
  const made = new EntryMap();
  const added = keysOf(second).filter((key) => lookup(first, key) === undefined);
  for (const key of [...keysOf(first), ...added]) {
    budget.spend(1);
    const winner = lookup(second, key);
    const value = adopt(winner === undefined ? lookup(first, key) : winner);
    const wrong = value instanceof CelError ? value : made.add(key, value);
    if (wrong) return wrong;
  }
  return made;
}

export const MERGE: readonly FunctionRow[] = [
  method('merge', [MAP, MAP], MAP, merge, 'both maps as one; the values of the second win'),
];
