import { children, type Expr, type Span } from '../cel/expression';
import { checkExpression } from '../cel/gateway/check-expression';
import { parse } from '../cel/parser';
import { showProblem } from '../cel/problem';
import { STANDARD } from '../cel/standard';
import type { Severity } from '../diagnostic';
import type { ExpressionPlace } from './expression-places';
import { regexProblem } from './regex';
import { SECRET_FAULT } from './secret-expressions';

/** What is wrong with a text, and with which of its characters. */
export interface Fault {
  /** @default - an error */
  readonly severity?: Severity;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly span: Span;
  /** Whether the expression may be shown beside it. @default true */
  readonly isShown?: boolean;
}

/** The message with the line of an expression and a caret, for where the text itself is not shown. */
export function shownFault(expression: string, { message, span, isShown = true }: Fault): string {
  return isShown ? showProblem(expression, { message, span }) : message;
}

/** How findings begin that a parser of expressions has. */
export const NO_EXPRESSION = 'this is no CEL expression';

/**
 * What is wrong with an expression in CEL: that it is none, that a pattern in it is none, that it cannot work where it
 * stands, or not as it reads.
 */
export function expressionFaults(expression: string, place: ExpressionPlace): Fault[] {
  const faults = faultsOf(expression, place);
  if (!place.isSecret) return faults;
  const [first] = faults.filter(({ severity = 'error' }) => severity === 'error');
  return first ? [{ ...first, ...SECRET_FAULT, isShown: false }] : [];
}

function faultsOf(expression: string, place: ExpressionPlace): Fault[] {
  const { expr, problems } = parse(expression, STANDARD);
  const patterns = expr ? patternFaults(expr) : [];
  if (patterns.length > 0) return patterns;
  if (expr) return faultsThere(expression, place);
  const isDuration = DURATION.test(expression);
  return problems.slice(0, 1).map(({ message, span }) => ({
    code: 'InvalidExpression',
    message: `${NO_EXPRESSION}: ${message}`,
    ...(isDuration && { hint: `write \`duration("${expression}")\`` }),
    span,
  }));
}

/** Elsewhere in a file a time is written like this: `5m`, `1h30m`. */
const DURATION = /^(\d{1,9}(ms|s|m|h)){1,4}$/;

/** As the gateway says it when it loads them. */
function faultsThere(expression: string, place: ExpressionPlace): Fault[] {
  const found = checkExpression(expression, place.phase, place.use);
  const known = found.filter(({ code }) => code !== 'unknown-function' || !place.hasOwnFunctions);
  return known.map(({ severity, message, span }) => ({
    severity,
    code: severity === 'error' ? 'InvalidExpression' : 'NoEffect',
    message,
    span,
  }));
}

/** Functions whose second argument, what they are called on counted in, is a regular expression. */
const PATTERN_FUNCTIONS: readonly string[] = ['matches', 'regexReplace'];

/** Patterns that are written out and that no call can use. */
function patternFaults(root: Expr): Fault[] {
  const found: Fault[] = [];
  const open: Expr[] = [root];
  for (let expr = open.pop(); expr; expr = open.pop()) {
    const parts = children(expr);
    if (expr.kind === 'call' && PATTERN_FUNCTIONS.includes(expr.name)) {
      found.push(...patternFault(parts[1]));
    }
    open.push(...[...parts].reverse());
  }
  return found;
}

function patternFault(pattern: Expr | undefined): Fault[] {
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return [];
  const problem = regexProblem(pattern.value);
  if (problem?.code !== 'InvalidValue') return [];
  return [{ ...problem, code: 'InvalidExpression', span: pattern.span }];
}
