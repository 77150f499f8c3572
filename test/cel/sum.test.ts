import { describe, expect, it } from 'vitest';
import { CelError } from '../../lib/cel/cel-error';
import { validationRule } from '../../lib/cel/kubernetes';

describe('sum()', () => {
  it.each([
    '[1, 2, 3].sum() == 6',
    '[].sum() == 0',
    '[1.5, 2.0].sum() == 3.5',
    '[1u, 2u].sum() == 3u',
    "[duration('1s'), duration('1m')].sum() == duration('61s')",
    'self.map(part, part.size()).sum() == 3',
  ])('%s', (rule) => {
    expect(validationRule(rule)([[1], [2, 3]])).toBe(true);
  });

  it.each([
    ["['a'].sum() == 1", 'there is no sum of string'],
    ["[1, 'a'].sum() == 1", 'there is no sum of int and string'],
    ['[9223372036854775807, 1].sum() > 0', 'int overflow'],
  ])('%s has no answer', (rule, message) => {
    const result = validationRule(rule)({});
    expect(result).toBeInstanceOf(CelError);
    expect((result as CelError).message).toContain(message);
  });
});
