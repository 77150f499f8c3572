const CONTEXT = 3;
/** Where texts differ in more lines than this, what differs is shown as one piece. */
const MOST_CHANGED = 2000;

interface Change {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

/** A text as it is, and as it may be shown: line by line the same one. */
export interface DiffedText {
  readonly text: string;
  readonly shown: string;
}

/**
 * The difference of two texts, empty where there is none; as `patch` reads it where all of what differs may be shown.
 */
export function unifiedDiff(path: string, before: DiffedText, after: DiffedText): string {
  if (before.text === after.text) return '';
  const changes = asShown(
    changesBetween(linesOf(before.text), linesOf(after.text)),
    linesOf(before.shown),
    linesOf(after.shown),
  );
  const hunks = hunksOf(changes).map((hunk) => printed(hunk, changes));
  const name = shown(path);
  return [`--- a/${name}\n`, `+++ b/${name}\n`, ...hunks].join('');
}

/** A name may hold line breaks and worse; the lines of a head are one each. */
function shown(path: string): string {
  return path.replace(/^\/+/, '').replace(/\p{Cc}/gu, '?');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function changesBetween(before: readonly string[], after: readonly string[]): Change[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const middle = compared(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  return [
    ...before.slice(0, start).map(same),
    ...middle,
    ...before.slice(before.length - end).map(same),
  ];
}

function same(line: string): Change {
  return { kind: ' ', line };
}

/** What stands in both is shown as in the latter, of which more is understood. */
function asShown(
  changes: readonly Change[],
  before: readonly string[],
  after: readonly string[],
): Change[] {
  let formers = 0;
  let latters = 0;
  return changes.map(({ kind }) => {
    const former = kind === '+' ? '' : before[formers++]!;
    const latter = kind === '-' ? '' : after[latters++]!;
    return { kind, line: kind === '-' ? former : latter };
  });
}

/** By the longest common subsequence of lines. */
function compared(before: readonly string[], after: readonly string[]): Change[] {
  if (before.length > MOST_CHANGED || after.length > MOST_CHANGED) {
    return [...before.map(removed), ...after.map(added)];
  }
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      changes.push(same(before[i]!));
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) {
      changes.push(removed(before[i++]!));
    } else changes.push(added(after[j++]!));
  }
  return [...changes, ...before.slice(i).map(removed), ...after.slice(j).map(added)];
}

function removed(line: string): Change {
  return { kind: '-', line };
}

function added(line: string): Change {
  return { kind: '+', line };
}

/** Stretches of changes with what stands around them: from, to. */
function hunksOf(changes: readonly Change[]): [number, number][] {
  const hunks: [number, number][] = [];
  changes.forEach(({ kind }, index) => {
    if (kind === ' ') return;
    const last = hunks[hunks.length - 1];
    const to = Math.min(changes.length, index + 1 + CONTEXT);
    if (last && index - CONTEXT <= last[1]) last[1] = to;
    else hunks.push([Math.max(0, index - CONTEXT), to]);
  });
  return hunks;
}

function printed([from, to]: readonly [number, number], changes: readonly Change[]): string {
  const hunk = changes.slice(from, to);
  const former = place(changes.slice(0, from), hunk, '+');
  const latter = place(changes.slice(0, from), hunk, '-');
  const lines = hunk.map(({ kind, line }) => `${kind}${withEnd(line)}`);
  return [`@@ -${former} +${latter} @@\n`, ...lines].join('');
}

/** Where a hunk begins in one of the texts, and how many of its lines are in it. */
function place(before: readonly Change[], hunk: readonly Change[], other: '-' | '+'): string {
  const count = (changes: readonly Change[]) => changes.filter(({ kind }) => kind !== other).length;
  const length = count(hunk);
  return `${count(before) + (length > 0 ? 1 : 0)},${length}`;
}

function withEnd(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`;
}
