import type { Budget } from './budget';
import { noSuchOverload } from './calls';
import { CelError } from './cel-error';
import { equals } from './equality';
import type { Step } from './frame';
import { compare } from './ordering';
import { adopt, type CelResult, type CelValue, isMap, lookup, typeName } from './value';

/** An operand, with its value where that is known before anything runs. */
export interface Operand {
  readonly step: Step;
  readonly value: CelValue | undefined;
}

// ---------------------------------------------------------------- logic

/** `a && b && …`: false as soon as one is, whatever the others are or fail with. */
export function conjunction(terms: readonly Step[], at: readonly number[]): Step {
  return terms.length === 2 ? pair(terms, at, false) : chain(terms, at, false);
}

/** `a || b || …`: true as soon as one is, whatever the others are or fail with. */
export function disjunction(terms: readonly Step[], at: readonly number[]): Step {
  return terms.length === 2 ? pair(terms, at, true) : chain(terms, at, true);
}

function pair([left, right]: readonly Step[], at: readonly number[], decisive: boolean): Step {
  return (frame) => {
    const a = left(frame);
    if (a === decisive) return decisive;
    const b = right(frame);
    if (b === decisive) return decisive;
    if (a === !decisive && b === !decisive) return !decisive;
    return a === !decisive ? notLogical(b, at[1]) : notLogical(a, at[0]);
  };
}

function chain(terms: readonly Step[], at: readonly number[], decisive: boolean): Step {
  return (frame) => {
    let failed: CelError | undefined;
    for (let index = 0; index < terms.length; index++) {
      const value = terms[index](frame);
      if (value === decisive) return decisive;
      if (value !== !decisive) failed ??= notLogical(value, at[index]);
    }
    return failed ?? !decisive;
  };
}

function notLogical(value: CelResult, at: number): CelError {
  if (value instanceof CelError) return value;
  const message = `no such overload: a condition is a bool, not a value of type ${typeName(value)}`;
  return new CelError(message, 'no-such-overload', at);
}

export function negation(operand: Step, at: number): Step {
  return (frame) => {
    const value = operand(frame);
    if (typeof value === 'boolean') return !value;
    return value instanceof CelError ? value : noSuchOverload('!_', [value], at);
  };
}

export function conditional(condition: Step, then: Step, otherwise: Step, at: number): Step {
  return (frame) => {
    const chosen = condition(frame);
    if (chosen === true) return then(frame);
    if (chosen === false) return otherwise(frame);
    return notLogical(chosen, at);
  };
}

// ---------------------------------------------------------------- relations

export function equality(left: Operand, right: Operand): Step {
  if (isScalar(right.value)) return equalTo(left.step, right.value);
  if (isScalar(left.value)) return equalTo(right.step, left.value);
  const [first, second] = [left.step, right.step];
  return (frame) => {
    const a = first(frame);
    if (a instanceof CelError) return a;
    const b = second(frame);
    if (b instanceof CelError) return b;
    return equals(a, b, frame);
  };
}

/** Strings, bools and null: nothing but themselves is equal to them. */
function isScalar(value: CelValue | undefined): value is string | boolean | null {
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function equalTo(operand: Step, wanted: string | boolean | null): Step {
  return (frame) => {
    const value = operand(frame);
    if (value === wanted) return true;
    if (typeof value === 'string') return false;
    return value instanceof CelError ? value : false;
  };
}

const HOLDS: Readonly<Record<string, (order: number) => boolean>> = {
  '_<_': (order) => order < 0,
  '_<=_': (order) => order <= 0,
  '_>_': (order) => order > 0,
  '_>=_': (order) => order >= 0,
};

export function order(name: string, left: Step, right: Step, at: number): Step {
  const holds = HOLDS[name];
  return (frame) => {
    const a = left(frame);
    if (a instanceof CelError) return a;
    const b = right(frame);
    if (b instanceof CelError) return b;
    const found = compare(a, b);
    return found === undefined ? noSuchOverload(name, [a, b], at) : holds(found);
  };
}

/** `value in list`, `key in map` */
export function membership(
  value: Operand,
  range: Step,
  at: number,
  { textInText = false }: { readonly textInText?: boolean },
): Step {
  if (textInText) return membershipOrPart(value, range, at);
  const wanted = value.value;
  if (typeof wanted === 'string') return (frame) => isMember(wanted, range(frame), frame, at);
  return (frame) => {
    const wanted = value.step(frame);
    return wanted instanceof CelError ? wanted : isMember(wanted, range(frame), frame, at);
  };
}

/** The same, or `part in text`. */
function membershipOrPart(value: Operand, range: Step, at: number): Step {
  return (frame) => {
    const wanted = value.step(frame);
    if (wanted instanceof CelError) return wanted;
    const over = range(frame);
    if (typeof over !== 'string' || typeof wanted !== 'string')
      return isMember(wanted, over, frame, at);
    frame.spend(over.length >> 5);
    return over.includes(wanted);
  };
}

function isMember(wanted: CelValue, over: CelResult, budget: Budget, at: number): CelResult {
  if (Array.isArray(over)) {
    budget.spend(over.length >> 3);
    if (typeof wanted === 'string') return over.includes(wanted);
    return over.some((entry) => isEqual(wanted, entry, budget));
  }
  if (over instanceof CelError) return over;
  if (isMap(over)) return lookup(over, wanted) !== undefined;
  return noSuchOverload('@in', [wanted, over], at);
}

function isEqual(wanted: CelValue, entry: unknown, budget: Budget): boolean {
  const adopted = adopt(entry);
  return !(adopted instanceof CelError) && equals(wanted, adopted, budget);
}
