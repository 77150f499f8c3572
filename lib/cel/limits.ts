/** What an expression may cost: to read, and to run. */
export interface Limits {
  /** Characters of the source. */
  readonly source: number;
  /** Parts that lie inside each other: parentheses, operators, calls. */
  readonly depth: number;
  /** Steps of an evaluation: one for each turn of a loop and each of its parts, and one for some dozen characters or entries read. */
  readonly cost: number;
  /** Characters of a regular expression. */
  readonly pattern: number;
}

export const DEFAULT_LIMITS: Limits = {
  source: 100_000,
  depth: 250,
  cost: 1_000_000,
  pattern: 4_096,
};

/** How deep values may lie inside each other where they are compared or written out; cyclic ones end here too. */
export const DEEPEST_VALUE = 500;
