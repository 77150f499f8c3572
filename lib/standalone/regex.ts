import { RE2JS } from 're2js';

/** Answers whether the whole text matches. */
export type Regex = (text: string) => boolean;

/**
 * A regular expression of the configuration, in RE2's syntax and in linear time: paths and headers come from strangers,
 * and a backtracking engine would let them stop the gateway.
 *
 * @throws Error where the pattern is none
 */
export function compileRegex(pattern: string): Regex {
  const regex = RE2JS.compile(pattern);
  return (text) => regex.matches(text);
}

/** What to do about a pattern that is none. */
export const REGEX_HINT = 'RE2 has no look-around and no back-references';

/** Why a pattern is none, or nothing where it is one. */
export function regexProblem(pattern: string): string | undefined {
  try {
    compileRegex(pattern);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `\`${pattern}\` is not a regular expression that RE2 takes: ${reason}`;
  }
}
