import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { validate, withDefaults } from '../../lib/schema/validate';
import { validateStandalone } from '../../lib/schema/validate-standalone';
import { GOLDENS, golden, objectWith, verdictOn } from './verdict';

const ODD_VALUES: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'text',
  '\u0000\u001b[31m\n',
  [],
  [null],
  [[]],
  [{}],
  {},
  { name: null },
  { group: 1, kind: [], name: {}, type: {}, path: [], value: {} },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toString": 2}'),
  Symbol('odd'),
  () => 'odd',
  10n,
];

/** The object with each of its parts in turn replaced by `value`. */
function* replaced(object: unknown, value: unknown): Generator<unknown> {
  yield value;
  if (typeof object !== 'object' || object === null) return;
  for (const [key, part] of Object.entries(object)) {
    for (const changed of replaced(part, value)) {
      const copy = (Array.isArray(object) ? [...object] : { ...object }) as Record<string, unknown>;
      copy[key] = changed;
      yield copy;
    }
  }
}

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { deeper: value };
  return value;
}

function routeWith(spec: unknown): unknown {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'a' },
    spec,
  };
}

describe('hostile objects', () => {
  it.each(ODD_VALUES.map((value) => [String(typeof value), value]))(
    '%s is no object',
    (_, value) => {
      expect(() => [validate(value), withDefaults(value), validateStandalone(value)]).not.toThrow();
    },
  );

  it.each(GOLDENS)('any part of any %s may be anything', (name) => {
    const file = golden(name);
    const accepted = file.cases.filter(({ findings }) => !findings);
    for (const { spec } of accepted) {
      for (const odd of ODD_VALUES) {
        for (const changed of replaced(spec, odd)) {
          const object = objectWith(file, changed);
          expect(() => [validate(object), withDefaults(object)]).not.toThrow();
        }
      }
    }
  });

  it('a key named __proto__ is an unknown field and changes no prototype', () => {
    const object = JSON.parse(
      '{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"a"},"spec":{"__proto__":{"polluted":true},"constructor":{}}}',
    );
    expect(verdictOn(object).map((finding) => finding.split(':')[0])).toEqual([
      'UnknownField spec.__proto__',
      'UnknownField spec.constructor',
    ]);
    const copy = withDefaults(object) as { spec: object };
    expect(Object.getPrototypeOf(copy.spec)).toBe(Object.prototype);
    expect(Object.keys(copy.spec)).toContain('__proto__');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('a hundred thousand levels are one finding', () => {
    const object = routeWith({ rules: nested(100_000), extra: nested(100_000) });
    expect(verdictOn(object)).toHaveLength(2);
    expect(() => withDefaults(object)).not.toThrow();
  });

  it('an object that holds itself is read once', () => {
    const spec: Record<string, unknown> = { rules: [{ backendRefs: [{ name: 'a', port: 1 }] }] };
    spec.itself = spec;
    const object = routeWith(spec) as Record<string, unknown>;
    object.status = object;
    expect(verdictOn(object)).toHaveLength(1);
    const copy = withDefaults(object) as { status: { status: unknown } };
    expect(copy.status.status).toBe(copy.status);
  });

  it('aliases of aliases are not multiplied out', () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? 'l0: &l0 {a: b}' : `l${level}: &l${level} [*l${level - 1}, *l${level - 1}]`,
    );
    const bomb = parse(levels.join('\n'), { maxAliasCount: -1 });
    const started = performance.now();
    expect(verdictOn(routeWith({ rules: bomb.l29, hostnames: bomb.l29, extra: bomb }))).not.toEqual(
      [],
    );
    withDefaults(routeWith({ extra: bomb }));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('a list that is far too long is told once', () => {
    const rules = Array.from({ length: 100_000 }, () => ({ unheardOf: 1 }));
    expect(validate(routeWith({ rules })).length).toBeLessThan(20);
  });

  it('huge strings and names are neither matched for long nor printed whole', () => {
    const huge = 'a-'.repeat(5_000_000);
    const started = performance.now();
    const findings = validate(routeWith({ hostnames: [huge, `*.${huge}`], [huge]: huge }));
    expect(findings.length).toBe(3);
    expect(JSON.stringify(findings).length).toBeLessThan(2000);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('control characters cannot leave a message', () => {
    const text = JSON.stringify(
      validate(routeWith({ hostnames: ['a\n\u001b[2Jb'], '\u001b]0;x': 1 })),
    );
    expect(
      JSON.parse(text)
        .map(({ message }: { message: string }) => message)
        .join(''),
    ).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      /[\u0000-\u001f]/,
    );
  });
});
