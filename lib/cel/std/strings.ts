import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { BOOL, BYTES, INT, LIST, MAP, STRING } from '../cel-type';
import { type FunctionRow, fn, method } from '../function-table';
import { DEFAULT_LIMITS } from '../limits';
import { costOfMatch, regexOf } from '../regex';
import { sizeOfText } from '../text';
import { type CelResult, sizeOfMap } from '../value';

export function matches(text: string, pattern: string, budget: Budget): CelResult {
  budget.spend(costOfMatch(text, pattern));
  const regex = regexOf(pattern, DEFAULT_LIMITS);
  return regex instanceof CelError ? regex : regex.test(text);
}

const MATCHES = 'whether the regular expression (RE2) finds something in the string';

export const STRINGS: readonly FunctionRow[] = [
  fn('size', [STRING], INT, sizeOfText, 'how many characters'),
  fn('size', [BYTES], INT, (bytes) => bytes.length, 'how many bytes'),
  fn('size', [LIST], INT, (entries) => entries.length, 'how many entries'),
  fn('size', [MAP], INT, sizeOfMap, 'how many keys'),
  method('size', [STRING], INT, sizeOfText, 'how many characters'),
  method('size', [BYTES], INT, (bytes) => bytes.length, 'how many bytes'),
  method('size', [LIST], INT, (entries) => entries.length, 'how many entries'),
  method('size', [MAP], INT, sizeOfMap, 'how many keys'),
  method(
    'contains',
    [STRING, STRING],
    BOOL,
    (text, part) => text.includes(part),
    'whether the part is in it',
  ),
  method(
    'startsWith',
    [STRING, STRING],
    BOOL,
    (text, part) => text.startsWith(part),
    'whether it begins so',
  ),
  method(
    'endsWith',
    [STRING, STRING],
    BOOL,
    (text, part) => text.endsWith(part),
    'whether it ends so',
  ),
  method('matches', [STRING, STRING], BOOL, matches, MATCHES),
  fn('matches', [STRING, STRING], BOOL, matches, MATCHES),
];
