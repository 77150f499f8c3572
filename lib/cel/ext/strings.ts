import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { INT, LIST, list, STRING } from '../cel-type';
import { type FunctionRow, fn, method } from '../function-table';
import { codePoints, positionInText, sizeOfText, sliceOfText } from '../text';
import type { CelResult } from '../value';

type Int = number | bigint;

function charAt(text: string, at: Int): CelResult {
  const points = codePoints(text);
  const index = Number(at);
  if (index < 0 || index > points.length) return outOfRange(at);
  return points[index] ?? '';
}

function outOfRange(at: Int): CelError {
  return new CelError(`index out of range: ${at}`, 'index-out-of-range');
}

function indexOf(text: string, part: string, from: Int = 0): CelResult {
  const size = sizeOfText(text);
  const start = Number(from);
  if (start < 0 || (start > size && part !== '')) return outOfRange(from);
  const skipped = sliceOfText(text, 0, start);
  return positionInText(text, text.indexOf(part, skipped.length));
}

function lastIndexOf(text: string, part: string, from?: Int): CelResult {
  const size = sizeOfText(text);
  const start = from === undefined ? size : Number(from);
  if (start < 0 || (from !== undefined && start >= size && part !== '')) return outOfRange(start);
  const before = sliceOfText(text, 0, start);
  return positionInText(text, text.lastIndexOf(part, before.length));
}

function substring(text: string, from: Int, to?: Int): CelResult {
  const size = sizeOfText(text);
  const start = Number(from);
  const end = to === undefined ? size : Number(to);
  if (start < 0 || start > size) return outOfRange(start);
  if (end < 0 || end > size) return outOfRange(end);
  if (start > end)
    return new CelError(`invalid substring range: ${start} to ${end}`, 'index-out-of-range');
  return sliceOfText(text, start, end);
}

function replace(text: string, old: string, by: string, limit: Int, budget: Budget): CelResult {
  const most = limit < 0 ? Number.POSITIVE_INFINITY : Number(limit);
  if (most === 0) return text;
  const parts = old === '' ? ['', ...codePoints(text), ''] : text.split(old);
  const replaced = Math.min(parts.length - 1, most);
  budget.spend((text.length + replaced * by.length) >> 5);
  const head = parts.slice(0, replaced + 1).join(by);
  return [head, ...parts.slice(replaced + 1)].join(old);
}

function split(text: string, separator: string, limit: Int, budget: Budget): CelResult {
  const most = Number(limit);
  if (most === 0) return [];
  const parts = separator === '' ? [...codePoints(text)] : text.split(separator);
  budget.spend(parts.length);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function join(entries: readonly unknown[], separator: string, budget: Budget): CelResult {
  let length = 0;
  for (const entry of entries) {
    if (typeof entry !== 'string')
      return new CelError('no such overload: join() takes a list of strings', 'no-such-overload');
    length += entry.length + separator.length;
  }
  budget.spend(length >> 5);
  return entries.join(separator);
}

/** Unicode's white space, as cel-go trims it; JavaScript's has U+FEFF in addition and lacks U+0085. */
const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING = new RegExp(`^${SPACE}+`);
const SPACE_CHARACTER = new RegExp(SPACE);

function trim(text: string): string {
  const start = text.replace(LEADING, '');
  let end = start.length;
  while (end > 0 && SPACE_CHARACTER.test(start[end - 1])) end -= 1;
  return start.slice(0, end);
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (lower) => lower.toUpperCase());
}

function reverse(text: string): string {
  return [...text].reverse().join('');
}

/** The characters that have escapes of their own; and what is half of a pair has no UTF-8. */
const QUOTED: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quote(text: string): string {
  const wellFormed = Buffer.from(text).toString();
  const escaped = Array.from(wellFormed, (point) => QUOTED[point] ?? point).join('');
  return `"${escaped}"`;
}

const STRING_LIST = list(STRING);

/** The extension for strings of cel-go. */
export const STRING_EXTENSION: readonly FunctionRow[] = [
  method('charAt', [STRING, INT], STRING, charAt, 'the character at a position'),
  method(
    'indexOf',
    [STRING, STRING],
    INT,
    (text, part) => indexOf(text, part),
    'where it is first, or -1',
  ),
  method(
    'indexOf',
    [STRING, STRING, INT],
    INT,
    indexOf,
    'where it is first from a position on, or -1',
  ),
  method(
    'lastIndexOf',
    [STRING, STRING],
    INT,
    (text, part) => lastIndexOf(text, part),
    'where it is last, or -1',
  ),
  method(
    'lastIndexOf',
    [STRING, STRING, INT],
    INT,
    lastIndexOf,
    'where it is last up to a position, or -1',
  ),
  method(
    'substring',
    [STRING, INT],
    STRING,
    (text, from) => substring(text, from),
    'from a position on',
  ),
  method('substring', [STRING, INT, INT], STRING, substring, 'from a position up to another'),
  method(
    'replace',
    [STRING, STRING, STRING],
    STRING,
    (text, old, by, budget) => replace(text, old, by, -1, budget),
    'with each part replaced',
  ),
  method(
    'replace',
    [STRING, STRING, STRING, INT],
    STRING,
    replace,
    'with the first parts replaced',
  ),
  method(
    'split',
    [STRING, STRING],
    STRING_LIST,
    (text, by, budget) => split(text, by, -1, budget),
    'the parts between the separators',
  ),
  method('split', [STRING, STRING, INT], STRING_LIST, split, 'so many parts at most'),
  method(
    'join',
    [LIST],
    STRING,
    (entries, budget) => join(entries, '', budget),
    'the strings, one after the other',
  ),
  method('join', [LIST, STRING], STRING, join, 'the strings with a separator between them'),
  method('trim', [STRING], STRING, trim, 'without white space around it'),
  method('lowerAscii', [STRING], STRING, lowerAscii, 'with small letters for A to Z'),
  method('upperAscii', [STRING], STRING, upperAscii, 'with capitals for a to z'),
  method('reverse', [STRING], STRING, reverse, 'its characters from last to first'),
  fn('strings.quote', [STRING], STRING, quote, 'as a literal, with escapes'),
];
