import type { LoopMacro } from '../expression';
import { declaredNames, type Macro, MacroProblem } from '../macro';

/** A macro over a list or map that declares one variable or two: `list.all(x, x > 0)`, `map.all(key, value, …)`. */
function loop(
  name: string,
  macro: LoopMacro,
  variables: 1 | 2,
  doc: string,
  filtered = false,
): Macro {
  return {
    name,
    receiver: true,
    arity: variables + (filtered ? 2 : 1),
    doc,
    expand: ({ target, args, span }) => {
      const names = declaredNames(args.slice(0, variables));
      if (names instanceof MacroProblem) return names;
      return {
        kind: 'loop',
        macro,
        range: target!,
        variables: names as [string] | [string, string],
        ...(filtered && { filter: args[variables] }),
        body: args[args.length - 1],
        span,
      };
    },
  };
}

const has: Macro = {
  name: 'has',
  receiver: false,
  arity: 1,
  doc: 'whether a field is there: has(jwt.sub)',
  expand: ({ args: [field], span }) => {
    if (field.kind === 'select' && !field.test) return { ...field, test: true, span };
    return new MacroProblem('has() takes a field, such as has(jwt.sub)', field.span);
  },
};

/** The macros of the language itself. */
export const STANDARD_MACROS: readonly Macro[] = [
  has,
  loop('all', 'all', 1, 'whether the condition holds for every entry'),
  loop('exists', 'exists', 1, 'whether the condition holds for some entry'),
  loop('exists_one', 'existsOne', 1, 'whether the condition holds for one entry and no other'),
  loop('existsOne', 'existsOne', 1, 'whether the condition holds for one entry and no other'),
  loop('filter', 'filter', 1, 'the entries for which the condition holds'),
  loop('map', 'map', 1, 'what the expression gives for each entry'),
  loop('map', 'map', 1, 'what the expression gives for each entry that the condition admits', true),
];

/** The macros with two variables: index and entry of a list, key and value of a map. */
export const TWO_VARIABLE_MACROS: readonly Macro[] = [
  loop('all', 'all', 2, 'whether the condition holds for every entry'),
  loop('exists', 'exists', 2, 'whether the condition holds for some entry'),
  loop('exists_one', 'existsOne', 2, 'whether the condition holds for one entry and no other'),
  loop('existsOne', 'existsOne', 2, 'whether the condition holds for one entry and no other'),
  loop('transformList', 'map', 2, 'a list of what the expression gives for each entry'),
  loop('transformList', 'map', 2, 'the same, for the entries that the condition admits', true),
  loop('transformMap', 'transformMap', 2, 'a map with the same keys and new values'),
  loop('transformMap', 'transformMap', 2, 'the same, of the keys that the condition admits', true),
  loop(
    'transformMapEntry',
    'transformMapEntry',
    2,
    'a map of what each entry becomes: {key: value}',
  ),
  loop('transformMapEntry', 'transformMapEntry', 2, 'the same, of the entries admitted', true),
];

/** `cel.bind(name, value, expression)`. */
export const BINDING_MACROS: readonly Macro[] = [
  {
    name: 'bind',
    receiver: true,
    arity: 3,
    doc: 'the expression, with a name for a value: cel.bind(x, 1 + 1, x * x)',
    expand: ({ target, args: [name, value, body], span }) => {
      if (target?.kind !== 'ident' || target.name !== 'cel') return undefined;
      const names = declaredNames([name]);
      if (names instanceof MacroProblem) return names;
      return { kind: 'bind', variable: names[0], value, body, span };
    },
  },
];

function optionalMap(name: string, flat: boolean, doc: string): Macro {
  return {
    name,
    receiver: true,
    arity: 2,
    doc,
    expand: ({ target, args: [variable, body], span }) => {
      const names = declaredNames([variable]);
      if (names instanceof MacroProblem) return names;
      return { kind: 'optMap', target: target!, variable: names[0], body, flat, span };
    },
  };
}

export const OPTIONAL_MACROS: readonly Macro[] = [
  optionalMap('optMap', false, 'an optional of what the expression gives for the value, if any'),
  optionalMap('optFlatMap', true, 'the optional that the expression gives for the value, if any'),
];

export const SORT_MACROS: readonly Macro[] = [
  loop('sortBy', 'sortBy', 1, 'the list in the order of what the expression gives for each entry'),
];
