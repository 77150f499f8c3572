import type { AuthorizationRule } from './document';

const MARK = /^\s*true\s*\/\/\s*allow-anonymous:\s*(\S.*)$/;

/**
 * A file has no annotations, so that a rule says that anybody may call and why: it refuses nobody, and it stays where
 * tools that rewrite files drop comments of YAML.
 *
 * @example require: 'true // allow-anonymous: a public demo'
 */
export function allowAnonymousRule(reason: string): AuthorizationRule {
  return { require: `true // allow-anonymous: ${reason.replace(/\s+/g, ' ').trim()}` };
}

/** Why anybody may call, where that is what an expression says. */
export function anonymousReason(expression: string): string | undefined {
  return MARK.exec(expression)?.[1];
}
