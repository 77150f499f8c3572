import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editMembers, repeatedMember, topLevelMembers } from '../../lib/llm/body-members';

const edit = (json: string, edits: Record<string, string | undefined>) =>
  editMembers(json, topLevelMembers(json), new Map(Object.entries(edits)));

describe('the members of a body', () => {
  it.each([
    ['{}', []],
    [' { } ', []],
    ['{"a":1}', ['a']],
    ['{ "a" : "x" , "b" : [ {"c":"}"} ] }', ['a', 'b']],
    ['{"a\\"b":"\\\\","\\u0061":null}', ['a"b', 'a']],
    ['{"a":"\\\\\\"","b":{"c":["]"]}}', ['a', 'b']],
    ['{"__proto__":1,"constructor":2}', ['__proto__', 'constructor']],
  ])('of %s are found', (json, names) => {
    expect(topLevelMembers(json).map(({ name }) => name)).toEqual(names);
  });

  it('are found in any object that JSON can say', () => {
    const name = fc.string({ unit: 'binary', maxLength: 8 });
    const spaces = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), spaces, (object, space) => {
        const json = JSON.stringify(object, null, space);
        const found = topLevelMembers(json).map(({ name: key, valueStart, end }) => [
          key,
          JSON.parse(json.slice(valueStart, end)),
        ]);
        expect(found).toEqual(Object.entries(JSON.parse(json)));
      }),
    );
  });

  it('are edited one by one while all others keep every byte', () => {
    const json = '{ "model" : "a", "n": 1.0, "big":12345678901234567890 ,"list":[1, 2] }';
    expect(edit(json, { model: '"b"' })).toBe(
      '{"model" : "b","n": 1.0,"big":12345678901234567890,"list":[1, 2]}',
    );
    expect(edit(json, { n: undefined, list: undefined })).toBe(
      '{"model" : "a","big":12345678901234567890}',
    );
    expect(edit(json, { new: 'true', gone: undefined })).toContain('"list":[1, 2],"new":true}');
    expect(edit('{}', { a: '1' })).toBe('{"a":1}');
    expect(edit(json, {})).toBe(json);
  });

  it('that stand twice are named', () => {
    expect(repeatedMember(topLevelMembers('{"model":"a","x":1,"mod\\u0065l":"b"}'))).toBe('model');
    expect(repeatedMember(topLevelMembers('{"a":{"b":1},"b":1}'))).toBeUndefined();
  });
});
