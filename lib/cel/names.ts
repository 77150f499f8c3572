import type { CelType } from './cel-type';
import { candidateNames, type Environment, functionsOf } from './environment';
import { type Call, type Expr, type Ident, qualifiedName, type Select } from './expression';

/** Whether a name is a variable that a macro has declared. */
export type IsLocal = (name: string) => boolean;

export interface DeclaredVariable {
  readonly name: string;
  readonly type: CelType;
}

/** The declared variable that names alone, such as `a.b.c`, stand for, if they do. */
export function declaredVariable(
  environment: Environment,
  expr: Ident | Select,
  isLocal: IsLocal,
): DeclaredVariable | undefined {
  const name = qualifiedName(expr);
  if (name === undefined || isLocal(rootOf(expr))) return undefined;
  const found = namesFor(environment, expr, name).find((full) =>
    Object.hasOwn(environment.variables, full),
  );
  return found === undefined ? undefined : { name: found, type: environment.variables[found] };
}

/** The function that a call with a target of names means: `math.greatest(1, 2)` is no method of `math`. */
export function namespacedFunction(
  environment: Environment,
  call: Call,
  isLocal: IsLocal,
): string | undefined {
  const functions = functionsOf(environment);
  const namespace = call.target && qualifiedName(call.target);
  if (namespace === undefined || !call.target) {
    return call.target
      ? undefined
      : candidateNames(environment.container, call.name).find(
          (name) => functions.named(name, false).length > 0,
        );
  }
  if (isLocal(rootOf(call.target))) return undefined;
  return namesFor(environment, call.target, `${namespace}.${call.name}`).find(
    (name) => functions.named(name, false).length > 0,
  );
}

function namesFor(environment: Environment, expr: Expr, name: string): readonly string[] {
  return candidateNames(isAbsolute(expr) ? undefined : environment.container, name);
}

function isAbsolute(expr: Expr): boolean {
  return expr.kind === 'select' ? isAbsolute(expr.operand) : expr.kind === 'ident' && expr.absolute;
}

function rootOf(expr: Expr): string {
  if (expr.kind === 'select') return rootOf(expr.operand);
  return expr.kind === 'ident' && !expr.absolute ? expr.name : '';
}
