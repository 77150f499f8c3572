import type { Environment } from './environment';
import { ARITHMETIC } from './std/arithmetic';
import { COMPARISON } from './std/comparison';
import { CONVERSIONS } from './std/conversions';
import { STANDARD_MACROS } from './std/macros';
import { STRINGS } from './std/strings';
import { TIME } from './std/time';

/** The language as its specification has it, without extensions. */
export const STANDARD: Environment = {
  variables: {},
  functions: [...ARITHMETIC, ...COMPARISON, ...STRINGS, ...TIME, ...CONVERSIONS],
  macros: STANDARD_MACROS,
};
