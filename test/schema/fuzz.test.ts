import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../lib/diagnostic';
import { KINDS } from '../../lib/schema/kinds';
import type { Kind } from '../../lib/schema/schema';
import { validate, withDefaults } from '../../lib/schema/validate';
import { GOLDENS, golden, objectWith } from './verdict';

/** Any JSON, with the keys and texts that go wrong most easily. */
const NAMES = ['__proto__', 'constructor', 'toString', 'length', 'spec', 'name', 'kind', 'rules'];
const key = fc.oneof(fc.constantFrom(...NAMES), fc.string());
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('*', '10s', 'a.b', '\ud800', '$HOME', `${'9'.repeat(400)}s`, '-0', '1e999Ki'),
);
const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('anything'), { maxLength: 6 }),
    fc
      .array(fc.tuple(key, tie('anything')), { maxLength: 6 })
      .map((fields) => JSON.parse(`{${fields.map(written).join()}}`)),
  ),
}));

/** As text, so that `__proto__` is a key like others. */
function written([name, value]: [string, unknown]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`;
}

const SEVERITIES = ['error', 'warning'];

function isWellFormed({ severity, code, path, message, object }: Diagnostic): boolean {
  return (
    SEVERITIES.includes(severity) &&
    /^[A-Z][A-Za-z]+$/.test(code) &&
    typeof path === 'string' &&
    message.length > 0 &&
    message.length < 2000 &&
    (object === undefined || typeof object.name === 'string')
  );
}

function judged(object: unknown): readonly Diagnostic[] {
  const before = JSON.stringify(object);
  const findings = validate(object);
  expect(findings.filter((finding) => !isWellFormed(finding))).toEqual([]);
  expect(JSON.stringify(object)).toBe(before);
  return findings;
}

/** The paths of all parts, as keys from the top. */
function paths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, part]) => paths(part, [...path, name]))];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], part: unknown): unknown {
  if (name === undefined) return part;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  copy[name] = replaced(copy[name], rest, part);
  return copy;
}

const SPECS = GOLDENS.flatMap((name) => {
  const file = golden(name);
  const accepted = file.cases.filter(({ findings }) => !findings);
  return accepted.map(({ spec }) => objectWith(file, spec));
});

const objectOf = ({ group, versions, kind }: Kind, spec: unknown) => ({
  apiVersion: `${group}/${versions[0]}`,
  kind,
  metadata: { name: 'a', namespace: 'b' },
  spec,
});

describe('the verdict on any JSON', () => {
  it('is a list of findings, and leaves the value alone', () => {
    fc.assert(fc.property(anything, (value) => void judged(value)));
  });

  it.each(KINDS.map((kind) => [kind.kind, kind] as const))('as the spec of %s', (_, kind) => {
    fc.assert(
      fc.property(anything, (spec) => void judged(objectOf(kind, spec))),
      { numRuns: 40 },
    );
  });

  it('at any place of an accepted object', () => {
    const place = fc.constantFrom(...SPECS).chain((object) => {
      return fc.constantFrom(...paths(object)).map((path) => ({ object, path }));
    });
    fc.assert(
      fc.property(place, anything, ({ object, path }, value) => {
        judged(replaced(object, path, value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same once the defaults are written in', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SPECS), (object) => {
        const whole = withDefaults(object);
        expect(judged(whole)).toEqual(judged(object));
        expect(withDefaults(whole)).toEqual(whole);
      }),
    );
  });
});

/** One accepted object of each kind. */
const ONE_EACH = GOLDENS.map((name) => SPECS.find((object) => isOf(object, golden(name).kind))!);

function isOf(object: unknown, kind: string): boolean {
  return (object as { kind: string }).kind === kind;
}

describe('hostile sizes', { timeout: 60_000 }, () => {
  const tenThousand = <T>(part: T): T[] => Array<T>(10_000).fill(part);
  const deep = () => {
    let value: unknown = 'a';
    for (let level = 0; level < 5_000; level++) value = { spec: [value] };
    return value;
  };
  const wide = Object.fromEntries(tenThousand(0).map((_, index) => [`key${index}`, {}]));
  const sizes: readonly (readonly [string, unknown])[] = [
    ['a list of 10,000 entries', tenThousand({ name: 'a', unheardOf: {} })],
    ['5,000 levels', deep()],
    ['10,000 keys', wide],
    ['a text of 1 MB', 'a.'.repeat(500_000)],
    ['a text of digits', '9'.repeat(1_000_000)],
    ['10,000 texts that are the same', tenThousand('*.example.com')],
  ];

  it.each(sizes)('%s, wherever it stands, is told in a bounded number of findings', (_, value) => {
    for (const object of ONE_EACH) {
      const places = paths(object).filter(({ length }) => length > 1);
      const findings = places.map((path) => validate(replaced(object, path, value)));
      expect(Math.max(...findings.map((found) => found.length))).toBeLessThanOrEqual(1_001);
      expect(findings.flat().filter((finding) => !isWellFormed(finding))).toEqual([]);
      expect(findings.flat().length).toBeGreaterThan(0);
    }
  });
});
