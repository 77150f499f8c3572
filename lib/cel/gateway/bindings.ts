import { type CelType, map, parameter } from '../cel-type';
import type { Expr, Loop, Span } from '../expression';
import { type FunctionRow, fn } from '../function-table';
import { declaredNames, type Macro, type MacroCall, MacroProblem } from '../macro';

const [KEY, VALUE] = [parameter('K'), parameter('V')];
const ANY_MAP: CelType = map(KEY, VALUE);

/** A name that users cannot write. */
const hidden = (name: string, span: Span): Expr => ({
  kind: 'ident',
  name,
  absolute: false,
  span,
});

/** `value.with(name, expression)`: the expression, with a name for the value. */
const bindWith: Macro = {
  name: 'with',
  receiver: true,
  arity: 2,
  doc: 'the expression, with a name for the value: json(request.body).with(b, b.a + b.c)',
  expand: ({ target, args: [name, body], span }) => {
    const names = declaredNames([name]);
    if (names instanceof MacroProblem) return names;
    return { kind: 'bind', variable: names[0], value: target!, body, strict: true, span };
  },
};

/** A macro over a map, and nothing but a map, that declares one name. */
function overMap(name: string, doc: string, loop: (name: string, body: Expr) => MapLoop): Macro {
  return {
    name,
    receiver: true,
    arity: 2,
    doc,
    expand: (call) => {
      const names = declaredNames([call.args[0]]);
      if (names instanceof MacroProblem) return names;
      return {
        kind: 'loop',
        macro: 'transformMap',
        range: onlyMap(name, call),
        ...loop(names[0], call.args[1]),
        span: call.span,
      };
    },
  };
}

type MapLoop = Pick<Loop, 'variables' | 'filter' | 'body'>;

function onlyMap(name: string, { target, span }: MacroCall): Expr {
  return { kind: 'call', name: `@${name}`, args: [target!], span };
}

export const BINDINGS: readonly Macro[] = [
  bindWith,
  overMap('mapValues', 'a map with the same keys and new values', (value, body) => ({
    variables: ['@key', value],
    body,
  })),
  overMap('filterKeys', 'the entries whose keys the condition admits', (key, filter) => ({
    variables: [key, '@value'],
    filter,
    body: hidden('@value', filter.span),
  })),
];

/** Lets maps through to the macros, and nothing else. */
export const MAPS_ONLY: readonly FunctionRow[] = ['@mapValues', '@filterKeys'].map((name) =>
  fn(name, [ANY_MAP], ANY_MAP, (entries) => entries as never, 'the map'),
);
