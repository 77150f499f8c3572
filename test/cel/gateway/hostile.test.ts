import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../../lib/cel/cel-error';
import { activation } from '../../../lib/cel/gateway/activation';
import { DIALECT } from '../../../lib/cel/gateway/dialect';
import { environmentFor } from '../../../lib/cel/gateway/environment';
import { HeaderView } from '../../../lib/cel/gateway/header-view';
import { compileRule } from '../../../lib/cel/gateway/rule';
import { parse } from '../../../lib/cel/parser';
import { Program } from '../../../lib/cel/program';

const HOST = { random: () => 0.5 };

function evaluate(source: string, llmRequest: unknown) {
  const environment = environmentFor('llm-request', HOST);
  const { expr, problems } = parse(source, environment);
  if (!expr) throw new Error(problems[0].message);
  return new Program(expr, environment).evaluate(activation({ llmRequest }));
}

const CALLS = DIALECT.functions
  .filter(({ name }) => /^\w/.test(name) && !name.startsWith('_'))
  .map(({ name, receiver, params, call }) => {
    const count = call.kind === 'variadic' || call.kind === 'lazy' ? 2 : params.length;
    const args = Array.from({ length: count }, (_, index) => `llmRequest[${index}]`);
    return receiver
      ? `${args[0]}.${name}(${args.slice(1).join(', ')})`
      : `${name}(${args.join(', ')})`;
  });

/** Values that functions trip over. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    '',
    '%',
    '%ff',
    '[',
    '(a+)+$',
    '$1',
    '=',
    '{"a":',
    '\ud800',
    '😀',
    'a.b.c',
    '::1',
  ),
  fc.constantFrom(null, -1, 0, 1, 2 ** 53, -(2 ** 53), 1.5, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom(2n ** 63n - 1n, new Uint8Array([255, 0]), new HeaderView(['a', 'b', 'a', 'c'])),
  fc.string(),
  fc.jsonValue(),
);

describe('whatever they are given', () => {
  it('no function breaks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...new Set(CALLS)),
        fc.array(anything, { minLength: 4, maxLength: 4 }),
        (source, values) => {
          const result = evaluate(source, values);
          if (result instanceof CelError) expect(result.code).not.toBe('host');
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('macros over maps do not break either', () => {
    fc.assert(
      fc.property(anything, (value) => {
        for (const source of [
          'llmRequest.v.mapValues(x, [x])',
          'llmRequest.v.filterKeys(k, k != "a")',
          'llmRequest.v.with(x, toJson([x, x]))',
          'llmRequest.v.merge({"a": llmRequest.v})',
        ]) {
          const result = evaluate(source, { v: value });
          if (result instanceof CelError) expect(result.code).not.toBe('host');
        }
      }),
    );
  });

  it('a rule gives an answer, or problems, for any source', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (source) => {
        const { rule, problems } = compileRule(source, 'route');
        expect(rule ? rule.matches(activation({})) : problems?.length).toBeDefined();
      }),
    );
  });
});

describe('what would take too long ends', () => {
  const long = 'a'.repeat(100_000);
  const list = Array.from({ length: 2000 }, (_, index) => index);

  it.each([
    ['llmRequest.l.map(x, llmRequest.l.map(y, llmRequest.s)).size() == 0', 'too-costly'],
    ['llmRequest.l.all(x, toJson(llmRequest) != "")', 'too-costly'],
    ['llmRequest.l.map(x, llmRequest.s.regexReplace("(a+)+$", "b")).size() == 0', 'too-costly'],
    ['coalesce(llmRequest.l.map(x, llmRequest.l.contains(-1)).size(), 1) == 1', 'too-costly'],
    ['default(llmRequest.l.map(x, llmRequest.l.map(y, y)).none, 1) == 1', 'too-costly'],
  ])('%s', (source, code) => {
    expect(evaluate(source, { l: list, s: long })).toMatchObject({ code });
  });
});
