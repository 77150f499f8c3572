/** A line of a document that holds an entry: a field, or an entry of a list, or both. */
export interface EntryLine {
  /** Blank lines and comments above it, and the lines that its value goes on in, belong to it. */
  readonly first: number;
  readonly line: number;
  readonly last: number;
  /** The column of its dash, or else of its key. */
  readonly column: number;
  readonly isItem: boolean;
  /** The column of what stands behind the dash. */
  readonly inner: number;
  readonly key?: string;
  /** What stands behind the colon, or the whole entry where there is no key; without its comment. */
  readonly value: string;
}

/** A tab is taken for this many spaces. */
const TAB = '  ';

const ENTRY =
  /^( *)((?:- +|-$)?)(?:("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[A-Za-z_$][^\s:#,[\]{}]*):(?: +(.*)|)$|(.*)$)/;

export function spaced(line: string): string {
  return line.replace(/^[ \t]+/, (lead) => lead.replaceAll('\t', TAB));
}

/** The entries of a document, line by line; nothing where the text does not consist of such lines. */
export function entryLines(lines: readonly string[]): EntryLine[] | undefined {
  const entries: EntryLine[] = [];
  let first = 0;
  let line = 0;
  while (line < lines.length) {
    if (isBlankOrComment(lines[line]!)) {
      line += 1;
      continue;
    }
    const entry = entryAt(lines, first, line);
    if (!entry) return undefined;
    entries.push(entry);
    line = entry.last + 1;
    first = line;
  }
  return entries;
}

function isBlankOrComment(line: string): boolean {
  return /^\s*(#.*)?$/.test(line);
}

function entryAt(lines: readonly string[], first: number, line: number): EntryLine | undefined {
  const [, lead, dash, key, behind, alone] = ENTRY.exec(spaced(lines[line]!).trimEnd()) ?? [];
  if (lead === undefined || dash === undefined) return undefined;
  const value = withoutComment(behind ?? alone ?? '');
  if (/^[&*!%@`?]/.test(value) || (dash !== '' && /^- /.test(value))) return undefined;
  if (key === undefined && dash === '') return undefined;
  const last = lastLineOf(lines, line, lead.length, value);
  if (last === undefined) return undefined;
  return {
    first,
    line,
    last,
    column: lead.length,
    isItem: dash !== '',
    inner: lead.length + dash.length,
    ...(key !== undefined && { key: unquoted(key) }),
    value,
  };
}

function withoutComment(text: string): string {
  if (/^["'|>]/.test(text))
    return text.replace(/^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[|>]\S*)\s+#.*$/, '$1').trim();
  return text.replace(/(^|\s)#.*$/, '').trim();
}

function unquoted(key: string): string {
  return /^["']/.test(key) ? key.slice(1, -1) : key;
}

/** Where a value ends that begins on this line. */
function lastLineOf(
  lines: readonly string[],
  line: number,
  column: number,
  value: string,
): number | undefined {
  if (/^[|>]/.test(value)) return lastDeeper(lines, line, column);
  if (/^[[{]/.test(value)) return lastOfFlow(lines, line, value);
  if (/^"/.test(value)) return /^"(?:[^"\\]|\\.)*"$/.test(value) ? line : undefined;
  if (/^'/.test(value)) return /^'(?:[^']|'')*'$/.test(value) ? line : undefined;
  return line;
}

function lastDeeper(lines: readonly string[], line: number, column: number): number {
  let last = line;
  for (let next = line + 1; next < lines.length; next++) {
    const text = spaced(lines[next]!);
    if (text.trim() === '') continue;
    if (text.length - text.trimStart().length <= column) break;
    last = next;
  }
  return last;
}

const LONGEST_FLOW = 200;

function lastOfFlow(lines: readonly string[], line: number, value: string): number | undefined {
  let depth = depthOf(value);
  for (let last = line; last < Math.min(lines.length, line + LONGEST_FLOW); last++) {
    if (last > line) depth += depthOf(withoutComment(lines[last]!.trim()));
    if (depth <= 0) return last;
  }
  return undefined;
}

function depthOf(text: string): number {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, '');
  return bare.replace(/[^[{]/g, '').length - bare.replace(/[^\]}]/g, '').length;
}
