import { DYN, optional } from '../cel-type';
import type { Expr, Span } from '../expression';
import { type FunctionRow, fn } from '../function-table';
import type { Macro } from '../macro';
import { type CelValue, Optional } from '../value';

const PRESENT = '@present';

/** `variables()`: a map of the variables that have a value. */
export function variablesMacro(names: readonly string[]): Macro {
  return {
    name: 'variables',
    receiver: false,
    arity: 0,
    doc: 'everything that can be read; a body is waited for',
    expand: ({ span }) => ({
      kind: 'map',
      entries: names.map((name) => ({
        key: { kind: 'literal', value: name, span },
        value: present(name, span),
        optional: true,
      })),
      span,
    }),
  };
}

function present(name: string, span: Span): Expr {
  const variable: Expr = { kind: 'ident', name, absolute: true, span };
  return { kind: 'call', name: PRESENT, args: [variable], span };
}

/** Behind `variables()`, and out of reach of users. */
export const PRESENCE: readonly FunctionRow[] = [
  fn(
    PRESENT,
    [DYN],
    optional(DYN),
    (value) => (value === null ? Optional.NONE : Optional.of(value as CelValue)),
    'an optional that is empty for null',
  ),
];
