import type { Severity } from '../../diagnostic';
import type { Expr } from '../expression';
import { parse } from '../parser';
import { lineAt, type Problem, showProblem } from '../problem';
import { denyAnyway } from './deny-anyway';
import { environmentFor } from './environment';
import { guardOf } from './guard';
import { type Doubt, doubtOf } from './may-fail';
import { type NeverTrue, neverTrue } from './never-true';
import { type Path, pathOf } from './path';
import type { Phase } from './phase';
import { problemsIn } from './phase-check';

/** What an expression is for. */
export type Use = 'allow' | 'deny' | 'require' | 'value';

/** What is wrong with an expression, or not what it seems. */
export interface ExpressionFinding extends Problem {
  /** An error never works; a warning works otherwise than it reads. */
  readonly severity: Severity;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** The message with the line and a caret, for a terminal. */
  readonly shown: string;
}

/**
 * Everything that can be said about an expression before it runs: whether it can run in its phase at all, and if so whether
 * it can do what it is there for.
 *
 * @param use - what it is for. @default value - anything but a rule
 * @example checkExpression('request.pth == "/"', 'route', 'allow').map(({ shown }) => shown)
 */
export function checkExpression(
  source: string,
  phase: Phase,
  use: Use = 'value',
): readonly ExpressionFinding[] {
  const { expr, problems } = parse(source, environmentFor(phase));
  if (!expr) return problems.map((problem) => finding(source, problem, 'error'));
  const wrong = problemsIn(expr, phase);
  if (wrong.length > 0) return wrong.map((problem) => finding(source, problem, 'error'));
  return (RULES[use]?.(expr, phase, source) ?? []).map((problem) =>
    finding(source, problem, 'warning'),
  );
}

function finding(source: string, problem: Problem, severity: Severity): ExpressionFinding {
  const { line, column } = lineAt(source, problem.span.start);
  return { ...problem, severity, line, column, shown: showProblem(source, problem) };
}

type Judge = (expr: Expr, phase: Phase, source: string) => readonly Problem[];

/** What happens where a rule of a kind never holds. */
const WITHOUT_EFFECT: Readonly<Record<Exclude<Use, 'value'>, string>> = {
  allow: 'this rule lets nobody pass',
  deny: 'this rule denies nobody',
  require: 'this rule keeps everybody out',
};

function neverHolds(use: Exclude<Use, 'value'>): Judge {
  return (expr, phase) => {
    const found = neverTrue(expr, phase);
    return found ? [withoutEffect(use, found)] : [];
  };
}

function withoutEffect(use: Exclude<Use, 'value'>, { part, reason }: NeverTrue): Problem {
  const message = `${WITHOUT_EFFECT[use]}: ${reason}`;
  return { code: 'never-true', message, span: part.span };
}

/** A rule for tools fails for a prompt, which it is not there to deny. */
const MCP_ITEMS: readonly Path[] = [
  ['mcp'],
  ...['tool', 'prompt', 'resource', 'task'].map((item) => ['mcp', item]),
];

/** How a finding says what is in doubt. */
const DOUBTS: Readonly<Record<Doubt['why'], string>> = {
  missing: 'is missing',
  'missing or no bool': 'is missing, or neither true nor false',
  'no bool': 'is neither true nor false',
  fails: 'fails, as it does for a value of a type that it does not take',
};

/** agentgateway does not deny where a deny rule fails. */
function mayNotDeny(expr: Expr, phase: Phase, source: string): readonly Problem[] {
  const doubt = doubtOf(expr, phase, MCP_ITEMS);
  if (!doubt) return [];
  const { start, end } = doubt.part.span;
  const what = `\`${source.slice(start, end)}\` ${DOUBTS[doubt.why]}`;
  const message = `this rule denies nobody where ${what}; ${advice(doubt, phase, source)}`;
  return [{ code: 'may-fail', message, span: doubt.part.span }];
}

function advice({ part, why }: Doubt, phase: Phase, source: string): string {
  const wrapped = `${wrapping(phase, source)}, which denies then as well`;
  const path = why.startsWith('missing') ? pathOf(part, []) : undefined;
  const guard = path && guardOf(path);
  return guard ? `${wrapped}, or ask first: \`${guard} && …\`` : wrapped;
}

const LONGEST_SHOWN = 60;

function wrapping(phase: Phase, source: string): string {
  if (phase === 'mcp-authorization')
    return 'write `coalesce(…, true) != false` around what it asks of the caller';
  const isShort = source.length <= LONGEST_SHOWN && !/\n|\/\//.test(source);
  return `write \`${denyAnyway(source, phase, isShort ? source : '…')}\``;
}

const RULES: Readonly<Partial<Record<Use, Judge>>> = {
  allow: neverHolds('allow'),
  require: neverHolds('require'),
  deny: (expr, phase, source) => {
    const without = neverHolds('deny')(expr, phase, source);
    return without.length > 0 ? without : mayNotDeny(expr, phase, source);
  },
};
