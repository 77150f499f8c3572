import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../lib/gateway/strict-json';

describe('JSON in which a name may stand once', () => {
  it('is what JSON.parse reads, where JSON.stringify wrote it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const written = JSON.stringify(JSON.parse(text));
        expect(parseStrictJson(written)).toEqual({ value: JSON.parse(written) });
      }),
    );
  });

  it('has no object with a name twice, wherever it is and however it is spelt', () => {
    const escaped = (name: string) =>
      [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,5}$/), fc.json(), (name, other) => {
        const twice = `{"${name}":${other},"":0,"${escaped(name)}":1}`;
        expect(parseStrictJson(`[{"a":${twice}}]`)).toHaveProperty('problem');
      }),
    );
  });

  it('is never thrown at, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseStrictJson(text);
        expect('value' in read || 'problem' in read).toBe(true);
      }),
    );
  });

  it('says nothing of a text that cannot be parsed', () => {
    expect(parseStrictJson('demo-secret')).toEqual({ problem: 'it cannot be parsed' });
  });

  it.each(['{"a":{"b":1},"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1","b":"a"}'])(
    'may have a name in several objects: %s',
    (text) => {
      expect(parseStrictJson(text)).toEqual({ value: JSON.parse(text) });
    },
  );
});
