import { check } from '../checker';
import type { Expr } from '../expression';
import type { Problem } from '../problem';
import { environmentFor } from './environment';
import { FLATTEN } from './flatten';
import { fieldsAlong, type Path, pathOf, phasesWith, showPath } from './path';
import { PHASES, type Phase } from './phase';
import { scopesOf } from './scope';
import { isUnredacted } from './secret';

/** What is wrong with an expression where it stands: with its names and types, and with what its phase does not have. */
export function problemsIn(expr: Expr, phase: Phase): readonly Problem[] {
  const early: Problem[] = [];
  collect(expr, phase, [], early);
  const others = check(expr, environmentFor(phase)).problems.filter(
    (problem) => !isUnknown(problem) || !early.some((known) => covers(known, problem)),
  );
  return [...early, ...others].sort((a, b) => a.span.start - b.span.start);
}

function isUnknown({ code }: Problem): boolean {
  return code === 'unknown-variable' || code === 'unknown-field' || code === 'unknown-function';
}

function covers(outer: Problem, inner: Problem): boolean {
  return outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;
}

function collect(expr: Expr, phase: Phase, locals: readonly string[], found: Problem[]): void {
  const wrong = wrongHere(expr, phase, locals);
  if (wrong) {
    found.push(wrong);
    return;
  }
  const { outer, inner, declared } = scopesOf(expr);
  for (const part of outer) collect(part, phase, locals, found);
  for (const part of inner) collect(part, phase, [...locals, ...declared], found);
}

function wrongHere(expr: Expr, phase: Phase, locals: readonly string[]): Problem | undefined {
  if (expr.kind === 'call') return expr.target ? undefined : wrongCall(expr.name, phase, expr);
  const path = pathOf(expr, locals);
  return path && (absent(path, phase, expr) ?? noSecret(path, expr));
}

/** Only where every field around it is there: the shortest path that is not is reported, further in. */
function absent(path: Path, phase: Phase, { span }: Expr): Problem | undefined {
  const fields = fieldsAlong(path);
  if (fields.length < path.length) return undefined;
  const phases = phasesWith(fields);
  if (phases.includes(phase) || !phasesWith(fields.slice(0, -1)).includes(phase)) return undefined;
  const message = `\`${showPath(path)}\` is not there in ${PHASES[phase]}; ${whereElse(phases)}`;
  return { code: 'other-phase', message, span };
}

function whereElse(phases: readonly Phase[]): string {
  return `it is in ${phases.map((phase) => PHASES[phase]).join('; ')}`;
}

function noSecret(path: Path, { span }: Expr): Problem | undefined {
  const last = path[path.length - 1];
  if (!isUnredacted(last) || fieldsAlong(path).length === path.length) return undefined;
  const plain = showPath([...path.slice(0, -1), last.slice(0, last.lastIndexOf('.'))]);
  const message = `\`${plain}\` is no secret, so there is nothing to take off it; leave \`.unredacted()\` out`;
  return { code: 'unknown-function', message, span };
}

function wrongCall(name: string, phase: Phase, { span }: Expr): Problem | undefined {
  if (phase === 'log' || !FLATTEN.some((row) => row.name === name)) return undefined;
  const message = `\`${name}\` makes fields of a log line, so it is not there in ${PHASES[phase]}; ${whereElse(['log'])}`;
  return { code: 'other-phase', message, span };
}
