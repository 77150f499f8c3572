import { describe, expect, it } from 'vitest';
import { isFieldValue, isToken } from '../../lib/http/field-syntax';

describe('what can stand in a field', () => {
  it.each([
    ['plain', 'text/plain; q=0.5'],
    ['a tab', 'a\tb'],
    ['bytes beyond ASCII', 'caf\u00e9'],
    ['nothing', ''],
  ])('a value with %s', (_, value) => expect(isFieldValue(value)).toBe(true));

  it.each([
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a NUL', 'a\0b'],
    ['a DEL', 'a\x7fb'],
    ['a character whose lower byte is a line feed', 'a\u010ab'],
    ['a character whose lower byte is a carriage return', 'a\u560db'],
  ])('no value with %s', (_, value) => expect(isFieldValue(value)).toBe(false));

  it.each(['content-type', 'X_1', "!#$%&'*+-.^_`|~"])('the name %s', (name) =>
    expect(isToken(name)).toBe(true),
  );

  it.each(['', 'a b', 'a:', 'a\n', '(a)', 'caf\u00e9'])('no name %j', (name) =>
    expect(isToken(name)).toBe(false),
  );
});
