import type { Environment } from '../environment';
import { MATH } from '../ext/math';
import { NETWORK } from '../ext/network';
import { OPTIONALS } from '../ext/optionals';
import { STRING_EXTENSION } from '../ext/strings';
import type { FunctionRow } from '../function-table';
import { type Macro, MacroProblem } from '../macro';
import { STANDARD } from '../standard';
import { ABSENCE } from './absence';
import { BINDINGS, MAPS_ONLY } from './bindings';
import { BITS } from './bits';
import { COLLECTIONS } from './collections';
import { ENCODINGS } from './encodings';
import { FALLBACKS } from './fallback';
import { HEADER_FUNCTIONS } from './header-functions';
import { JSON_FUNCTIONS } from './json';
import { JWT_PAYLOAD } from './jwt-payload';
import { MERGE } from './merge';
import { QUERY_FUNCTIONS } from './query-functions';
import { REGEX_REPLACE } from './regex-replace';
import { STRINGS } from './strings';
import { UNREDACTED } from './unredacted';
import { PRESENCE } from './whole';

function named(rows: readonly FunctionRow[], names: readonly string[]): readonly FunctionRow[] {
  return rows.filter(({ name }) => names.includes(name));
}

function without(rows: readonly FunctionRow[], names: readonly string[]): readonly FunctionRow[] {
  return rows.filter(({ name }) => !names.includes(name));
}

/** Methods that may be called as functions as well: `contains(jwt.roles, "admin")`. */
const EITHER = ['contains', 'startsWith', 'endsWith'];

function asFunctions(rows: readonly FunctionRow[]): readonly FunctionRow[] {
  return named(rows, EITHER).map((row) => ({ ...row, receiver: false }));
}

const STANDARD_FUNCTIONS = without(STANDARD.functions, ['bool', 'dyn']).filter(
  ({ name, params }) => !(/^get[A-Z]/.test(name) && params.length > 1),
);

/** `all` and `exists` fail at the first entry that does, unless one before it has decided. */
function endingAtErrors(macro: Macro): Macro {
  return {
    ...macro,
    expand: (call) => {
      const made = macro.expand(call);
      return made instanceof MacroProblem || made?.kind !== 'loop'
        ? made
        : { ...made, strict: true };
    },
  };
}

/**
 * The language as agentgateway speaks it: the standard one and the extensions that it has, with what it has alone. What
 * other implementations know beyond that is unknown here, since it would be unknown there.
 */
export const DIALECT: Environment = {
  variables: {},
  textInText: true,
  functions: [
    ...STANDARD_FUNCTIONS,
    ...named(STRING_EXTENSION, ['join', 'lowerAscii', 'upperAscii', 'trim', 'replace']),
    ...STRINGS,
    ...MATH,
    ...BITS,
    ...without(NETWORK, ['ip.isCanonical', 'isCIDR']),
    ...without(OPTIONALS, ['optional.unwrap', 'unwrapOpt', 'first', 'last']),
    ...COLLECTIONS,
    ...asFunctions([...STANDARD_FUNCTIONS, ...COLLECTIONS]),
    ...ABSENCE,
    ...FALLBACKS,
    ...JSON_FUNCTIONS,
    ...JWT_PAYLOAD,
    ...ENCODINGS,
    ...MERGE,
    ...MAPS_ONLY,
    ...REGEX_REPLACE,
    ...HEADER_FUNCTIONS,
    ...QUERY_FUNCTIONS,
    ...PRESENCE,
  ],
  macros: [...STANDARD.macros.map(endingAtErrors), ...BINDINGS, UNREDACTED],
};
