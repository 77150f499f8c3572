import type { Expr } from '../expression';
import { ALL_PHASES, type Phase } from './phase';
import { secretField } from './secret';
import { type Field, isIn, VARIABLES } from './variables';

/** A variable and the fields that are read of it: `jwt`, `sub`. Never empty. */
export type Path = readonly string[];

/** The path that an expression is, whether its fields are written as `.a` or `["a"]`. */
export function pathOf(expr: Expr, locals: readonly string[]): Path | undefined {
  if (expr.kind === 'ident')
    return expr.absolute || !locals.includes(expr.name) ? [expr.name] : undefined;
  const member = memberOf(expr);
  const owner = member && pathOf(member.owner, locals);
  return owner && [...owner, member.field];
}

function memberOf(expr: Expr): { readonly owner: Expr; readonly field: string } | undefined {
  if (expr.kind === 'select')
    return expr.optional ? undefined : { owner: expr.operand, field: expr.field };
  if (expr.kind !== 'index' || expr.optional || expr.index.kind !== 'literal') return undefined;
  const { value } = expr.index;
  return typeof value === 'string' ? { owner: expr.operand, field: value } : undefined;
}

/** What is declared under a path, with everything around it; shorter than the path where nothing is. */
export function fieldsAlong(path: Path): readonly Field[] {
  const found: Field[] = [];
  let level: Readonly<Record<string, Field>> = VARIABLES;
  for (const name of path) {
    const field = declaredAs(name, level);
    if (!field) return found;
    found.push(field);
    level = field.fields ?? {};
  }
  return found;
}

function declaredAs(name: string, level: Readonly<Record<string, Field>>): Field | undefined {
  if (Object.hasOwn(level, name)) return level[name];
  const secrets = Object.entries(level).filter(([, { secret }]) => secret);
  return secrets.find(([secret]) => secretField(secret) === name)?.[1];
}

/** The phases that have all of these fields. */
export function phasesWith(fields: readonly Field[]): readonly Phase[] {
  return ALL_PHASES.filter((phase) => fields.every((field) => isIn(field, phase)));
}

/** `jwt.sub`, `jwt["https://example.com/tier"]`. */
export function showPath([root, ...fields]: Path): string {
  const shown = fields.map((field) =>
    /^[A-Za-z_]\w*(\.unredacted\(\))?$/.test(field) ? `.${field}` : `[${JSON.stringify(field)}]`,
  );
  return root + shown.join('');
}
