import {
  celEnv,
  isCelError,
  isCelList,
  isCelMap,
  isCelUint,
  parse as parseOther,
  plan,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../lib/cel/cel-error';
import { extend } from '../../lib/cel/environment';
import { STRING_EXTENSION } from '../../lib/cel/ext/strings';
import { parse } from '../../lib/cel/parser';
import { Program } from '../../lib/cel/program';
import { STANDARD } from '../../lib/cel/standard';
import { shown } from './spec-value';

const ENVIRONMENT = extend(STANDARD, { functions: STRING_EXTENSION });
const OTHER = celEnv({ funcs: strings });

function ours(source: string): string {
  const { expr, problems } = parse(source, ENVIRONMENT);
  if (!expr) return `no expression: ${problems[0].message}`;
  const result = new Program(expr, ENVIRONMENT).evaluate({});
  return result instanceof CelError ? 'error' : shown(result);
}

function theirs(source: string): string {
  const result = plan(OTHER, parseOther(source))({});
  return isCelError(result) ? 'error' : shownOther(result);
}

/** As `shown`, for the values of the other engine. */
function shownOther(value: unknown): string {
  if (typeof value === 'bigint') return `int ${value}`;
  if (typeof value === 'number') return `double ${Object.is(value, -0) ? 0 : value}`;
  if (isCelUint(value)) return `uint ${value.value}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (isCelList(value)) return `[${[...value].map(shownOther).join(', ')}]`;
  if (isCelMap(value)) {
    const entries = [...value].map(([key, entry]) => `${shownOther(key)}: ${shownOther(entry)}`);
    return `{${entries.sort().join(', ')}}`;
  }
  return JSON.stringify(value);
}

const TEXTS = ['', 'a', 'ab', 'abc', 'é', '😀b', ' a ', '12', '-7', '1.5', 'true', '/x/y'];
const number = fc.oneof(
  fc.constantFrom('0', '1', '2', '-1', '7', '9223372036854775807', '-9223372036854775808'),
  fc.constantFrom('0.5', '1.0', '-1.5', '2.5', '1e10', '9007199254740993.0'),
  fc.constantFrom('0u', '1u', '5u', '18446744073709551615u'),
);
const literal = fc.oneof(
  number,
  fc.constantFrom('true', 'false', 'null', "b'ab'", "b''"),
  fc.constantFrom(...TEXTS).map((text) => JSON.stringify(text)),
);

const index = fc.oneof(number, fc.constantFrom('v', '"k"', '"m"', 'null', '[0]'));

const BINARY = ['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', '&&', '||', 'in'];
const FUNCTIONS = ['size', 'string', 'bool', 'bytes', 'dyn'];
const NUMBERS = ['int', 'uint', 'double'];
const METHODS = ['contains', 'startsWith', 'endsWith', 'indexOf', 'lastIndexOf', 'split'];
const MACROS = ['all', 'exists', 'exists_one', 'map', 'filter'];

/**
 * Left out is what the other engine is known to take and the specification is not: texts that are no numbers as numbers,
 * `!!` and `--` of anything, `has` of what fails, a null that is not there, bools as positions, zero without its sign.
 */
function applied(operator: string, operand: string): string {
  return operand.startsWith(operator) ? operand : `${operator}(${operand})`;
}

/** Expressions of everything that both engines know, `v` being the variable of macros. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      literal,
      fc.constant('v'),
      fc.tuple(inner, fc.constantFrom(...BINARY), inner).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(inner, inner, inner).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(fc.constantFrom(...FUNCTIONS), inner).map(([name, a]) => `${name}(${a})`),
      fc.tuple(fc.constantFrom('!', '-'), inner).map(([operator, a]) => applied(operator, a)),
      fc.tuple(fc.constantFrom(...NUMBERS), number).map(([name, a]) => `${name}(${a})`),
      fc
        .tuple(inner, fc.constantFrom(...METHODS), inner)
        .map(([a, name, b]) => `(${a}).${name}(${b})`),
      fc.array(inner, { maxLength: 3 }).map((entries) => `[${entries.join(', ')}]`),
      fc.tuple(inner, inner).map(([a, b]) => `{"k": ${a}, "l": ${b}}`),
      fc.tuple(inner, index).map(([a, b]) => `(${a})[${b}]`),
      fc.tuple(inner, fc.constantFrom('k', 'm')).map(([a, field]) => `(${a}).${field}`),
      fc.tuple(number, fc.constantFrom('k', 'm')).map(([a, field]) => `has({"k": ${a}}.${field})`),
      fc.tuple(literal, fc.constantFrom('k', 'm')).map(([a, field]) => `has((${a}).${field})`),
      fc
        .tuple(inner, fc.constantFrom(...MACROS), inner)
        .map(([range, macro, body]) => `(${range}).${macro}(v, ${body})`),
    ),
  };
});

describe('another engine', () => {
  it('gives the same for the same expression', () => {
    fc.assert(
      fc.property(expression, (source) => {
        expect({ source, gives: ours(source) }).toEqual({ source, gives: theirs(source) });
      }),
      { numRuns: 5_000, seed: 20_261_121 },
    );
  });
});
