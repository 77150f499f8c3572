/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {}

/** How `agw` ends. */
export const EXIT = {
  ok: 0,
  /** The configuration has errors, or a port cannot be opened. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Something that should not be able to happen has: EX_SOFTWARE of BSD. */
  fault: 70,
} as const;
