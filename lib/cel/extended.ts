import { type Environment, extend } from './environment';
import { ENCODERS } from './ext/encoders';
import { FORMAT } from './ext/format';
import { LIST_EXTENSION } from './ext/lists';
import { MATH } from './ext/math';
import { NETWORK } from './ext/network';
import { OPTIONALS } from './ext/optionals';
import { SETS } from './ext/sets';
import { STRING_EXTENSION } from './ext/strings';
import { STANDARD } from './standard';
import { BINDING_MACROS, OPTIONAL_MACROS, SORT_MACROS, TWO_VARIABLE_MACROS } from './std/macros';

/** The language with the extensions of cel-go that its conformance data knows. */
export const EXTENDED: Environment = extend(STANDARD, {
  functions: [
    ...STRING_EXTENSION,
    ...FORMAT,
    ...LIST_EXTENSION,
    ...MATH,
    ...SETS,
    ...ENCODERS,
    ...OPTIONALS,
    ...NETWORK,
  ],
  macros: [...BINDING_MACROS, ...OPTIONAL_MACROS, ...SORT_MACROS, ...TWO_VARIABLE_MACROS],
});
