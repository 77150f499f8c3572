import { CelError } from '../cel/cel-error';
import { functionsOf } from '../cel/environment';
import { children, type Expr } from '../cel/expression';
import { activation } from '../cel/gateway/activation';
import { environmentFor } from '../cel/gateway/environment';
import { reads } from '../cel/gateway/reads';
import { parse } from '../cel/parser';
import { Program } from '../cel/program';
import type { CelResult } from '../cel/value';
import type { NormalAuthorizationRule } from './normal-document';

type Phase = 'gateway' | 'route';
type Rule = Pick<NormalAuthorizationRule, 'action' | 'expression'>;

/** What authentication alone tells expressions. */
const IDENTITY = new Set(['jwt', 'apiKey', 'basicAuth']);

/** Whether the rules of a phase refuse every request of a caller who has not proved who they are. */
export function refuseAnonymous(rules: readonly Rule[], phase: Phase): boolean {
  const of = (action: Rule['action']) =>
    rules.filter((rule) => rule.action === action).flatMap((rule) => parsed(rule, phase) ?? []);
  const allow = rules.filter(({ action }) => action === 'allow');
  return (
    of('deny').some((expr) => always(expr, phase)) ||
    of('require').some((expr) => never(true, expr, phase)) ||
    (allow.length > 0 && of('allow').every((expr) => never(true, expr, phase)))
  );
}

/** Whether an expression is true for every request of a caller who has not proved who they are. */
export function holdsForAnonymous(expression: string, phase: Phase): boolean {
  const expr = parsed({ expression }, phase);
  return expr !== undefined && always(expr, phase);
}

/** Whether an expression asks who calls. */
export function asksWhoCalls(expression: string, phase: Phase): boolean {
  const expr = parsed({ expression }, phase);
  return expr !== undefined && [...variablesOf(expr)].some((name) => IDENTITY.has(name));
}

/** What cannot be parsed never holds, and is told elsewhere. */
function parsed({ expression }: Pick<Rule, 'expression'>, phase: Phase): Expr | undefined {
  return parse(expression, environmentFor(phase)).expr;
}

function never(wanted: boolean, expr: Expr, phase: Phase): boolean {
  if (isDecided(expr)) return evaluate(expr, phase) !== wanted;
  if (expr.kind === 'logic') {
    const neverOne = (term: Expr) => never(wanted, term, phase);
    const needsAll = (expr.operator === '&&') === wanted;
    return needsAll ? expr.terms.some(neverOne) : expr.terms.every(neverOne);
  }
  if (expr.kind === 'conditional') {
    const { condition, then, otherwise } = expr;
    return (
      (never(true, condition, phase) || never(wanted, then, phase)) &&
      (never(false, condition, phase) || never(wanted, otherwise, phase))
    );
  }
  if (expr.kind === 'call' && expr.name === '!_') return never(!wanted, expr.args[0], phase);
  return fails(expr, phase);
}

function always(expr: Expr, phase: Phase): boolean {
  if (isDecided(expr)) return evaluate(expr, phase) === true;
  if (expr.kind !== 'logic') return false;
  const holds = (term: Expr) => always(term, phase);
  return expr.operator === '||' ? expr.terms.some(holds) : expr.terms.every(holds);
}

/** Whether it fails whatever else a request brings: `jwt.sub == request.host`. */
function fails(expr: Expr, phase: Phase): boolean {
  if (isDecided(expr)) return evaluate(expr, phase) instanceof CelError;
  const parts = neededParts(expr, phase);
  if (expr.kind === 'logic') return parts.every((part) => fails(part, phase));
  return parts.some((part) => fails(part, phase));
}

/** The parts without which there is no value. */
function neededParts(expr: Expr, phase: Phase): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return isLazy(expr, phase) ? [] : children(expr);
    case 'conditional':
      return [expr.condition];
    case 'loop':
      return [expr.range];
    case 'bind':
      return expr.strict ? [expr.value] : [];
    case 'optMap':
      return [expr.target];
    case 'select':
    case 'index':
      return expr.optional || (expr.kind === 'select' && expr.test) ? [] : children(expr);
    default:
      return children(expr);
  }
}

function isLazy({ name, target }: Expr & { kind: 'call' }, phase: Phase): boolean {
  const rows = functionsOf(environmentFor(phase)).named(name, target !== undefined);
  return rows.some(({ call }) => call.kind === 'lazy');
}

/** Whether nothing but who calls decides what it gives. */
function isDecided(expr: Expr): boolean {
  return [...variablesOf(expr)].every((name) => IDENTITY.has(name)) && !usesChance(expr);
}

/** `request`, not `request.host`. */
function variablesOf(expr: Expr): ReadonlySet<string> {
  return new Set([...reads(expr)].map((name) => name.split('.', 1)[0]));
}

const CHANCE = ['random', 'uuid'];

function usesChance(expr: Expr): boolean {
  return (expr.kind === 'call' && CHANCE.includes(expr.name)) || children(expr).some(usesChance);
}

const NOBODY = activation({});

function evaluate(expr: Expr, phase: Phase): CelResult {
  return new Program(expr, environmentFor(phase)).evaluate(NOBODY);
}
