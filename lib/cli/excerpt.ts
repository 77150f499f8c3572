import { userInfoIn } from '../schema/user-info';
import type { LineIndex } from '../standalone/line-index';
import type { MaskedRange } from './masked-ranges';
import { printableLine } from './printable';

/** What may be shown of a file: its lines, without its secrets. */
export interface ShownFile {
  readonly text: string;
  readonly lines: LineIndex;
  /** @default - its YAML is broken, so that nobody can tell which values are secret: none is shown */
  readonly masked?: readonly MaskedRange[];
}

/** A line of a file, and where its caret goes. */
export interface Excerpt {
  readonly text: string;
  /** How many columns of a terminal lie before it. */
  readonly caret: number;
}

/** Stands for what is not shown. */
export const MASK = '…';
const WIDEST = 120;
const BEFORE_CARET = 80;

/** The line of a finding, without secrets and without what a terminal would obey; of long ones the part around the caret. */
export function excerptOf(file: ShownFile, line: number, column: number): Excerpt | undefined {
  const range = file.lines.range(line);
  if (!range) return undefined;
  const raw = file.text.slice(range.start, range.end).replace(/\r$/, '');
  const shown = file.masked
    ? withoutRanges(raw, column - 1, maskedIn(raw, range.start, file.masked))
    : keysOnly(raw, column - 1);
  return clipped(printableLine(shown.text), shown.at);
}

interface Shown {
  readonly text: string;
  readonly at: number;
}

/** Of a line, by its own offsets. */
function maskedIn(raw: string, offset: number, masked: readonly MaskedRange[]): MaskedRange[] {
  const inLine = masked
    .map(({ start, end }) => ({ start: start - offset, end: end - offset }))
    .filter(({ start, end }) => end > 0 && start < raw.length);
  return [...inLine, ...userInfoIn(raw)].sort((a, b) => a.start - b.start);
}

function withoutRanges(raw: string, column: number, masked: readonly MaskedRange[]): Shown {
  let text = '';
  let at = 0;
  const show = (from: number, to: number, shown: string) => {
    if (column >= from) at = text.length + Math.min(column - from, shown.length);
    text += shown;
    return to;
  };
  let read = 0;
  for (const { start, end } of masked) {
    const from = Math.max(read, start);
    const to = Math.min(raw.length, end);
    if (to <= from) continue;
    show(read, from, raw.slice(read, from));
    read = show(from, to, MASK);
  }
  show(read, raw.length, raw.slice(read));
  return { text, at };
}

/** Indentation, dashes and the key, and of the value that there is one. */
const KEY = /^[\s\ufeff]*(?:- *)*(?:[A-Za-z0-9_./-]{1,64}|"[^"]{0,64}"|'[^']{0,64}') *:(?=\s|$)/;

/** Of a line in broken YAML no more than its key. */
export function keysOnly(raw: string, column: number): Shown {
  const key = KEY.exec(raw)?.[0] ?? /^[\s-]*/.exec(raw)![0];
  const hasMore = raw.slice(key.length).trim() !== '';
  const text = hasMore ? `${key}${key.endsWith(':') ? ' ' : ''}${MASK}` : key;
  return { text, at: Math.min(column, Math.max(0, text.length - (hasMore ? 1 : 0))) };
}

function clipped(text: string, at: number): Excerpt {
  const from = text.length <= WIDEST ? 0 : Math.max(0, at - BEFORE_CARET);
  const lead = from > 0 ? MASK : '';
  const rest = text.slice(from, from + WIDEST);
  const tail = from + WIDEST < text.length ? MASK : '';
  const before = lead + text.slice(from, at);
  return { text: `${lead}${rest}${tail}`, caret: columnsOf(before) };
}

/** East Asian letters and pictures take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{M}/u;

function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (!COMBINING.test(character)) columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}
