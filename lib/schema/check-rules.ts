import type { Diagnostic, Edit } from '../diagnostic';
import type { Findings } from './findings';
import type { Rule, Violation } from './rule';
import type { Schema } from './schema';

/**
 * Holds a value against the rules of its statement.
 *
 * @param before how many findings there were before the value was looked at
 */
export function checkRules(
  schema: Schema,
  value: unknown,
  path: string,
  before: number,
  findings: Findings,
): void {
  for (const rule of schema.rules ?? []) {
    if (readsFields(rule) && isBroken(rule.cel, path, findings.list.slice(before))) continue;
    for (const violation of rule.check(value)) reportViolation(violation, path, findings);
  }
}

/** Forms that ask what is written, not what it is, read nothing. */
function readsFields(rule: Rule): rule is Rule & { readonly cel: string } {
  if (rule.cel === undefined) return false;
  return rule.form === 'cel' || rule.form.startsWith('forbidden(');
}

/**
 * The API server runs no rule on an object whose structure is wrong. Here only those are left out that read what is
 * wrong, so that the others need no second run.
 */
function isBroken(expression: string, path: string, found: readonly Diagnostic[]): boolean {
  return found.some(
    (finding) => BLOCKING.has(finding.code) && isReadBy(expression, finding.path, path),
  );
}

export function reportViolation(violation: Violation, path: string, findings: Findings): void {
  const { code = 'Invalid', message, hint, severity = 'error', meant } = violation;
  const place = joined(path, violation.path);
  const fix: Edit[] = meant === undefined ? [] : [{ op: 'replace', path: place, value: meant }];
  findings.add({
    severity,
    code,
    message,
    path: place,
    ...(hint && { hint }),
    ...(fix.length > 0 && { fix }),
  });
}

/** Findings after which the API server runs no rules. */
const BLOCKING: ReadonlySet<string> = new Set([
  ...['TypeInvalid', 'Required', 'NotSupported', 'TooLong', 'TooMany', 'Duplicate'],
]);

/** Whether an expression over the value at `path` names the field in which `wrong` lies. */
function isReadBy(expression: string, wrong: string, path: string): boolean {
  if (!wrong.startsWith(path)) return false;
  const name = /[A-Za-z_$][A-Za-z0-9_$-]*/.exec(wrong.slice(path.length))?.[0];
  return name === undefined || expression.includes(name);
}

function joined(path: string, below: string): string {
  if (!below || !path || below.startsWith('[')) return `${path}${below}`;
  return `${path}.${below}`;
}
