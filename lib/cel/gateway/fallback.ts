import { CelError, type CelErrorCode } from '../cel-error';
import { DYN, STRING } from '../cel-type';
import { type FunctionRow, fn, lazy, lazyVariadic } from '../function-table';
import type { CelResult } from '../value';

type Lazy = () => CelResult;

/** What makes a value missing, as against wrong. */
const MISSING: readonly CelErrorCode[] = ['no-such-key', 'no-such-field', 'unknown-variable'];

function orDefault([value, otherwise]: readonly Lazy[]): CelResult {
  const given = value();
  if (given === null) return otherwise();
  return given instanceof CelError && MISSING.includes(given.code) ? otherwise() : given;
}

/** The first that is neither null nor an error; of nulls and errors null, of errors the last. */
function coalesce(args: readonly Lazy[]): CelResult {
  let result: CelResult | undefined;
  for (const arg of args) {
    const given = arg();
    if (given !== null && !(given instanceof CelError)) return given;
    if (result !== null) result = given;
  }
  return result ?? null;
}

/** What to take where there is nothing, or where an expression fails. */
export const FALLBACKS: readonly FunctionRow[] = [
  lazy(
    'default',
    [DYN, DYN],
    DYN,
    orDefault,
    'the first, or the second where the first is missing',
  ),
  lazyVariadic('coalesce', DYN, DYN, coalesce, 'the first that is neither null nor fails'),
  fn(
    'fail',
    [STRING],
    DYN,
    (reason) => new CelError(`fail() was called: ${reason}`),
    'always fails, for this reason',
  ),
];
