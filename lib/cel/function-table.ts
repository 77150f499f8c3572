import type { Budget } from './budget';
import type { CelType } from './cel-type';
import type { CelResult, CelValue } from './value';

/**
 * One overload of a function: name, types and implementation. Adding a function to an environment is adding a row;
 * several rows of a name are overloads, of which a call takes the first whose types fit.
 */
export interface FunctionRow {
  /** `size`, `math.greatest`; operators as `_+_`, `-_`, `@in`. */
  readonly name: string;
  /** `target.name(…)` rather than `name(…)`; the target is the first parameter. */
  readonly receiver: boolean;
  readonly params: readonly CelType[];
  readonly result: CelType;
  readonly doc: string;
  readonly call: Implementation;
}

export type Implementation =
  | { readonly kind: 'strict'; readonly run: (...args: never[]) => CelResult }
  /** Any number of arguments of the one parameter's type. */
  | { readonly kind: 'variadic'; readonly run: VariadicRun }
  /** Receives its arguments unevaluated, and may evaluate each any number of times, or never. */
  | {
      readonly kind: 'lazy';
      readonly run: LazyRun;
      /** Any number of arguments of the one parameter's type. @default false - as many as parameters */
      readonly any?: boolean;
    };

type LazyRun = (args: readonly (() => CelResult)[]) => CelResult;

type VariadicRun = (args: readonly CelValue[], budget: Budget) => CelResult;

/** Whether a call may have any number of arguments, all of the one parameter's type. */
export function takesAny({ call }: FunctionRow): boolean {
  return call.kind === 'variadic' || (call.kind === 'lazy' && call.any === true);
}

type Values<T extends readonly CelType[]> = {
  readonly [K in keyof T]: T[K] extends CelType<infer V> ? V : never;
};
type Run<T extends readonly CelType[]> = (...args: [...Values<T>, Budget]) => CelResult;

/** `name(…)`. The implementation also receives the budget, after the arguments. */
export function fn<T extends readonly CelType[] | []>(
  name: string,
  params: T,
  result: CelType,
  run: Run<T>,
  doc: string,
): FunctionRow {
  const call = { kind: 'strict', run: run as unknown as (...args: never[]) => CelResult } as const;
  return { name, receiver: false, params, result, doc, call };
}

/** `target.name(…)`: the target is the first parameter. */
export function method<T extends readonly CelType[] | []>(
  name: string,
  params: T,
  result: CelType,
  run: Run<T>,
  doc: string,
): FunctionRow {
  return { ...fn(name, params, result, run, doc), receiver: true };
}

/** `name(a, b, …)` with one or more arguments of one type. */
export function variadic(
  name: string,
  param: CelType,
  result: CelType,
  run: VariadicRun,
  doc: string,
): FunctionRow {
  const call = { kind: 'variadic', run } as const;
  return { name, receiver: false, params: [param], result, doc, call };
}

/**
 * `name(…)` whose arguments are evaluated by the implementation itself, if at all.
 *
 * @example lazy('default', [A, A], A, ([value, otherwise]) => recover(value(), otherwise), 'the value, or …')
 */
export function lazy(
  name: string,
  params: readonly CelType[],
  result: CelType,
  run: LazyRun,
  doc: string,
): FunctionRow {
  return { name, receiver: false, params, result, doc, call: { kind: 'lazy', run } };
}

/** `name(a, b, …)` with one or more arguments, evaluated by the implementation itself. */
export function lazyVariadic(
  name: string,
  param: CelType,
  result: CelType,
  run: LazyRun,
  doc: string,
): FunctionRow {
  const call = { kind: 'lazy', run, any: true } as const;
  return { name, receiver: false, params: [param], result, doc, call };
}

/** `target.name(…)`, the target being the first of what is not evaluated. */
export function lazyMethod(
  name: string,
  params: readonly CelType[],
  result: CelType,
  run: LazyRun,
  doc: string,
): FunctionRow {
  return { ...lazy(name, params, result, run, doc), receiver: true };
}
