import { RE2JS } from 're2js';
import { invalid, notRun, type RegexFault, readRustRegex } from './rust-regex';

/** Answers whether the whole text matches. */
export type Regex = (text: string) => boolean;

/**
 * A regular expression of the configuration, in the syntax of agentgateway's engine and in linear time: paths and headers
 * come from strangers, and a backtracking engine would let them stop the gateway.
 *
 * @throws Error where the pattern is none
 */
export function compileRegex(pattern: string): Regex {
  const compiled = compiledOrFault(pattern);
  if (!(compiled instanceof RE2JS)) throw new Error(compiled.reason);
  return (text) => compiled.matches(text);
}

/** Why agentgateway refuses a pattern or this gateway does not run it; nothing where neither is so. */
export function regexFault(pattern: string): RegexFault | undefined {
  const compiled = compiledOrFault(pattern);
  return compiled instanceof RE2JS ? undefined : compiled;
}

/** How a finding says that a pattern cannot be used; never with the pattern, which may be that of a secret. */
export interface RegexProblem {
  readonly code: 'InvalidValue' | 'Unsupported';
  readonly message: string;
  readonly hint: string;
}

/** What a finding says of a pattern, or nothing where it can be used. */
export function regexProblem(pattern: string): RegexProblem | undefined {
  const fault = regexFault(pattern);
  return fault && PROBLEMS[fault.kind](fault.reason);
}

const PROBLEMS: Readonly<Record<RegexFault['kind'], (reason: string) => RegexProblem>> = {
  invalid: (reason) => ({
    code: 'InvalidValue',
    message: `this is no regular expression that agentgateway takes: ${reason}`,
    hint: 'write it in the syntax of Rust’s `regex`: no look-around, no back-references',
  }),
  notRun: (reason) => ({
    code: 'Unsupported',
    message: `this regular expression of agentgateway is not run here: ${reason}`,
    hint: 'write it in other words, or run this with agentgateway',
  }),
};

function compiledOrFault(pattern: string): RE2JS | RegexFault {
  const read = readRustRegex(pattern);
  if ('kind' in read) return read;
  try {
    return RE2JS.compile(read.re2);
  } catch (error) {
    return refusal(error instanceof Error ? error.message : '');
  }
}

/** What RE2 refuses of what was read as Rust's. */
function refusal(message: string): RegexFault {
  if (message.includes('\\p') || message.includes('\\P')) {
    return notRun(0, 'this gateway does not know one of its properties of characters');
  }
  if (message.includes('repeat')) return notRun(0, 'this gateway repeats up to 1,000 times');
  if (message.includes('range')) return invalid(0, 'a range of characters cannot be read');
  return notRun(0, 'this gateway does not know all of its syntax');
}
