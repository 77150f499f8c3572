import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../lib/diagnostic';
import { check } from '../../lib/schema/check';
import { cel } from '../../lib/schema/rule';
import type { Schema } from '../../lib/schema/schema';
import { told } from './verdict';

function found(schema: Schema, value: unknown): string[] {
  return told(check(schema, value, (same) => same));
}

function fixes(schema: Schema, value: unknown): (Diagnostic['fix'] | undefined)[] {
  return check(schema, value, (same) => same).map(({ fix }) => fix);
}

function map(properties: Readonly<Record<string, Schema>>, beside: Schema = {}): Schema {
  return { type: 'object', properties, ...beside };
}

const TEXT: Schema = { type: 'string' };
const COUNT: Schema = { type: 'integer' };

describe('a value is held to', () => {
  it.each<[string, Schema, unknown, string[]]>([
    ['int-or-string, by a number', { 'x-kubernetes-int-or-string': true }, 80, []],
    ['int-or-string, by a text', { 'x-kubernetes-int-or-string': true }, '25%', []],
    [
      'int-or-string, by a fraction',
      { 'x-kubernetes-int-or-string': true },
      1.5,
      ['TypeInvalid : must be a whole number or a string, not a number'],
    ],
    [
      'int-or-string, by a list',
      { 'x-kubernetes-int-or-string': true },
      [],
      ['TypeInvalid : must be a whole number or a string, not a list'],
    ],
    [
      'a text of a few, by a boolean',
      { type: 'string', enum: ['All', 'Hostname'] },
      true,
      ['TypeInvalid : must be a string, not true or false (write `All` or `Hostname`)'],
    ],
    [
      'the fewest fields',
      map({ a: TEXT }, { minProperties: 1 }),
      {},
      ['Required : needs at least one field'],
    ],
    [
      'the most fields',
      { type: 'object', additionalProperties: TEXT, maxProperties: 1 },
      { a: 'a', b: 'b' },
      ['TooMany : has 2 entries; 1 fit here'],
    ],
    [
      'int32',
      { type: 'integer', format: 'int32' },
      2 ** 31,
      ['Invalid : must be between -2147483648 and 2147483647, not 2147483648'],
    ],
    ['int64', { type: 'integer', format: 'int64' }, 2 ** 53, []],
    [
      'int64, by what is larger',
      { type: 'integer', format: 'int64' },
      2 ** 64,
      [
        'Invalid : must be between -9223372036854776000 and 9223372036854775000, not 18446744073709552000',
      ],
    ],
    ['a time', { type: 'string', format: 'date-time' }, '2028-02-29T23:59:59.5+01:00', []],
    [
      'a time, by a day that is none',
      { type: 'string', format: 'date-time' },
      '2027-02-29T00:00:00Z',
      ['Invalid : `2027-02-29T00:00:00Z` must be a time such as `2027-01-31T12:00:00Z`'],
    ],
    [
      'a time, by a date',
      { type: 'string', format: 'date-time' },
      '2027-02-28',
      ['Invalid : `2027-02-28` must be a time such as `2027-01-31T12:00:00Z`'],
    ],
    ['a URI', { type: 'string', format: 'uri' }, 'https://example.com/a?b#c', []],
    ['a URI, by a path', { type: 'string', format: 'uri' }, '/a', []],
    [
      'a URI, by a word',
      { type: 'string', format: 'uri' },
      'example',
      ['Invalid : `example` must be a URI such as `https://example.com/path`'],
    ],
    [
      'a URI, by a broken escape',
      { type: 'string', format: 'uri', sensitive: true },
      'https://a/%zz',
      ['Invalid : the value must be a URI such as `https://example.com/path`'],
    ],
    [
      'what replaces a deprecated field',
      map({ old: { ...TEXT, deprecated: 'write `new`' } }),
      { old: 'a' },
      ['warning Deprecated old: `old` is deprecated (write `new`)'],
    ],
    [
      'no such, where a deprecated field has its default',
      map({ old: { ...TEXT, deprecated: 'write `new`', default: 'a' } }),
      { old: 'a' },
      [],
    ],
    [
      'the standard channel',
      map({ early: { ...TEXT, experimental: true } }),
      { early: 'a' },
      [
        'UnknownField early: unknown field `early` in the standard channel of Gateway API (the experimental channel has it: --gateway-api-channel experimental)',
      ],
    ],
    [
      'a set',
      { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' },
      ['a', 'b', 'a'],
      ['Duplicate [2]: has the same value as entry [0]; each may stand only once'],
    ],
  ])('%s', (_, schema, value, findings) => {
    expect(found(schema, value)).toEqual(findings);
  });

  it('the experimental channel where that is asked for', () => {
    const schema = map({ early: { ...TEXT, experimental: true } });
    expect(check(schema, { early: 'a' }, (same) => same, { experimental: true })).toEqual([]);
  });
});

describe('a finding carries its repair', () => {
  const policy = map({
    spec: map({
      targets: { type: 'array', items: map({ name: TEXT, port: COUNT }) },
      traffic: map({
        mode: { ...TEXT, enum: ['Strict', 'Optional'] },
        authorization: map({ rules: { type: 'array' } }),
      }),
      backend: map({ retries: COUNT }),
    }),
  });

  it.each<[string, unknown, Diagnostic['fix']]>([
    [
      'a misspelt key',
      { spec: { trafic: {} } },
      [{ op: 'rename', path: 'spec.trafic', to: 'traffic' }],
    ],
    [
      'a misspelt value',
      { spec: { traffic: { mode: 'strct' } } },
      [{ op: 'replace', path: 'spec.traffic.mode', value: 'Strict' }],
    ],
    [
      'a number in quotes',
      { spec: { backend: { retries: '3' } } },
      [{ op: 'replace', path: 'spec.backend.retries', value: 3 }],
    ],
    [
      'a name without quotes',
      { spec: { targets: [{ name: 3 }] } },
      [{ op: 'replace', path: 'spec.targets[0].name', value: '3' }],
    ],
    [
      'a field too far out',
      { spec: { authorization: {} } },
      [{ op: 'move', path: 'spec.authorization', to: 'spec.traffic.authorization' }],
    ],
    [
      'a field too far in',
      { spec: { traffic: { authorization: { mode: 'Strict' } } } },
      [{ op: 'move', path: 'spec.traffic.authorization.mode', to: 'spec.traffic.mode' }],
    ],
    [
      'a field for the only entry',
      { spec: { targets: [{}], port: 1 } },
      [{ op: 'move', path: 'spec.port', to: 'spec.targets[0].port' }],
    ],
  ])('for %s', (_, value, fix) => {
    expect(fixes(policy, value)).toEqual([fix]);
  });

  it.each<[string, unknown]>([
    ['a key that is near to one that is there', { spec: { trafic: {}, traffic: {} } }],
    ['two keys that mean the same', { spec: { trafic: {}, traficc: {} } }],
    ['a value of another type', { spec: { trafic: 'x' } }],
    [
      'a field of which several entries could be the place',
      { spec: { targets: [{}, {}], port: 1 } },
    ],
    ['a field whose value is wrong where it could go', { spec: { authorization: { rules: 'x' } } }],
    [
      'a field whose place is taken',
      { spec: { authorization: {}, traffic: { authorization: {} } } },
    ],
    ['a number with a unit', { spec: { backend: { retries: '3x' } } }],
    ['a number with a leading zero', { spec: { backend: { retries: '03' } } }],
  ])('but not for %s', (_, value) => {
    expect(fixes(policy, value).filter(Boolean)).toEqual([]);
  });

  it('and shows no secret in it', () => {
    const schema = map({ key: { ...TEXT, sensitive: true } });
    expect(fixes(schema, { key: 12345678 })).toEqual([undefined]);
  });
});

describe('a rule', () => {
  const rule = cel("self.mode != 'Strict' || has(self.keys)", 'Strict needs keys');
  const schema = map(
    { mode: { ...TEXT, enum: ['Strict', 'Optional'] }, keys: TEXT, other: COUNT },
    { rules: [rule, cel("self.mode == 'Strict'", 'only Strict')] },
  );

  it('says nothing where what it reads is wrong already', () => {
    expect(found(schema, { mode: 'Stict' })).toEqual([
      'NotSupported mode: `Stict` is not one of `Strict` or `Optional` (did you mean `Strict`?)',
    ]);
  });

  it('speaks where something else is wrong', () => {
    expect(found(schema, { mode: 'Optional', other: 'x' })).toEqual([
      'TypeInvalid other: must be a whole number, not a string',
      'Invalid : only Strict',
    ]);
  });

  it('takes a misspelt field as it was meant', () => {
    expect(found(schema, { mode: 'Strict', keyss: 'a' })).toEqual([
      'UnknownField keyss: unknown field `keyss`; did you mean `keys`?',
    ]);
  });
});

describe('very many unknown fields', () => {
  it('are found up to a bound, and what they could mean is asked of the first ones only', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`kez${i}`, i]));
    const findings = check(map({ key: TEXT }), many, (same) => same);
    expect(findings).toHaveLength(1_001);
    expect(findings.at(-1)).toMatchObject({ code: 'TooMany', path: '' });
    expect(findings.filter(({ fix }) => fix)).toEqual([]);
  });

  it('with names of a megabyte do not lengthen a message', () => {
    const findings = check(map({ key: TEXT }), { ['key'.repeat(333_333)]: 1 }, (same) => same);
    expect(JSON.stringify(findings).length).toBeLessThan(1000);
  });
});
