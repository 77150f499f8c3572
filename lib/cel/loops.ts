import type { Budget } from './budget';
import { CelError } from './cel-error';
import { EntryMap } from './entry-map';
import { type Expr, type Loop, type LoopMacro, partsOf } from './expression';
import type { Frame, Step } from './frame';
import { compare } from './ordering';
import { adopt, type CelResult, type CelValue, isMap, keysOf, lookup, typeName } from './value';

/** The steps of a macro, planned, and the slots of its variables. */
export interface LoopPlan {
  readonly expr: Loop;
  readonly range: Step;
  readonly first: number;
  /** @default - the macro has one variable */
  readonly second?: number;
  readonly filter?: Step;
  readonly body: Step;
}

/** What a turn does; anything but undefined ends the loop with that result. */
interface Fold {
  turn(body: CelResult, frame: Frame): CelResult | undefined;
  result(): CelResult;
}

/** A macro over a list or map. */
export function loop(plan: LoopPlan): Step {
  const { expr, range, filter, body } = plan;
  const at = expr.span.start;
  const turnCost = 1 + partsOf(expr.body) + (expr.filter ? partsOf(expr.filter) : 0);
  const makeFold = FOLDS[expr.macro];
  const bind = binder(plan);
  return (frame) => {
    const over = range(frame);
    if (over instanceof CelError) return over;
    const entries = entriesOf(over, at);
    if (entries instanceof CelError) return entries;
    const fold = makeFold(frame, plan);
    for (let index = 0; index < entries.length; index++) {
      frame.spend(turnCost);
      bind(frame, over, entries, index);
      const passed = filter ? filter(frame) : true;
      if (passed === false) continue;
      if (passed !== true)
        return passed instanceof CelError ? passed : notABool(passed, expr.filter);
      const ended = fold.turn(body(frame), frame);
      if (ended !== undefined) return ended;
    }
    return fold.result();
  };
}

function entriesOf(over: CelValue, at: number): readonly unknown[] | CelError {
  if (Array.isArray(over)) return over;
  if (isMap(over)) return keysOf(over);
  const message = `no such overload: a value of type ${typeName(over)} is no list or map`;
  return new CelError(message, 'no-such-overload', at);
}

type Bind = (frame: Frame, over: CelValue, entries: readonly unknown[], index: number) => void;

/** Puts the entry, or index and entry, or key and value, into their slots. */
function binder({ first, second }: LoopPlan): Bind {
  if (second === undefined) {
    return ({ slots }, _over, entries, index) => {
      slots[first] = adopt(entries[index]);
    };
  }
  return ({ slots }, over, entries, index) => {
    if (isMap(over)) {
      const key = entries[index] as CelValue;
      slots[first] = key;
      slots[second] = adopt(lookup(over, key));
    } else {
      slots[first] = index;
      slots[second] = adopt(entries[index]);
    }
  };
}

function notABool(value: CelValue, expr: Expr | undefined): CelError {
  const message = `no such overload: a condition is a bool, not a value of type ${typeName(value)}`;
  return new CelError(message, 'no-such-overload', expr?.span.start);
}

/** `all` ends at the first false, `exists` at the first true; errors count where nothing decides, or at once. */
function quantifier(decisive: boolean): (frame: Frame, plan: LoopPlan) => Fold {
  return (_frame, { expr }) => {
    let failed: CelError | undefined;
    return {
      turn(body) {
        if (body === decisive) return decisive;
        if (body === !decisive) return undefined;
        failed ??= body instanceof CelError ? body : notABool(body, expr.body);
        return expr.strict ? failed : undefined;
      },
      result: () => failed ?? !decisive,
    };
  };
}

function one(_frame: Frame, { expr }: LoopPlan): Fold {
  let count = 0;
  return {
    turn(body) {
      if (body instanceof CelError) return body;
      if (typeof body !== 'boolean') return notABool(body, expr.body);
      if (body) count += 1;
      return undefined;
    },
    result: () => count === 1,
  };
}

function filtered(_frame: Frame, { expr, first }: LoopPlan): Fold {
  const kept: CelValue[] = [];
  return {
    turn(body, { slots }) {
      if (body instanceof CelError) return body;
      if (typeof body !== 'boolean') return notABool(body, expr.body);
      const entry = slots[first];
      if (entry instanceof CelError) return entry;
      if (body) kept.push(entry);
      return undefined;
    },
    result: () => kept,
  };
}

function mapped(): Fold {
  const made: CelValue[] = [];
  return {
    turn(body) {
      if (body instanceof CelError) return body;
      made.push(body);
      return undefined;
    },
    result: () => made,
  };
}

function transformed(_frame: Frame, { first }: LoopPlan): Fold {
  const made = new EntryMap();
  return {
    turn(body, { slots }) {
      if (body instanceof CelError) return body;
      return made.add(slots[first] as CelValue, body);
    },
    result: () => made,
  };
}

function transformedEntries(_frame: Frame, { expr }: LoopPlan): Fold {
  const made = new EntryMap();
  return {
    turn(body) {
      if (body instanceof CelError) return body;
      if (!isMap(body)) {
        const message = 'transformMapEntry() expects a map: {key: value}';
        return new CelError(message, 'no-such-overload', expr.body.span.start);
      }
      for (const key of keysOf(body)) {
        const value = adopt(lookup(body, key));
        const wrong = value instanceof CelError ? value : made.add(key, value);
        if (wrong) return wrong;
      }
      return undefined;
    },
    result: () => made,
  };
}

function sorted(frame: Frame, { expr, first }: LoopPlan): Fold {
  const keyed: { key: CelValue; entry: CelValue }[] = [];
  return {
    turn(body, { slots }) {
      if (body instanceof CelError) return body;
      keyed.push({ key: body, entry: slots[first] as CelValue });
      return undefined;
    },
    result() {
      const order = sortedBy(keyed, ({ key }) => key, frame);
      if (order) return order.map(({ entry }) => entry);
      const message = 'no such overload: the keys to sort by have no order among each other';
      return new CelError(message, 'no-such-overload', expr.span.start);
    },
  };
}

/** In the order of their keys, or undefined where those have none. */
export function sortedBy<T>(
  entries: readonly T[],
  key: (entry: T) => CelValue,
  budget: Budget,
): T[] | undefined {
  let ordered = true;
  budget.spend(entries.length * Math.ceil(Math.log2(entries.length + 1)));
  const sorted = [...entries].sort((a, b) => {
    const order = compare(key(a), key(b));
    if (order === undefined || Number.isNaN(order)) ordered = false;
    return order ?? 0;
  });
  return ordered ? sorted : undefined;
}

const FOLDS: Readonly<Record<LoopMacro, (frame: Frame, plan: LoopPlan) => Fold>> = {
  all: quantifier(false),
  exists: quantifier(true),
  existsOne: one,
  filter: filtered,
  map: mapped,
  transformMap: transformed,
  transformMapEntry: transformedEntries,
  sortBy: sorted,
};
