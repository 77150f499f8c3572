import { isNode, isScalar, type Pair, Scalar } from 'yaml';

/** The lines that a field takes up, with the comments that stand right above it. */
export interface Block {
  /** The beginning of its first line. */
  readonly start: number;
  /** After the line break of its last line, or the end of the text. */
  readonly end: number;
  /** The column of its key. */
  readonly indent: number;
  /** Where its key begins. */
  readonly keyStart: number;
  /** What stands before its key: spaces, and dashes where it is the first field of a list entry. */
  readonly lead: string;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** The block of a field of a block map; nothing where it shares its lines with something else. */
export function blockOf(text: string, pair: Pair): Block | undefined {
  const { key, value } = pair;
  if (!isScalar(key) || !key.range) return undefined;
  if (isScalar(value) && isKeeping(value, text)) return undefined;
  const keyStart = key.range[0];
  const lineStart = startOfLine(text, keyStart);
  const lead = text.slice(lineStart, keyStart);
  if (!/^ *(- +)*$/.test(lead)) return undefined;
  const valueEnd = isNode(value) && value.range ? value.range[1] : key.range[1];
  const lastOfValue =
    keyStart + text.slice(keyStart, Math.max(valueEnd, key.range[1])).trimEnd().length;
  const indent = lead.length;
  return {
    start: lead.includes('-') ? lineStart : withCommentsAbove(text, lineStart, indent),
    end: withCommentsBelow(text, endOfLine(text, lastOfValue), indent),
    indent,
    keyStart,
    lead,
  };
}

/** `|+` and `>+` hold the empty lines behind them as well. */
function isKeeping(value: Scalar, text: string): boolean {
  const isBlock = value.type === Scalar.BLOCK_LITERAL || value.type === Scalar.BLOCK_FOLDED;
  return isBlock && !!value.range && /^[|>][0-9]*\+/.test(text.slice(value.range[0]));
}

export function startOfLine(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : start;
}

/** The beginning of the next line, or the end of the text. */
export function endOfLine(text: string, offset: number): number {
  const next = text.indexOf('\n', offset);
  return next < 0 ? text.length : next + 1;
}

function withCommentsAbove(text: string, lineStart: number, indent: number): number {
  let start = lineStart;
  while (start > 0) {
    const above = startOfLine(text, start - 1);
    if (above >= start || commentIndent(text, above) !== indent) return start;
    start = above;
  }
  return start;
}

function withCommentsBelow(text: string, lineEnd: number, indent: number): number {
  let end = lineEnd;
  while (end < text.length && (commentIndent(text, end) ?? -1) > indent) end = endOfLine(text, end);
  return end;
}

/** The column of the comment that has the line for itself. */
function commentIndent(text: string, lineStart: number): number | undefined {
  const line = /^( *)#/.exec(text.slice(lineStart, endOfLine(text, lineStart)));
  return line ? line[1]!.length : undefined;
}

/** The lines of a block with its key in another column; nothing where they cannot go that far out, or hold tabs. */
export function reindented(lines: string, by: number): string | undefined {
  const moved = lines.split(/(?<=\n)/).map((line) => moveLine(line, by));
  return moved.includes(undefined) ? undefined : moved.join('');
}

function moveLine(line: string, by: number): string | undefined {
  if (line.trim() === '') return line;
  if (/^ *\t/.test(line)) return undefined;
  if (by >= 0) return ' '.repeat(by) + line;
  return line.startsWith(' '.repeat(-by)) ? line.slice(-by) : undefined;
}

/** How lines end here. */
export function lineBreak(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}
