import type { Expr, Span } from './expression';

/** A call that the parser resolves itself, since its arguments are not values but names and expressions. */
export interface Macro {
  readonly name: string;
  /** `target.name(…)` rather than `name(…)`. */
  readonly receiver: boolean;
  readonly arity: number;
  /** Undefined where the call is an ordinary one after all. */
  readonly expand: (call: MacroCall) => Expr | MacroProblem | undefined;
  readonly doc: string;
}

export interface MacroCall {
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
  readonly span: Span;
}

/** What is wrong with the arguments. */
export class MacroProblem {
  constructor(
    readonly message: string,
    readonly span: Span,
  ) {}
}

/** The names that a macro declares: plain ones, each another. */
export function declaredNames(args: readonly Expr[]): readonly string[] | MacroProblem {
  const names: string[] = [];
  for (const arg of args) {
    if (arg.kind !== 'ident' || arg.absolute)
      return new MacroProblem('the name of a variable is expected here', arg.span);
    if (names.includes(arg.name))
      return new MacroProblem(`the variable \`${arg.name}\` is declared twice`, arg.span);
    names.push(arg.name);
  }
  return names;
}
