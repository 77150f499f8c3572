import { CelError } from './cel-error';
import { DYN } from './cel-type';
import { type Environment, extend } from './environment';
import { FORMAT } from './ext/format';
import { KUBERNETES_LISTS, LIST_EXTENSION } from './ext/lists';
import { MATH } from './ext/math';
import { NETWORK } from './ext/network';
import { OPTIONALS } from './ext/optionals';
import { QUANTITIES } from './ext/quantity';
import { REGEX } from './ext/regex';
import { SETS } from './ext/sets';
import { STRING_EXTENSION } from './ext/strings';
import { SUM } from './ext/sum';
import { URLS } from './ext/url';
import { parse } from './parser';
import { Program } from './program';
import { STANDARD } from './standard';
import { BINDING_MACROS, OPTIONAL_MACROS, SORT_MACROS, TWO_VARIABLE_MACROS } from './std/macros';

const ESCAPES: Readonly<Record<string, string>> = {
  underscores: '__',
  dot: '.',
  dash: '-',
  slash: '/',
};
const RESERVED = [
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for'],
  ...['function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var'],
  ...['void', 'while'],
];
const ESCAPED = /__(underscores|dot|dash|slash)__/g;
const ESCAPED_WORD = /^__([a-z]+)__$/;

/** The field that an escaped name means: `__namespace__` is `namespace`, `a__dash__b` is `a-b`. */
export function fieldName(written: string): string {
  if (!written.includes('__')) return written;
  const word = ESCAPED_WORD.exec(written)?.[1];
  if (word && RESERVED.includes(word)) return word;
  return written.replace(ESCAPED, (_, name: string) => ESCAPES[name]);
}

/**
 * What an API server runs rules of CRDs in. `self` is the value that the rule stands at, `oldSelf` the one that an update
 * replaces; where nothing is replaced, rules that ask for it decide nothing.
 */
export const KUBERNETES: Environment = extend(STANDARD, {
  variables: { self: DYN, oldSelf: DYN },
  functions: [
    ...STRING_EXTENSION,
    ...FORMAT,
    ...LIST_EXTENSION,
    ...KUBERNETES_LISTS,
    ...SUM,
    ...REGEX,
    ...MATH,
    ...SETS,
    ...OPTIONALS,
    ...QUANTITIES,
    ...URLS,
    ...NETWORK,
  ],
  macros: [...BINDING_MACROS, ...OPTIONAL_MACROS, ...SORT_MACROS, ...TWO_VARIABLE_MACROS],
  fieldName,
});

/**
 * A validation rule of a CRD, ready to run over plain JSON as `self`: true where it holds, false where it is violated, an
 * error where it cannot be evaluated.
 */
export function validationRule(expression: string): (self: unknown) => boolean | CelError {
  const { expr, problems } = parse(expression, KUBERNETES);
  if (!expr) {
    const error = new CelError(problems[0].message, 'invalid-argument', problems[0].span.start);
    return () => error;
  }
  const program = new Program(expr, KUBERNETES);
  return (self) => {
    const result = program.evaluate({ self });
    if (typeof result === 'boolean' || result instanceof CelError) return result;
    return new CelError('the rule gives no bool', 'no-such-overload');
  };
}
