import { CelError } from '../cel-error';
import { children, type Expr } from '../expression';
import { Program } from '../program';
import type { CelValue } from '../value';
import { activation } from './activation';
import { environmentFor } from './environment';
import { fieldsAlong, pathOf, showPath } from './path';
import type { Phase } from './phase';
import { reads } from './reads';
import { isUnredacted, REDACTED } from './secret';

/** Why a part can never be true; undefined where it may. */
export interface NeverTrue {
  readonly part: Expr;
  readonly reason: string;
}

/** Why an expression never gives true, whatever a request brings; undefined where it may, or where that is not plain. */
export function neverTrue(expr: Expr, phase: Phase): NeverTrue | undefined {
  return never(true, expr, phase);
}

function never(wanted: boolean, expr: Expr, phase: Phase): NeverTrue | undefined {
  switch (expr.kind) {
    case 'literal':
      return expr.value === wanted ? undefined : { part: expr, reason: `it is never ${wanted}` };
    case 'logic':
      return (expr.operator === '&&') === wanted
        ? (firstNever(wanted, expr.terms, phase) ??
            (wanted ? contradiction(expr.terms) : undefined))
        : everyNever(wanted, expr.terms, phase);
    case 'conditional':
      return everyNever(wanted, [expr.then, expr.otherwise], phase);
    default:
      if (expr.kind === 'call' && expr.name === '!_') return never(!wanted, expr.args[0], phase);
      return (
        (wanted ? comparedSecret(expr) : undefined) ??
        neverWhereClosed(wanted, expr, phase) ??
        neverWhereFailing(expr, phase)
      );
  }
}

function firstNever(wanted: boolean, terms: readonly Expr[], phase: Phase): NeverTrue | undefined {
  for (const term of terms) {
    const found = never(wanted, term, phase);
    if (found) return found;
  }
  return undefined;
}

function everyNever(wanted: boolean, terms: readonly Expr[], phase: Phase): NeverTrue | undefined {
  const found = terms.map((term) => never(wanted, term, phase));
  return found.every((one) => one !== undefined) ? found[0] : undefined;
}

// ---------------------------------------------------------------- what no request changes

const CHANCE = ['random', 'uuid'];

function neverWhereClosed(wanted: boolean, expr: Expr, phase: Phase): NeverTrue | undefined {
  if (reads(expr).size > 0 || usesChance(expr)) return undefined;
  const result = new Program(expr, environmentFor(phase)).evaluate(activation({}));
  if (result === wanted) return undefined;
  const reason =
    typeof result === 'boolean'
      ? `no request changes that it is ${result}`
      : 'it fails for every request';
  return { part: expr, reason };
}

/** Calls that may give a value though a part of theirs fails. */
const LENIENT = ['coalesce', 'default'];

/** `cidr("10.0.0.0/33").containsIP(source.address)`: what a call needs cannot be had. */
function neverWhereFailing(expr: Expr, phase: Phase): NeverTrue | undefined {
  if (expr.kind !== 'call' || LENIENT.includes(expr.name)) return undefined;
  const parts = expr.target ? [expr.target, ...expr.args] : expr.args;
  for (const part of parts) {
    const found = failsAlways(part, phase)
      ? { part, reason: 'it fails for every request' }
      : neverWhereFailing(part, phase);
    if (found) return found;
  }
  return undefined;
}

function failsAlways(expr: Expr, phase: Phase): boolean {
  if (expr.kind !== 'call' || reads(expr).size > 0 || usesChance(expr)) return false;
  return new Program(expr, environmentFor(phase)).evaluate(activation({})) instanceof CelError;
}

function usesChance(expr: Expr): boolean {
  return (expr.kind === 'call' && CHANCE.includes(expr.name)) || children(expr).some(usesChance);
}

// ---------------------------------------------------------------- what cannot be at once

interface Equation {
  readonly path: string;
  readonly value: CelValue;
  readonly part: Expr;
}

function equationOf(expr: Expr): Equation | undefined {
  if (expr.kind !== 'call' || expr.name !== '_==_') return undefined;
  const [left, right] = expr.args;
  return equation(left, right, expr) ?? equation(right, left, expr);
}

function equation(subject: Expr, literal: Expr, part: Expr): Equation | undefined {
  const path = subject.kind === 'ident' ? undefined : pathOf(subject, []);
  if (!path || literal.kind !== 'literal' || typeof literal.value !== 'string') return undefined;
  return { path: showPath(path), value: literal.value, part };
}

/** `jwt.sub == "alice" && jwt.sub == "bob"` */
function contradiction(terms: readonly Expr[]): NeverTrue | undefined {
  const seen = new Map<string, CelValue>();
  for (const found of terms.map(equationOf)) {
    if (!found) continue;
    const other = seen.get(found.path);
    if (other !== undefined && other !== found.value)
      return { part: found.part, reason: `\`${found.path}\` is not two values at once` };
    seen.set(found.path, found.value);
  }
  return undefined;
}

/** `apiKey.key == "k"`: a placeholder is never equal to a key. */
function comparedSecret(expr: Expr): NeverTrue | undefined {
  if (expr.kind !== 'call' || (expr.name !== '_==_' && expr.name !== '@in')) return undefined;
  const [left, right] = expr.args;
  const secret = [left, right].find(isSecret);
  if (!secret) return undefined;
  const others = literalsOf(secret === left ? right : left);
  if (!others || others.includes(REDACTED)) return undefined;
  const name = showPath(pathOf(secret, [])!);
  const reason = `\`${name}\` reads as "${REDACTED}"; write \`${name}.unredacted()\` for its value`;
  return { part: expr, reason };
}

function isSecret(expr: Expr): boolean {
  const path = pathOf(expr, []);
  if (!path || isUnredacted(path[path.length - 1])) return false;
  const fields = fieldsAlong(path);
  return fields.length === path.length && fields[fields.length - 1].secret === true;
}

function literalsOf(expr: Expr): readonly unknown[] | undefined {
  if (expr.kind === 'literal') return [expr.value];
  if (expr.kind !== 'list') return undefined;
  const values = expr.items.map(({ value }) => (value.kind === 'literal' ? value.value : REDACTED));
  return values;
}
