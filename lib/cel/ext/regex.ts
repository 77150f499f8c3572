import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { INT, list, STRING } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import { DEFAULT_LIMITS } from '../limits';
import { costOfMatch, regexOf } from '../regex';
import type { CelResult } from '../value';

function find(text: string, pattern: string, budget: Budget): CelResult {
  const found = findAll(text, pattern, 1, budget);
  return found instanceof CelError ? found : (found[0] ?? '');
}

function findAll(
  text: string,
  pattern: string,
  limit: number | bigint,
  budget: Budget,
): readonly string[] | CelError {
  budget.spend(costOfMatch(text, pattern));
  const regex = regexOf(pattern, DEFAULT_LIMITS);
  if (regex instanceof CelError) return regex;
  const matcher = regex.matcher(text);
  const found: string[] = [];
  while ((limit < 0 || found.length < limit) && matcher.find()) {
    budget.spend(1);
    found.push(matcher.group() ?? '');
  }
  return found;
}

const STRINGS = list(STRING);

/** Kubernetes' functions for regular expressions. */
export const REGEX: readonly FunctionRow[] = [
  method('find', [STRING, STRING], STRING, find, 'the first part that matches, or an empty string'),
  method(
    'findAll',
    [STRING, STRING],
    STRINGS,
    (text, pattern, budget) => findAll(text, pattern, -1, budget),
    'the parts that match',
  ),
  method('findAll', [STRING, STRING, INT], STRINGS, findAll, 'the first parts that match'),
];
