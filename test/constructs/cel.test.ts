import { describe, expect, it } from 'vitest';
import { Cel } from '../../lib/constructs/cel';

describe('an expression', () => {
  it('stays as it was written', () => {
    expect(Cel.of('jwt.sub == "alice"').toString()).toBe('jwt.sub == "alice"');
  });

  it('that is no CEL is refused with its line and a caret', () => {
    expect(() => Cel.of('jwt.sub == "alice" &&\n  jwt.team = "shop"')).toThrow(
      /this is no CEL expression: .*\(2:12\)\n {4}jwt\.team = "shop"\n {13}\^/,
    );
  });

  it.each(['', '  ', `"${'a'.repeat(16_384)}"`])('has 1 to 16384 characters: %#', (text) => {
    expect(() => Cel.of(text)).toThrow(
      `a CEL expression must have 1 to 16384 characters, got ${text.length}`,
    );
  });
});
