import { BOOL, DYN, NULL } from '../cel-type';
import { equals } from '../equality';
import { type FunctionRow, fn } from '../function-table';
import type { CelValue } from '../value';

/** What a policy has not set is null, whatever its type: `jwt == null`. */
export const ABSENCE: readonly FunctionRow[] = [
  fn(
    '_==_',
    [DYN, NULL],
    BOOL,
    (a, b, budget) => equals(a as CelValue, b, budget),
    'whether there is none',
  ),
  fn(
    '_==_',
    [NULL, DYN],
    BOOL,
    (a, b, budget) => equals(a, b as CelValue, budget),
    'whether there is none',
  ),
];
