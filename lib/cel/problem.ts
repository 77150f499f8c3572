import type { Span } from './expression';

export type ProblemCode =
  | 'syntax'
  | 'too-long'
  | 'too-deep'
  | 'unknown-variable'
  | 'unknown-function'
  | 'unknown-field'
  | 'wrong-arguments'
  | 'type'
  | 'regex'
  | 'other-phase'
  | 'never-true'
  | 'may-fail';

/** What is wrong with an expression, before it runs. */
export interface Problem {
  readonly code: ProblemCode;
  /** Lower-case, with what was written and what to write instead. */
  readonly message: string;
  readonly span: Span;
}

/** Ends a parse; `parse` hands the problem out. */
export class SyntaxProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

const WIDEST_LINE = 120;

/**
 * A problem with the line it is in, for a terminal.
 *
 * @example
 * unknown variable `jwtt`; did you mean `jwt`? (1:1)
 *   jwtt.sub == "alice"
 *   ^^^^
 */
export function showProblem(source: string, problem: Pick<Problem, 'message' | 'span'>): string {
  const { line, column, text } = lineAt(source, problem.span.start);
  const from = Math.max(0, column - 1 - (WIDEST_LINE >> 1));
  const shown = text.slice(from, from + WIDEST_LINE);
  const width = Math.max(
    1,
    Math.min(problem.span.end - problem.span.start, text.length - column + 1),
  );
  const indent = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(width, shown.length - indent.length)));
  return `${problem.message} (${line}:${column})\n  ${shown}\n  ${indent}${carets}`;
}

/** Line and column of a position, both counted from 1, and the line's text. */
export function lineAt(source: string, at: number): { line: number; column: number; text: string } {
  const before = source.slice(0, at).split(/\r\n|\n|\r/);
  const start = at - before[before.length - 1].length;
  const text = source.slice(start).split(/\r\n|\n|\r/, 1)[0];
  return { line: before.length, column: at - start + 1, text };
}
