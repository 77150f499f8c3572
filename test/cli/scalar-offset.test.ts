import { describe, expect, it } from 'vitest';
import { isScalar, parseDocument, type Scalar } from 'yaml';
import { offsetInScalar } from '../../lib/cli/scalar-offset';

function valueNode(text: string): Scalar {
  const node = parseDocument(text).get('a', true);
  if (!isScalar(node)) throw new Error(`no scalar in ${text}`);
  return node;
}

/** Each character of the value, and the one that stands at its offset. */
function aligned(text: string): [string, string][] {
  const node = valueNode(text);
  const value = String(node.value);
  return [...value].map((character, index) => [
    character,
    text[offsetInScalar(text, node, index)] ?? '',
  ]);
}

describe('the place of a character of a scalar', () => {
  it.each([
    ['plain', 'a: jwt.sub == x # comment\n'],
    ['in single quotes', "a: 'it + s'\n"],
    ['in double quotes', 'a: "jwt.sub"\n'],
    ['of a literal block', 'a: |\n    one &&\n      two\n\n    three\nb: 1\n'],
    ['of a block with Windows line ends', 'a: |-\r\n  one &&\r\n  two\r\nb: 1\r\n'],
  ])('is found %s', (_name, text) => {
    for (const [read, written] of aligned(text))
      expect([read, written.replace('\r', '\n')]).toEqual([read, read]);
  });

  it.each<[string, string, number, string]>([
    ['behind a doubled quote', "a: 'it''s X'\n", 5, 'X'],
    ['behind escapes', 'a: "\\x41\\u0042\\t\\"X"\n', 4, 'X'],
    ['behind a character of the second plane', 'a: "\\U0001F600X"\n', 2, 'X'],
    ['behind a folded line', 'a: one\n  two X\n', 8, 'X'],
    ['behind an empty line', 'a: "one\n\n  two X"\n', 8, 'X'],
    ['behind an escaped line break', 'a: "one\\\n  two X"\n', 7, 'X'],
    ['in a folded block', 'a: >\n  one\n  two X\n', 8, 'X'],
  ])('is found %s', (_name, text, index, wanted) => {
    const node = valueNode(text);
    expect(String(node.value)[index]).toBe(wanted);
    expect(text[offsetInScalar(text, node, index)]).toBe(wanted);
  });

  it('is the beginning of the scalar where nothing better is known', () => {
    const text = 'a: one\n';
    expect(offsetInScalar(text, valueNode(text), 99)).toBe(3);
  });

  it('is found at the end of a long block', () => {
    const text = `a: |\n${'  0123456789 && 0123456789\n'.repeat(1500)}`;
    const node = valueNode(text);
    const last = String(node.value).length - 2;
    expect(text[offsetInScalar(text, node, last)]).toBe('9');
  });
});
