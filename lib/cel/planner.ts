import {
  index,
  indexOptional,
  select,
  selectOptional,
  test,
  variable,
  variableField,
  variableFields,
} from './access';
import { call } from './calls';
import { CelError } from './cel-error';
import { EntryMap } from './entry-map';
import { type Environment, functionsOf } from './environment';
import type {
  Bind,
  Call,
  Expr,
  Ident,
  ListExpr,
  Loop,
  MapExpr,
  OptionalMap,
  Select,
} from './expression';
import type { Step } from './frame';
import { DEFAULT_LIMITS } from './limits';
import { loop } from './loops';
import { declaredVariable, namespacedFunction } from './names';
import {
  conditional,
  conjunction,
  disjunction,
  equality,
  membership,
  negation,
  order,
} from './operators';
import { compileRegex, costOfMatch } from './regex';
import { TYPE_NAMES } from './std/conversions';
import { type CelValue, Optional, typeName } from './value';

/** Where the variables of macros are kept: one slot each, the innermost of a name last. */
type Scope = readonly string[];

export interface Plan {
  readonly step: Step;
  /** How many variables of macros live at the same time at most. */
  readonly slots: number;
}

/** An expression as closures: every name is looked up and every constant made here, once. */
export function plan(expr: Expr, environment: Environment): Plan {
  const planner = new Planner(environment);
  const step = planner.step(expr, []);
  return { step, slots: planner.slots };
}

class Planner {
  slots = 0;

  constructor(private readonly environment: Environment) {}

  step(expr: Expr, scope: Scope): Step {
    switch (expr.kind) {
      case 'literal':
        return constant(expr.value);
      case 'ident':
        return this.ident(expr, scope);
      case 'select':
        return this.select(expr, scope);
      case 'index': {
        const operand = this.step(expr.operand, scope);
        const key = this.step(expr.index, scope);
        const access = expr.optional ? indexOptional : index;
        return access(operand, key, expr.index.span.start);
      }
      case 'call':
        return this.call(expr, scope);
      case 'list':
        return this.list(expr, scope);
      case 'map':
        return this.map(expr, scope);
      case 'logic': {
        const terms = expr.terms.map((term) => this.step(term, scope));
        const at = expr.terms.map(({ span }) => span.start);
        return expr.operator === '&&' ? conjunction(terms, at) : disjunction(terms, at);
      }
      case 'conditional':
        return conditional(
          this.step(expr.condition, scope),
          this.step(expr.then, scope),
          this.step(expr.otherwise, scope),
          expr.condition.span.start,
        );
      case 'loop':
        return this.loop(expr, scope);
      case 'bind':
        return this.bind(expr, scope);
      case 'optMap':
        return this.optionalMap(expr, scope);
    }
  }

  private declare(scope: Scope, ...names: readonly string[]): Scope {
    const wider = [...scope, ...names];
    this.slots = Math.max(this.slots, wider.length);
    return wider;
  }

  private ident(expr: Ident, scope: Scope): Step {
    const slot = expr.absolute ? -1 : scope.lastIndexOf(expr.name);
    if (slot >= 0) return ({ slots }) => slots[slot];
    const declared = declaredVariable(this.environment, expr, () => false);
    if (declared) return variable(declared.name, expr.span.start);
    if (Object.hasOwn(TYPE_NAMES, expr.name)) return constant(TYPE_NAMES[expr.name]);
    return variable(expr.name, expr.span.start);
  }

  private select(expr: Select, scope: Scope): Step {
    const isLocal = (name: string) => scope.includes(name);
    const declared = expr.test ? undefined : declaredVariable(this.environment, expr, isLocal);
    if (declared) return variable(declared.name, expr.span.start);
    const typeNamed = wellKnownType(expr);
    if (typeNamed) return constant(typeNamed);
    const path = this.path(expr, scope);
    if (path) return path;
    const operand = this.step(expr.operand, scope);
    const field = this.environment.fieldName?.(expr.field) ?? expr.field;
    const at = expr.span.start;
    if (expr.test) return test(operand, field);
    return expr.optional ? selectOptional(operand, field, at) : select(operand, field, at);
  }

  /** `variable.field` and `variable.field.field` are read in one step. */
  private path(expr: Select, scope: Scope): Step | undefined {
    const { environment } = this;
    if (expr.test || expr.optional) return undefined;
    const isLocal = (name: string) => scope.includes(name);
    const nameOf = (field: string) => environment.fieldName?.(field) ?? field;
    const { operand, field, span } = expr;
    if (operand.kind === 'ident') {
      const owner = declaredVariable(environment, operand, isLocal);
      return owner && variableField(owner.name, nameOf(field), span.start);
    }
    if (operand.kind !== 'select' || operand.test || operand.optional) return undefined;
    if (operand.operand.kind !== 'ident' || declaredVariable(environment, operand, isLocal))
      return undefined;
    const owner = declaredVariable(environment, operand.operand, isLocal);
    return owner && variableFields(owner.name, nameOf(operand.field), nameOf(field), span.start);
  }

  private call(expr: Call, scope: Scope): Step {
    const at = expr.span.start;
    const isLocal = (name: string) => scope.includes(name);
    const name = namespacedFunction(this.environment, expr, isLocal);
    const functions = functionsOf(this.environment);
    if (name === undefined && expr.target) {
      const rows = functions.named(expr.name, true);
      const args = [expr.target, ...expr.args];
      if (rows.length === 0) return unknownFunction(expr.name, at);
      return (
        this.matches(expr.name, args, scope, at) ?? this.strict(expr.name, rows, args, scope, at)
      );
    }
    if (name === undefined) return unknownFunction(expr.name, at);
    const special = this.operator(name, expr, scope) ?? this.matches(name, expr.args, scope, at);
    return special ?? this.strict(name, functions.named(name, false), expr.args, scope, at);
  }

  private strict(
    name: string,
    rows: Parameters<typeof call>[1],
    args: readonly Expr[],
    scope: Scope,
    at: number,
  ): Step {
    const steps = args.map((arg) => this.step(arg, scope));
    return call(name, rows, steps, at);
  }

  /** The operators of which rules are full have plans of their own. */
  private operator(name: string, { args, span }: Call, scope: Scope): Step | undefined {
    switch (name) {
      case '!_':
        return negation(this.step(args[0], scope), span.start);
      case '_==_':
        return equality(this.operand(args[0], scope), this.operand(args[1], scope));
      case '@in':
        return membership(
          this.operand(args[0], scope),
          this.step(args[1], scope),
          span.start,
          this.environment,
        );
      case '_<_':
      case '_<=_':
      case '_>_':
      case '_>=_':
        return order(name, this.step(args[0], scope), this.step(args[1], scope), span.start);
      default:
        return undefined;
    }
  }

  private operand(expr: Expr, scope: Scope) {
    return { step: this.step(expr, scope), value: constantOf(expr) };
  }

  /** A pattern that is written out is compiled here, once. */
  private matches(name: string, args: readonly Expr[], scope: Scope, at: number): Step | undefined {
    const pattern = args.length === 2 ? constantOf(args[1]) : undefined;
    if (name !== 'matches' || typeof pattern !== 'string') return undefined;
    const subject = this.step(args[0], scope);
    const regex = compileRegex(pattern, this.environment.limits ?? DEFAULT_LIMITS);
    if (regex instanceof CelError) return constant(new CelError(regex.message, regex.code, at));
    return (frame) => {
      const text = subject(frame);
      if (typeof text !== 'string') return notText(text, at);
      frame.spend(costOfMatch(text, pattern));
      return regex.test(text);
    };
  }

  private list({ items }: ListExpr, scope: Scope): Step {
    const steps = items.map(({ value }) => this.step(value, scope));
    const constants = items.map(({ value, optional }) =>
      optional ? undefined : constantOf(value),
    );
    if (constants.every((value) => value !== undefined)) return constant(constants);
    return (frame) => {
      const entries: CelValue[] = [];
      for (let at = 0; at < steps.length; at++) {
        const value = steps[at](frame);
        if (value instanceof CelError) return value;
        if (!items[at].optional) entries.push(value);
        else if (!(value instanceof Optional)) return notOptional(value, items[at].value);
        else if (value.value !== undefined) entries.push(value.value);
      }
      return entries;
    };
  }

  private map({ entries }: MapExpr, scope: Scope): Step {
    const planned = entries.map((entry) => ({
      ...entry,
      keyStep: this.step(entry.key, scope),
      valueStep: this.step(entry.value, scope),
    }));
    return (frame) => {
      const made = new EntryMap();
      for (const { keyStep, valueStep, optional, key: keyExpr, value: valueExpr } of planned) {
        const key = keyStep(frame);
        if (key instanceof CelError) return key;
        const given = valueStep(frame);
        if (given instanceof CelError) return given;
        if (optional && !(given instanceof Optional)) return notOptional(given, valueExpr);
        const value = optional ? (given as Optional).value : given;
        const wrong = value === undefined ? undefined : made.add(key, value);
        if (wrong) return new CelError(wrong.message, wrong.code, keyExpr.span.start);
      }
      return made;
    };
  }

  private loop(expr: Loop, scope: Scope): Step {
    const inner = this.declare(scope, ...expr.variables);
    return loop({
      expr,
      range: this.step(expr.range, scope),
      first: scope.length,
      ...(expr.variables.length === 2 && { second: scope.length + 1 }),
      ...(expr.filter && { filter: this.step(expr.filter, inner) }),
      body: this.step(expr.body, inner),
    });
  }

  private bind(expr: Bind, scope: Scope): Step {
    const value = this.step(expr.value, scope);
    const body = this.step(expr.body, this.declare(scope, expr.variable));
    const slot = scope.length;
    const { strict } = expr;
    return (frame) => {
      const given = value(frame);
      if (strict && given instanceof CelError) return given;
      frame.slots[slot] = given;
      return body(frame);
    };
  }

  private optionalMap(expr: OptionalMap, scope: Scope): Step {
    const target = this.step(expr.target, scope);
    const body = this.step(expr.body, this.declare(scope, expr.variable));
    const slot = scope.length;
    return (frame) => {
      const given = target(frame);
      if (given instanceof CelError) return given;
      if (!(given instanceof Optional)) return notOptional(given, expr.target);
      if (given.value === undefined) return given;
      frame.slots[slot] = given.value;
      const made = body(frame);
      if (made instanceof CelError) return made;
      if (!expr.flat) return Optional.of(made);
      return made instanceof Optional ? made : notOptional(made, expr.body);
    };
  }
}

function constant(value: CelValue | CelError): Step {
  return () => value;
}

function constantOf(expr: Expr): CelValue | undefined {
  if (expr.kind === 'literal') return expr.value;
  if (expr.kind !== 'list') return undefined;
  const values = expr.items.map(({ value, optional }) =>
    optional ? undefined : constantOf(value),
  );
  return values.every((value) => value !== undefined) ? values : undefined;
}

function wellKnownType(expr: Select) {
  if (expr.test || expr.optional || !/^(Timestamp|Duration)$/.test(expr.field)) return undefined;
  const { operand } = expr;
  const isProtobuf =
    operand.kind === 'select' &&
    operand.field === 'protobuf' &&
    operand.operand.kind === 'ident' &&
    operand.operand.name === 'google';
  return isProtobuf ? TYPE_NAMES[`google.protobuf.${expr.field}`] : undefined;
}

function unknownFunction(name: string, at: number): Step {
  return constant(new CelError(`there is no function \`${name}\``, 'unknown-function', at));
}

function notText(value: CelValue | CelError, at: number): CelError {
  if (value instanceof CelError) return value;
  const message = `no such overload: matches(${typeName(value)}, string)`;
  return new CelError(message, 'no-such-overload', at);
}

function notOptional(value: CelValue, expr: Expr): CelError {
  const message = `no such overload: an optional is expected here, not a value of type ${typeName(value)}`;
  return new CelError(message, 'no-such-overload', expr.span.start);
}
