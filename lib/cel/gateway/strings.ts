import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { INT, list, STRING } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import { codePoints, positionInText, sizeOfText, sliceOfText } from '../text';
import type { CelResult } from '../value';

type Int = number | bigint;

function outOfRange(at: Int, text: string): CelError {
  const message = `index out of range: ${at} of a string of ${sizeOfText(text)}`;
  return new CelError(message, 'index-out-of-range');
}

function charAt(text: string, at: Int): CelResult {
  return codePoints(text)[Number(at)] ?? outOfRange(at, text);
}

/** Beyond the end there is nothing to find. */
function indexOf(text: string, part: string, from: Int): CelResult {
  if (from < 0) return outOfRange(from, text);
  if (from >= sizeOfText(text)) return -1;
  const skipped = sliceOfText(text, 0, Number(from));
  return positionInText(text, text.indexOf(part, skipped.length));
}

function firstIndexOf(text: string, part: string): CelResult {
  return text === '' ? -1 : positionInText(text, text.indexOf(part));
}

function lastIndexOf(text: string, part: string, from: Int): CelResult {
  if (from < 0) return outOfRange(from, text);
  if (from >= sizeOfText(text)) return -1;
  const skipped = sliceOfText(text, 0, Number(from));
  return positionInText(text, text.lastIndexOf(part, skipped.length));
}

/** An end beyond the string's is the string's. */
function substring(text: string, from: Int, to: Int): CelResult {
  if (from < 0 || to < 0) return outOfRange(from < 0 ? from : to, text);
  if (from > to)
    return new CelError(`no part of a string from ${from} to ${to}`, 'index-out-of-range');
  return sliceOfText(text, Number(from), Number(to));
}

function rest(text: string, from: Int): CelResult {
  return substring(text, from, sizeOfText(text));
}

/** Between all characters, and before and after them, there is an empty separator. */
function split(text: string, separator: string, limit: Int, budget: Budget): CelResult {
  const parts = separator === '' ? ['', ...codePoints(text), ''] : text.split(separator);
  budget.spend(parts.length);
  const most = Number(limit);
  if (most < 0 || parts.length <= most) return parts;
  if (most === 0) return [];
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function stripPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function stripSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
}

/** The functions for strings that agentgateway has alone, or otherwise than cel-go. */
export const STRINGS: readonly FunctionRow[] = [
  method('charAt', [STRING, INT], STRING, charAt, 'the character at a position'),
  method('indexOf', [STRING, STRING], INT, firstIndexOf, 'where it is first, or -1'),
  method('indexOf', [STRING, STRING, INT], INT, indexOf, 'where it is first from there on, or -1'),
  method(
    'lastIndexOf',
    [STRING, STRING],
    INT,
    (text, part) => positionInText(text, text.lastIndexOf(part)),
    'where it is last, or -1',
  ),
  method('lastIndexOf', [STRING, STRING, INT], INT, lastIndexOf, 'where it is last up to there'),
  method('substring', [STRING, INT], STRING, rest, 'from a position on'),
  method('substring', [STRING, INT, INT], STRING, substring, 'from a position up to another'),
  method(
    'split',
    [STRING, STRING],
    list(STRING),
    (text, by, budget) => split(text, by, -1, budget),
    'the parts between the separators',
  ),
  method('split', [STRING, STRING, INT], list(STRING), split, 'so many parts at most'),
  method('stripPrefix', [STRING, STRING], STRING, stripPrefix, 'without how it begins'),
  method('stripSuffix', [STRING, STRING], STRING, stripSuffix, 'without how it ends'),
];
