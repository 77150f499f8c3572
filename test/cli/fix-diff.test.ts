import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../lib/cli/fix-diff';

function diffOf(path: string, before: string, after: string): string {
  return unifiedDiff(path, { text: before, shown: before }, { text: after, shown: after });
}

/** The text that a diff makes of another. */
function applied(before: string, diff: string): string {
  const lines = before === '' ? [] : before.split(/(?<=\n)/);
  const result: string[] = [];
  let at = 0;
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [head = '', ...changes] = hunk.split(/(?<=\n)/);
    const [, start = '0', count] = /^@@ -(\d+),(\d+)/.exec(head) ?? [];
    const from = count === '0' ? Number(start) : Number(start) - 1;
    result.push(...lines.slice(at, from));
    at = from;
    changes.forEach((change, index) => {
      const isUnended = changes[index + 1]?.startsWith('\\');
      const line = isUnended ? change.slice(1, -1) : change.slice(1);
      if (change.startsWith('+') || change.startsWith(' ')) result.push(line);
      if (change.startsWith('-') || change.startsWith(' ')) at += 1;
    });
  }
  return [...result, ...lines.slice(at)].join('');
}

const text = fc
  .array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n'), { maxLength: 30 })
  .chain((lines) => fc.constantFrom('', 'end').map((end) => lines.join('') + end));

describe('a diff', () => {
  it('shows the change with the lines around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(diffOf('x.yaml', before, before.replace('e', 'E'))).toBe(
      '--- a/x.yaml\n+++ b/x.yaml\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
  });

  it('is empty where nothing differs', () => {
    expect(diffOf('x.yaml', 'a\n', 'a\n')).toBe('');
  });

  it('makes the one text of the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied(before, diffOf('x', before, after))).toBe(after);
      }),
    );
  });

  it('tells lines apart by what they are, and shows of them what may be shown', () => {
    const [before, after] = ['key: a\nx: 1\n', 'key: a\nx: 2\n'];
    const shown = (text: string) => ({ text, shown: text.replace(/: [a-z]/g, ': …') });
    expect(unifiedDiff('x.yaml', shown(before), shown(after))).toBe(
      '--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n key: …\n-x: 1\n+x: 2\n',
    );
  });

  it('of large texts that share nothing is made in bounded time', () => {
    const many = (word: string) => `${word}\n`.repeat(50_000);
    expect(diffOf('x', many('a'), many('b')).split('\n')).toHaveLength(100_004);
  });
});
