import { RE2JS } from 're2js';
import { CelError } from './cel-error';
import type { Limits } from './limits';

/** A regular expression in RE2's syntax, which no text keeps busy for longer than its length. */
export function compileRegex(pattern: string, limits: Limits): RE2JS | CelError {
  if (pattern.length > limits.pattern)
    return new CelError(
      `the regular expression has ${pattern.length} characters; ${limits.pattern} are the most`,
    );
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new CelError(
      `${JSON.stringify(pattern.slice(0, 80))} is no regular expression: ${reason}`,
    );
  }
}

const MOST_KEPT = 200;

/** Patterns that are computed while an expression runs; kept, since they are mostly the same ones. */
const kept = new Map<string, RE2JS | CelError>();

export function regexOf(pattern: string, limits: Limits): RE2JS | CelError {
  const known = kept.get(pattern);
  if (known) return known;
  const compiled = compileRegex(pattern, limits);
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(pattern, compiled);
  return compiled;
}

/** What a match costs: each character may meet each part of the pattern. */
export function costOfMatch(text: string, pattern: string): number {
  return 1 + ((text.length * (pattern.length + 1)) >> 8);
}
