import { describe, expect, it } from 'vitest';
import { Cel } from '../../lib/constructs/cel';

describe('an expression', () => {
  it('stays as it was written', () => {
    expect(Cel.of('jwt.sub == "alice"').toString()).toBe('jwt.sub == "alice"');
  });

  it('that is no CEL is refused with its line and a caret', () => {
    expect(() => Cel.of('jwt.sub == "alice" &&\n  jwt.team = "shop"')).toThrow(
      /this expression can never work: .*\(2:12\)\n {4}jwt\.team = "shop"\n {13}\^/,
    );
  });

  it.each([
    ['jwtt.sub == "alice"', 'did you mean `jwt`? (1:1)'],
    ['request.headres["x"] == "a"', 'did you mean `headers`? (1:1)'],
    ['request.path.startWith("/a")', 'did you mean `startsWith`?'],
    ['jwt.sub == 5', '(1:1)'],
    ['"a" in jwt.sub', '(1:1)'],
  ])('that can never work is refused: %s', (expression, message) => {
    expect(() => Cel.of(expression)).toThrow(message);
  });

  it.each(['response.code == 200', 'mcp.tool.name == "add"', 'request.path == "/a"'])(
    'may be one for any phase: %s',
    (expression) => {
      expect(Cel.of(expression).toString()).toBe(expression);
    },
  );

  it.each(['', '  ', `"${'a'.repeat(16_384)}"`])('has 1 to 16384 characters: %#', (text) => {
    expect(() => Cel.of(text)).toThrow(
      `a CEL expression must have 1 to 16384 characters, got ${text.length}`,
    );
  });
});
