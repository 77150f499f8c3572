import type { Budget } from './budget';
import { CelError } from './cel-error';
import { guardOf } from './cel-type';
import type { Frame, Step } from './frame';
import { type FunctionRow, takesAny } from './function-table';
import { type CelResult, type CelValue, typeName } from './value';

type Run = (...args: unknown[]) => CelResult;

interface Candidate {
  readonly accepts: (args: readonly unknown[]) => boolean;
  readonly run: Run;
}

/** A call of a function with overloads: the first whose types fit runs. */
export function call(
  name: string,
  rows: readonly FunctionRow[],
  args: readonly Step[],
  at: number,
): Step {
  const lazyRow = rows.find(
    (row) =>
      row.call.kind === 'lazy' &&
      (takesAny(row) ? args.length > 0 : row.params.length === args.length),
  );
  if (lazyRow?.call.kind === 'lazy') return lazyCall(lazyRow.call.run, args, at);
  const variadicRow = rows.find((row) => row.call.kind === 'variadic');
  if (variadicRow && args.length > 0) return variadicCall(name, rows, args, at);
  const fitting = rows.filter(
    (row) => row.call.kind === 'strict' && row.params.length === args.length,
  );
  if (fitting.length === 1 && args.length === 1) return unary(name, fitting[0], args[0], at);
  if (fitting.length === 1 && args.length === 2) return binary(name, fitting[0], args, at);
  return overloaded(name, fitting.map(candidate), args, at);
}

function candidate(row: FunctionRow): Candidate {
  const guards = row.params.map(guardOf);
  return {
    accepts: (args) => guards.every((guard, index) => guard(args[index])),
    run: row.call.run as unknown as Run,
  };
}

function overloaded(
  name: string,
  candidates: readonly Candidate[],
  args: readonly Step[],
  at: number,
): Step {
  return (frame) => {
    const values = evaluateAll(args, frame);
    if (values instanceof CelError) return values;
    for (const value of values) spendOn(value, frame);
    const found = candidates.find(({ accepts }) => accepts(values));
    if (!found) return noSuchOverload(name, values, at);
    return located(found.run(...values, frame), at);
  };
}

function unary(name: string, row: FunctionRow, arg: Step, at: number): Step {
  const guard = guardOf(row.params[0]);
  const run = row.call.run as unknown as Run;
  return (frame) => {
    const value = arg(frame);
    if (value instanceof CelError) return value;
    if (!guard(value)) return noSuchOverload(name, [value], at);
    spendOn(value, frame);
    return located(run(value, frame), at);
  };
}

function binary(name: string, row: FunctionRow, args: readonly Step[], at: number): Step {
  const [left, right] = args;
  const [leftGuard, rightGuard] = row.params.map(guardOf);
  const run = row.call.run as unknown as Run;
  return (frame) => {
    const a = left(frame);
    if (a instanceof CelError) return a;
    const b = right(frame);
    if (b instanceof CelError) return b;
    if (!leftGuard(a) || !rightGuard(b)) return noSuchOverload(name, [a, b], at);
    spendOn(a, frame);
    spendOn(b, frame);
    return located(run(a, b, frame), at);
  };
}

function variadicCall(
  name: string,
  rows: readonly FunctionRow[],
  args: readonly Step[],
  at: number,
): Step {
  const candidates = rows.map((row) => ({
    guard: guardOf(row.params[0]),
    run: row.call.run as unknown as Run,
    most: row.call.kind === 'variadic' ? Number.POSITIVE_INFINITY : row.params.length,
    variadic: row.call.kind === 'variadic',
  }));
  return (frame) => {
    const values = evaluateAll(args, frame);
    if (values instanceof CelError) return values;
    for (const value of values) spendOn(value, frame);
    const found = candidates.find(
      ({ guard, most }) => values.length <= most && values.every(guard),
    );
    if (!found) return noSuchOverload(name, values, at);
    const { run, variadic } = found;
    return located(variadic ? run(values, frame) : run(...values, frame), at);
  };
}

function lazyCall(
  run: (args: readonly (() => CelResult)[]) => CelResult,
  args: readonly Step[],
  at: number,
): Step {
  return (frame) => located(run(args.map((arg) => () => arg(frame))), at);
}

function evaluateAll(args: readonly Step[], frame: Frame): CelValue[] | CelError {
  const values: CelValue[] = [];
  for (const arg of args) {
    const value = arg(frame);
    if (value instanceof CelError) return value;
    values.push(value);
  }
  return values;
}

const FREE_SIZE = 32;

/** Long values make work. */
export function spendOn(value: CelValue, budget: Budget): void {
  if (typeof value === 'string') {
    if (value.length > FREE_SIZE) budget.spend(value.length >> 5);
  } else if (Array.isArray(value)) budget.spend(value.length);
}

/** The error with the place of the call, where it has none yet. */
export function located(result: CelResult, at: number): CelResult {
  if (!(result instanceof CelError) || result.at !== undefined) return result;
  return new CelError(result.message, result.code, at);
}

export function noSuchOverload(name: string, values: readonly CelValue[], at: number): CelError {
  const shown = `${showFunction(name)}(${values.map(typeName).join(', ')})`;
  return new CelError(`no such overload: ${shown}`, 'no-such-overload', at);
}

/** A function as users write it: `_+_` is `+`. */
export function showFunction(name: string): string {
  return name.replace(/^@/, '').replace(/^_|_$/g, '') || name;
}
