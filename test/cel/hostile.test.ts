import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../lib/cel/cel-error';
import { DYN } from '../../lib/cel/cel-type';
import { compile } from '../../lib/cel/compile';
import { extend } from '../../lib/cel/environment';
import { EXTENDED } from '../../lib/cel/extended';
import { parse } from '../../lib/cel/parser';
import { showProblem } from '../../lib/cel/problem';
import { Program } from '../../lib/cel/program';
import { type CelResult, MapView } from '../../lib/cel/value';

const ENVIRONMENT = extend(EXTENDED, { variables: { x: DYN, y: DYN } });

function evaluate(source: string, activation: Record<string, unknown> = {}): CelResult {
  const { expr, problems } = parse(source, ENVIRONMENT);
  if (!expr) throw new Error(showProblem(source, problems[0]));
  return new Program(expr, ENVIRONMENT).evaluate(activation);
}

function codeOf(source: string, activation: Record<string, unknown> = {}): string | undefined {
  const result = evaluate(source, activation);
  return result instanceof CelError ? result.code : undefined;
}

function problemOf(source: string): string | undefined {
  return compile(source, ENVIRONMENT).problems?.[0].code;
}

describe('an expression built to do harm', () => {
  it.each([
    ['a megabyte of text', `"${'a'.repeat(1_000_000)}"`, 'too-long'],
    ['100,000 parentheses', '('.repeat(100_000), 'too-deep'],
    [
      '50,000 parentheses that are closed',
      `${'('.repeat(49_999)}1${')'.repeat(49_999)}`,
      'too-deep',
    ],
    ['lists in lists', '['.repeat(60_000), 'too-deep'],
    ['maps in maps', '{1:'.repeat(30_000), 'too-deep'],
    ['a long sum', `1${'+1'.repeat(40_000)}`, 'too-deep'],
    ['a long chain of fields', `x${'.a'.repeat(40_000)}`, 'too-deep'],
    ['a long chain of indexes', `x${'[0]'.repeat(30_000)}`, 'too-deep'],
    ['a long chain of methods', `x${'.size()'.repeat(10_000)}`, 'too-deep'],
    ['100,000 nots', '!'.repeat(99_999), 'too-deep'],
    ['choices in choices', 'true?1:'.repeat(10_000), 'too-deep'],
    ['a string without end', '"abc', 'syntax'],
    ['a lone surrogate', '\ud800', 'syntax'],
    ['nothing', ' \n// only a comment\n', 'syntax'],
    ['a number too large', '9223372036854775808', 'syntax'],
    ['an escape that names no character', '"\\uD800"', 'syntax'],
  ])('%s is refused', (_, source, code) => {
    expect(problemOf(source)).toBe(code);
  });

  it('may have thousands of conditions side by side', () => {
    const source = Array.from({ length: 5_000 }, (_, index) => `x == "${index}"`).join(' || ');
    expect(evaluate(source, { x: '4999' })).toBe(true);
  });

  it('runs out of steps where loops lie in loops', () => {
    const numbers = `[${Array.from({ length: 100 }, (_, index) => index).join(',')}]`;
    const nest = (depth: number): string =>
      depth === 0 ? 'true' : `${numbers}.all(v${depth}, ${nest(depth - 1)})`;
    expect(codeOf(nest(6))).toBe('too-costly');
    expect(codeOf(`${nest(6)} || true`)).toBe('too-costly');
    expect(codeOf(`[1].exists(i, ${nest(6)} || true)`)).toBe('too-costly');
  });

  it.each([
    ['strings that double', 's + s', '"aaaaaaaaaaaaaaaa"'],
    ['lists that double', 's + s', '[1, 2, 3, 4, 5, 6, 7, 8]'],
    ['replacements that multiply', 's.replace("a", s)', '"aaaaaaaaaaaaaaaa"'],
    ['joined copies', '[s, s, s].join(s)', '"aaaaaaaaaaaaaaaa"'],
    ['formatted copies', '"%s%s%s".format([s, s, s])', '"aaaaaaaaaaaaaaaa"'],
    ['comparisons of lists that share their parts', '[s, s]', '[1]'],
  ])('cannot fill the memory with %s', (_, grow, first) => {
    const body = (depth: number): string =>
      depth === 0
        ? 's == s && size(s) > 0 && s == [s]'
        : `cel.bind(s, ${grow}, ${body(depth - 1)})`;
    const result = evaluate(`cel.bind(s, ${first}, ${body(60)})`);
    expect(result instanceof CelError || typeof result === 'boolean').toBe(true);
  });

  it('compares values that share their parts in bounded time', () => {
    const twin = (depth: number): string =>
      depth === 0 ? 'a == b' : `cel.bind(a, [a, a], cel.bind(b, [b, b], ${twin(depth - 1)}))`;
    expect(codeOf(`cel.bind(a, [1], cel.bind(b, [1], ${twin(50)}))`)).toBe('too-costly');
  });

  it.each([
    ['nested quantifiers', '^(a+)+$'],
    ['alternatives that overlap', '^(a|aa)+$'],
    ['counted groups', '^((a{1,30}){1,30})$'],
  ])('cannot run away with %s in a pattern', (_, pattern) => {
    const text = `${'a'.repeat(50_000)}!`;
    const result = evaluate(`x.matches(${JSON.stringify(pattern)})`, { x: text });
    expect(result === false || (result as CelError).code === 'too-costly').toBe(true);
    expect(evaluate('x.matches(y)', { x: text, y: pattern })).toEqual(result);
  });

  it('is told about patterns that are none, or too large', () => {
    expect(problemOf('x.matches("(")')).toBe('regex');
    expect(problemOf('x.matches("(?=a)")')).toBe('regex');
    expect(problemOf(`x.matches("${'a'.repeat(5_000)}")`)).toBe('regex');
    expect(problemOf('x.matches("((((a{100}){100}){100}){100})")')).toBe('regex');
    expect(codeOf('x.matches(y)', { x: 'a', y: '(' })).toBe('invalid-argument');
  });
});

describe('data built to do harm', () => {
  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'shows no %s that nobody wrote',
    (name) => {
      expect(codeOf(`x.${name}`, { x: {} })).toBe('no-such-field');
      expect(codeOf(`x["${name}"]`, { x: {} })).toBe('no-such-key');
      expect(evaluate(`has(x.${name}) || "${name}" in x`, { x: {} })).toBe(false);
      expect(evaluate(`x.?${name}.hasValue()`, { x: {} })).toBe(false);
      expect(evaluate(`x.${name}`, { x: JSON.parse(`{"${name}": 1}`) })).toBe(1);
      expect(evaluate(`{"${name}": 1}.${name}`)).toBe(1);
    },
  );

  it('takes no name of Object for a variable', () => {
    const { expr } = parse('constructor', ENVIRONMENT);
    expect(new Program(expr!, ENVIRONMENT).evaluate({})).toMatchObject({
      code: 'unknown-variable',
    });
  });

  it('is not seen through the classes of values', () => {
    for (const name of ['value', 'seconds', 'length', 'entries', 'name', 'message', 'bits'])
      for (const value of ['1u', '1.0', 'duration("1s")', '[1]', 'b"a"', 'type(1)', 'ip("::1")'])
        expect(codeOf(`dyn(${value}).${name}`)).toBe('no-such-overload');
    expect(codeOf('{1: 2}.entries')).toBe('no-such-field');
  });

  it('may be nested as deeply as it likes', () => {
    const nested = (): unknown => {
      let value: unknown = 1;
      for (let depth = 0; depth < 100_000; depth++) value = [value];
      return value;
    };
    expect(codeOf('x == y', { x: nested(), y: nested() })).toBe('too-deep');
    expect(codeOf('x == y || true', { x: nested(), y: nested() })).toBe('too-deep');
    expect(codeOf('"%s".format([x])', { x: nested() })).toBe('too-deep');
  });

  it('may contain itself', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const twin: Record<string, unknown> = {};
    twin.self = twin;
    expect(codeOf('x == y', { x: cyclic, y: twin })).toBe('too-deep');
    expect(codeOf('"%s".format([x])', { x: cyclic })).toBe('too-deep');
    expect(evaluate('has(x.self.self.self)', { x: cyclic })).toBe(true);
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an integer beyond 64 bits', 2n ** 70n],
    ['a date that is none', new Date(Number.NaN)],
  ])('may be %s, which is no value', (_, value) => {
    expect(evaluate('x.a == 1', { x: { a: value } })).toBeInstanceOf(CelError);
    expect(evaluate('x.exists(e, e == 1)', { x: [value, 1] })).toBe(true);
  });

  it('may fail when it is read', () => {
    const failing = {
      get body(): string {
        throw new Error('the body is too large');
      },
    };
    expect(evaluate('x.body == "a"', { x: failing })).toMatchObject({
      code: 'host',
      message: 'a value could not be read: the body is too large',
    });
  });

  it('counts characters, not their halves', () => {
    expect(evaluate('size(x)', { x: '😀é' })).toBe(2);
    expect(evaluate('x.charAt(1)', { x: '😀b' })).toBe('b');
    expect(evaluate('x.indexOf("b")', { x: '😀b' })).toBe(1);
    expect(evaluate('x.substring(1)', { x: '😀b' })).toBe('b');
    expect(evaluate('x.size()', { x: '\ud83d' })).toBe(1);
    expect(evaluate('x < y', { x: '\uffff', y: '😀' })).toBe(true);
  });

  it('keeps to the rules of numbers at their edges', () => {
    expect(evaluate('x == 0 && string(x) == "0"', { x: -0 })).toBe(true);
    expect(evaluate('x == x || x < x || x > x', { x: Number.NaN })).toBe(false);
    expect(evaluate('x == x', { x: [Number.NaN] })).toBe(false);
    expect(codeOf('x + 1', { x: 9223372036854775807n })).toBe('overflow');
    expect(evaluate('x + 1', { x: 2 ** 53 - 1 })).toBe(2n ** 53n);
    expect(evaluate('x - 1', { x: 2n ** 53n })).toBe(2 ** 53 - 1);
    expect(evaluate('type(x) == double', { x: 1e300 })).toBe(true);
    expect(evaluate('type(x) == int', { x: 2 ** 60 })).toBe(true);
    expect(codeOf('-x', { x: -(2n ** 63n) })).toBe('overflow');
    expect(codeOf('x / 0', { x: 1 })).toBe('division-by-zero');
  });
});

describe('a program', () => {
  it('never throws, whatever it is given', () => {
    const sources = [
      ...['x == y', 'x + y', 'x < y', 'x in y', 'x[y]', 'x.a.b', 'size(x)', 'x.matches(y)', '-x'],
      ...['x.all(e, e == y)', 'x.map(e, e)', '"%s %d".format([x, y])', 'string(x)', 'x ? y : x'],
      ...['int(x)', 'timestamp(x)', 'duration(x)', 'x.sort()', 'x.replace(y, x)', 'x.?a[?y]'],
    ];
    const programs = sources.map(
      (source) => new Program(parse(source, ENVIRONMENT).expr!, ENVIRONMENT),
    );
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true });
    fc.assert(
      fc.property(fc.constantFrom(...programs), anything, anything, (program, x, y) => {
        program.evaluate({ x, y });
      }),
      { numRuns: 3_000 },
    );
  });

  it('is never made from nonsense by an exception', () => {
    const pieces = [
      ...[
        'x',
        '1',
        '"a"',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '.',
        ',',
        '?',
        ':',
        '+',
        '-',
        '!',
        '&&',
        '||',
      ],
      ...[
        '==',
        'in',
        'has(',
        '.all(e, ',
        'true',
        'null',
        "b'",
        '"""',
        '\\',
        '`',
        '🙂',
        '1e',
        '0x',
        'u',
      ],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), (parts) => {
        const source = parts.join('');
        const { problems } = compile(source, ENVIRONMENT);
        for (const problem of problems ?? []) showProblem(source, problem);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a view', () => {
  class Counting extends MapView {
    reads: string[] = [];

    get(key: unknown): unknown {
      this.reads.push(String(key));
      return key === 'host' ? 'example.com' : undefined;
    }

    keys(): string[] {
      return ['host'];
    }
  }

  it('computes what is read, and nothing else', () => {
    const view = new Counting();
    expect(evaluate('x.host == "example.com" || x.body == "a"', { x: view })).toBe(true);
    expect(view.reads).toEqual(['host']);
  });

  it('has its keys alone for fields', () => {
    const view = new Counting();
    expect(codeOf('x.reads', { x: view })).toBe('no-such-field');
    expect(evaluate('x == {"host": "example.com"}', { x: view })).toBe(true);
    expect(evaluate('x.map(k, k)', { x: view })).toEqual(['host']);
  });

  it('may be what holds the variables', () => {
    const { expr } = parse('host', ENVIRONMENT);
    expect(new Program(expr!, ENVIRONMENT).evaluate(new Counting())).toBe('example.com');
  });
});
