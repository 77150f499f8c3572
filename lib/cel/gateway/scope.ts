import { children, type Expr } from '../expression';

/** The parts of an expression, and the names that a macro declares for some of them. */
export interface Scopes {
  readonly outer: readonly Expr[];
  readonly inner: readonly Expr[];
  readonly declared: readonly string[];
}

export function scopesOf(expr: Expr): Scopes {
  switch (expr.kind) {
    case 'loop': {
      const inner = expr.filter ? [expr.filter, expr.body] : [expr.body];
      return { outer: [expr.range], inner, declared: expr.variables };
    }
    case 'bind':
      return { outer: [expr.value], inner: [expr.body], declared: [expr.variable] };
    case 'optMap':
      return { outer: [expr.target], inner: [expr.body], declared: [expr.variable] };
    default:
      return { outer: children(expr), inner: [], declared: [] };
  }
}
