import type { Expr } from '../expression';
import { scopesOf } from './scope';
import { secretField } from './secret';
import { VARIABLES } from './variables';

/**
 * What an expression may read: `request.body`, `jwt.sub`, `jwt`. Where it takes a variable as a whole, all of its declared
 * fields are in it, so that asking for a field answers for certain.
 */
export function reads(expr: Expr): ReadonlySet<string> {
  const found = new Set<string>();
  collect(expr, [], found);
  return found;
}

function collect(expr: Expr, locals: readonly string[], found: Set<string>): void {
  const member = memberOf(expr);
  if (member && !isLocal(member.variable, locals)) {
    found.add(member.variable.name);
    found.add(`${member.variable.name}.${member.field}`);
    return;
  }
  if (expr.kind === 'ident' && !isLocal(expr, locals)) {
    addWhole(expr.name, found);
    return;
  }
  const { outer, inner, declared } = scopesOf(expr);
  for (const part of outer) collect(part, locals, found);
  for (const part of inner) collect(part, [...locals, ...declared], found);
}

/** `request.body`, `request["body"]`, `has(request.body)`. */
function memberOf(expr: Expr) {
  if (expr.kind === 'select' && expr.operand.kind === 'ident')
    return { variable: expr.operand, field: expr.field };
  if (expr.kind !== 'index' || expr.operand.kind !== 'ident') return undefined;
  const key = expr.index.kind === 'literal' ? expr.index.value : undefined;
  return typeof key === 'string' ? { variable: expr.operand, field: key } : undefined;
}

function isLocal(
  { name, absolute }: { readonly name: string; readonly absolute: boolean },
  locals: readonly string[],
): boolean {
  return !absolute && locals.includes(name);
}

function addWhole(name: string, found: Set<string>): void {
  found.add(name);
  if (!Object.hasOwn(VARIABLES, name)) return;
  for (const [field, { secret }] of Object.entries(VARIABLES[name].fields ?? {})) {
    found.add(`${name}.${field}`);
    if (secret) found.add(`${name}.${secretField(field)}`);
  }
}
