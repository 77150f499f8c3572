import type { CelValue } from './value';

/** A part of the source, from `start` up to but without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An expression as it was written, with macros resolved. */
export type Expr =
  | Literal
  | Ident
  | Select
  | Index
  | Call
  | ListExpr
  | MapExpr
  | Logic
  | Conditional
  | Loop
  | Bind
  | OptionalMap;

export interface Literal {
  readonly kind: 'literal';
  readonly value: CelValue;
  readonly span: Span;
}

/** A name; `.name` is the name without regard to the container. */
export interface Ident {
  readonly kind: 'ident';
  readonly name: string;
  readonly absolute: boolean;
  readonly span: Span;
}

/** `operand.field`, `operand.?field`, and with `test` the `has(operand.field)`. */
export interface Select {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  readonly optional: boolean;
  readonly test: boolean;
  readonly span: Span;
}

/** `operand[index]`, `operand[?index]`. */
export interface Index {
  readonly kind: 'index';
  readonly operand: Expr;
  readonly index: Expr;
  readonly optional: boolean;
  readonly span: Span;
}

/** `name(args)`, `target.name(args)`; operators have names such as `_+_`. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface ListExpr {
  readonly kind: 'list';
  readonly items: readonly { readonly value: Expr; readonly optional: boolean }[];
  readonly span: Span;
}

export interface MapExpr {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

export interface MapEntry {
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

/** `a && b && c`: kept flat, since chains of them grow long. */
export interface Logic {
  readonly kind: 'logic';
  readonly operator: '&&' | '||';
  readonly terms: readonly Expr[];
  readonly span: Span;
}

export interface Conditional {
  readonly kind: 'conditional';
  readonly condition: Expr;
  readonly then: Expr;
  readonly otherwise: Expr;
  readonly span: Span;
}

export type LoopMacro =
  | 'all'
  | 'exists'
  | 'existsOne'
  | 'filter'
  | 'map'
  | 'transformMap'
  | 'transformMapEntry'
  | 'sortBy';

/** A macro over a list or map. With two variables the first is the index or key, the second the value. */
export interface Loop {
  readonly kind: 'loop';
  readonly macro: LoopMacro;
  readonly range: Expr;
  readonly variables: readonly [string] | readonly [string, string];
  /** Leaves entries out. @default - none */
  readonly filter?: Expr;
  readonly body: Expr;
  /** Whether `all` and `exists` end at the first error. @default false - a later entry may still decide */
  readonly strict?: boolean;
  readonly span: Span;
}

/** `cel.bind(variable, value, body)`. */
export interface Bind {
  readonly kind: 'bind';
  readonly variable: string;
  readonly value: Expr;
  readonly body: Expr;
  /** Whether it fails where the value does, though the body may not read it. @default false */
  readonly strict?: boolean;
  readonly span: Span;
}

/** `target.optMap(variable, body)`; `flat` where the body gives an optional itself. */
export interface OptionalMap {
  readonly kind: 'optMap';
  readonly target: Expr;
  readonly variable: string;
  readonly body: Expr;
  readonly flat: boolean;
  readonly span: Span;
}

export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'index':
      return [expr.operand, expr.index];
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args;
    case 'list':
      return expr.items.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'logic':
      return expr.terms;
    case 'conditional':
      return [expr.condition, expr.then, expr.otherwise];
    case 'loop':
      return [expr.range, ...(expr.filter ? [expr.filter] : []), expr.body];
    case 'bind':
      return [expr.value, expr.body];
    case 'optMap':
      return [expr.target, expr.body];
  }
}

/** How many parts an expression has. */
export function partsOf(expr: Expr): number {
  return children(expr).reduce((sum, child) => sum + partsOf(child), 1);
}

/** How deep parts lie inside each other; without recursion, since nothing is known of the tree yet. */
export function depthOf(expr: Expr): number {
  let level: readonly Expr[] = [expr];
  let depth = 0;
  while (level.length > 0) {
    depth += 1;
    level = level.flatMap(children);
  }
  return depth;
}

/** `a.b.c` as text where an expression is nothing but names. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test || expr.optional) return undefined;
  const name = qualifiedName(expr.operand);
  return name && `${name}.${expr.field}`;
}
