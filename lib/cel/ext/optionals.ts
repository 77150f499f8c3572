import { CelError } from '../cel-error';
import { BOOL, DYN, LIST, list, optional, parameter } from '../cel-type';
import { type FunctionRow, fn, lazyMethod, method } from '../function-table';
import {
  adopt,
  type CelResult,
  type CelValue,
  Double,
  Duration,
  isMap,
  Optional,
  sizeOfMap,
  Uint,
} from '../value';

const A = parameter('A');
const OPTIONAL = optional(A);

function value(given: Optional): CelResult {
  return given.value ?? new CelError('the optional is empty, so it has no value');
}

/** What a field has that nobody wrote. */
function isZero(given: CelValue): boolean {
  if (given === null || given === false || given === 0 || given === '') return true;
  if (Array.isArray(given) || given instanceof Uint8Array) return given.length === 0;
  if (given instanceof Double) return given.value === 0;
  if (given instanceof Uint) return given.value === 0n;
  if (given instanceof Duration) return given.seconds === 0 && given.nanos === 0;
  return isMap(given) && sizeOfMap(given) === 0;
}

function unwrap(entries: readonly unknown[]): CelResult {
  const values: CelValue[] = [];
  for (const entry of entries) {
    if (!(entry instanceof Optional))
      return new CelError('no such overload: a list of optionals is expected', 'no-such-overload');
    if (entry.value !== undefined) values.push(entry.value);
  }
  return values;
}

function orElse(given: CelResult, otherwise: () => CelResult): CelResult {
  if (given instanceof CelError) return given;
  if (!(given instanceof Optional)) return notOptional();
  if (given.value !== undefined) return given;
  const other = otherwise();
  return other instanceof CelError || other instanceof Optional ? other : notOptional();
}

function orValue(given: CelResult, otherwise: () => CelResult): CelResult {
  if (given instanceof CelError) return given;
  if (!(given instanceof Optional)) return notOptional();
  return given.value === undefined ? otherwise() : given.value;
}

function notOptional(): CelError {
  return new CelError('no such overload: an optional is expected', 'no-such-overload');
}

function optionalEntry(entries: readonly unknown[], at: number): CelResult {
  if (entries.length === 0) return Optional.NONE;
  const entry = adopt(entries.at(at));
  return entry instanceof CelError ? entry : Optional.of(entry);
}

/** Values that may be missing: `a.?b`, `a[?0]`, `{?'key': optional}`. */
export const OPTIONALS: readonly FunctionRow[] = [
  fn(
    'optional.of',
    [A],
    OPTIONAL,
    (given) => Optional.of(given as CelValue),
    'an optional with the value',
  ),
  fn('optional.none', [], optional(DYN), () => Optional.NONE, 'an optional without a value'),
  fn(
    'optional.ofNonZeroValue',
    [A],
    OPTIONAL,
    (given) => (isZero(given as CelValue) ? Optional.NONE : Optional.of(given as CelValue)),
    'an optional that is empty for 0, "", [] and the like',
  ),
  fn('optional.unwrap', [list(OPTIONAL)], list(A), unwrap, 'the values that are there'),
  method('unwrapOpt', [list(OPTIONAL)], list(A), unwrap, 'the values that are there'),
  method(
    'hasValue',
    [OPTIONAL],
    BOOL,
    (given) => given.value !== undefined,
    'whether it has a value',
  ),
  method('value', [OPTIONAL], A, value, 'the value; an error where there is none'),
  lazyMethod(
    'or',
    [OPTIONAL, OPTIONAL],
    OPTIONAL,
    ([given, other]) => orElse(given(), other),
    'itself, or the other where it is empty',
  ),
  lazyMethod(
    'orValue',
    [OPTIONAL, A],
    A,
    ([given, other]) => orValue(given(), other),
    'the value, or the other one where it is empty',
  ),
  method(
    'first',
    [LIST],
    optional(DYN),
    (entries) => optionalEntry(entries, 0),
    'the first entry, if there is one',
  ),
  method(
    'last',
    [LIST],
    optional(DYN),
    (entries) => optionalEntry(entries, -1),
    'the last entry, if there is one',
  ),
];
