import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRegex, regexFault } from '../../lib/standalone/regex';

/** What Rust's `regex` 1 says of each, and what this gateway does with it. */
const VERDICTS: Readonly<Record<'runs' | 'invalid' | 'notRun', readonly string[]>> = {
  runs: [
    ...['a**', 'a*?*', 'a{5}{5}', 'a{2}*', 'a{ 2 }', 'a{2,}', '^*', '\\b*', '(?i:a)*', '(?:)*'],
    ...['}', ']', '[]a]', '[^]]', '[a-]', '[-a]', '[--a]', '[\\w-]', '[[:alpha:]]', '()', 'a||b'],
    ...[
      '\\u0041',
      '\\u{41}',
      '\\U00000041',
      '\\x41',
      '\\x{41}',
      '\\pL',
      '\\p{Greek}',
      '\\_',
      '\\ ',
    ],
    ...['(?P<n>a)', '(?<a.b>c)', '(?u)a', '(?s-i:a)', '(?U)a', 'é+', '\\b{2}'],
    `${'('.repeat(250)}a${')'.repeat(250)}`,
  ],
  invalid: [
    ...['(?=a)b', '(?!a)b', '(?<=a)b', '(?<!a)b', '(a)\\1', '\\07', '(?>a)', '(?#c)a', '(?P=n)'],
    ...['(', 'a)', '[', '[]', '[^]', '*a', 'a|*', '(*)', '(?i)*', '(?)', '(?i', '\\', '\\y', '\\é'],
    ...['{', 'a{', 'a{}', 'a{,3}', 'a{2,1}', '\\Qa\\E', '\\Z', '\\C', '[\\b]', '[z-a]', '[\\d-z]'],
    ...['(?<n>a)(?<n>b)', '(?ii)a', '(?i-i)a', '(?-)a', '(?q)a', '\\x4', '\\x{110000}'],
    ...[
      '((a{100}){100}){100}',
      'a{999999999999999999999}',
      `${'('.repeat(251)}a${')'.repeat(251)}`,
    ],
  ],
  notRun: [
    ...['[a-z&&[^b]]', '[a--b]', '[a~~b]', '[[a]b]', '(?x) a', '(?R)a', '(?-u)a', '\\b{start}'],
    ...['\\<a', '\\p{sc=Greek}', 'a{1001}', '(a{1000}){5}', 'a'.repeat(20_000)],
  ],
};

describe('a regular expression is judged as the engine of agentgateway judges it', () => {
  for (const [verdict, patterns] of Object.entries(VERDICTS)) {
    it.each(patterns.map((pattern) => [pattern.slice(0, 40), pattern]))(
      `${verdict}: %s`,
      (_, pattern) => {
        expect(regexFault(pattern)?.kind ?? 'runs').toBe(verdict);
      },
    );
  }

  it.each([
    ['a**', ['', 'a', 'aaa'], ['b', 'a*']],
    ['a?+', ['', 'aa'], ['b']],
    ['(?:ab){2}{2}', ['abababab'], ['abab', 'ababababab']],
    ['x(ab|c){2}*y', ['xy', 'xabcy', 'xccabcy'], ['xcy', 'xabccy']],
    ['[--a]+', ['-a', '--'], ['.', 'Z']],
    ['\\u0041(?u)b', ['Ab'], ['u0041b']],
    ['(?i:a)b', ['Ab', 'ab'], ['AB']],
  ])('%s matches what it matches there', (pattern, matching, others) => {
    const matches = compileRegex(pattern);
    expect(matching.filter((text) => !matches(text))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });
});

describe('a pattern from a stranger', () => {
  const PARTS = ['a', '(', ')', '(?:', '[', ']', '*', '+', '{9}', '{1000}', '|', '\\', '\\d', '.'];

  it('is compiled or refused, and nothing else', () => {
    const pattern = fc
      .array(fc.constantFrom(...PARTS), { maxLength: 40 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(pattern, fc.string()), (written) => {
        const fault = regexFault(written);
        if (fault) {
          expect(fault.at).toBeLessThanOrEqual(written.length);
          expect(() => compileRegex(written)).toThrow(fault.reason);
        } else expect(typeof compileRegex(written)('aaa')).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['stars', '*'.repeat(16_000)],
    ['stars after a letter', `a${'*'.repeat(16_000)}`],
    ['counted repetitions', `a${'{9}'.repeat(5_000)}`],
    ['open groups', '('.repeat(16_000)],
    ['open classes', '['.repeat(16_000)],
    ['groups that repeat groups', `${'('.repeat(200)}a${'{9})'.repeat(200)}`],
    ['many large repetitions', 'a{1000}'.repeat(2_000)],
    ['what backtracking dies of', `${'(a+)+'.repeat(50)}$`],
  ])('of %s ends a test as quickly as others do', (_, pattern) => {
    const fault = regexFault(pattern);
    if (fault) expect(fault.reason).not.toBe('');
    else expect(compileRegex(pattern)('b'.repeat(2_000))).toBe(false);
  });
});
