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
export const IDENTITY = ['jwt', 'apiKey', 'basicAuth'] as const;
export type Identity = (typeof IDENTITY)[number];

/** Where an expression runs, and what of the caller it is not told. */
interface Place {
  readonly phase: Phase;
  readonly untold: readonly string[];
}

/** Whether the rules of a phase refuse every request of a caller who has not proved who they are. */
export function refuseAnonymous(rules: readonly Rule[], phase: Phase): boolean {
  const of = (action: Rule['action']) =>
    rules.filter((rule) => rule.action === action).flatMap((rule) => parsed(rule, phase) ?? []);
  const place = anonymousIn(phase);
  const allow = rules.filter(({ action }) => action === 'allow');
  return (
    of('deny').some((expr) => always(expr, place)) ||
    of('require').some((expr) => never(true, expr, place)) ||
    (allow.length > 0 && of('allow').every((expr) => never(true, expr, place)))
  );
}

/** Whether an expression is true for every request of a caller who has not proved who they are. */
export function holdsForAnonymous(expression: string, phase: Phase): boolean {
  const expr = parsed({ expression }, phase);
  return expr !== undefined && always(expr, anonymousIn(phase));
}

/** What an expression comes to for every request where nothing tells some of who calls; nothing where requests differ. */
export function outcomeWithout(
  untold: readonly Identity[],
  expression: string,
  phase: Phase,
): 'never' | 'always' | undefined {
  const expr = parsed({ expression }, phase);
  if (!expr) return undefined;
  const place = { phase, untold };
  if (never(true, expr, place)) return 'never';
  return always(expr, place) ? 'always' : undefined;
}

/** Whether an expression asks who calls. */
export function asksWhoCalls(expression: string, phase: Phase): boolean {
  return identityIn(expression, phase).length > 0;
}

/** What an expression asks about who calls. */
export function identityIn(expression: string, phase: Phase): readonly Identity[] {
  const expr = parsed({ expression }, phase);
  if (!expr) return [];
  const read = variablesOf(expr);
  return IDENTITY.filter((name) => read.has(name));
}

function anonymousIn(phase: Phase): Place {
  return { phase, untold: IDENTITY };
}

/** What cannot be parsed never holds, and is told elsewhere. */
function parsed({ expression }: Pick<Rule, 'expression'>, phase: Phase): Expr | undefined {
  return parse(expression, environmentFor(phase)).expr;
}

function never(wanted: boolean, expr: Expr, place: Place): boolean {
  if (isDecided(expr, place)) return evaluate(expr, place.phase) !== wanted;
  if (expr.kind === 'logic') {
    const neverOne = (term: Expr) => never(wanted, term, place);
    const needsAll = (expr.operator === '&&') === wanted;
    return needsAll ? expr.terms.some(neverOne) : expr.terms.every(neverOne);
  }
  if (expr.kind === 'conditional') {
    const { condition, then, otherwise } = expr;
    return (
      (never(true, condition, place) || never(wanted, then, place)) &&
      (never(false, condition, place) || never(wanted, otherwise, place))
    );
  }
  if (expr.kind === 'call' && expr.name === '!_') return never(!wanted, expr.args[0], place);
  return fails(expr, place);
}

function always(expr: Expr, place: Place): boolean {
  if (isDecided(expr, place)) return evaluate(expr, place.phase) === true;
  if (expr.kind !== 'logic') return false;
  const holds = (term: Expr) => always(term, place);
  return expr.operator === '||' ? expr.terms.some(holds) : expr.terms.every(holds);
}

/** Whether it fails whatever else a request brings: `jwt.sub == request.host`. */
function fails(expr: Expr, place: Place): boolean {
  if (isDecided(expr, place)) return evaluate(expr, place.phase) instanceof CelError;
  const parts = neededParts(expr, place);
  if (expr.kind === 'logic') return parts.every((part) => fails(part, place));
  return parts.some((part) => fails(part, place));
}

/** The parts without which there is no value. */
function neededParts(expr: Expr, place: Place): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return isLazy(expr, place.phase) ? [] : children(expr);
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
function isDecided(expr: Expr, { untold }: Place): boolean {
  return [...variablesOf(expr)].every((name) => untold.includes(name)) && !usesChance(expr);
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
