const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  μs: 0.001,
  ns: 0.000_001,
};

const DURATION = /^(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+$/;
const PART = /(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|μs|ns)/g;
const LONGEST = 64;

/**
 * Milliseconds of a duration as Go writes them; nothing if it is not one.
 *
 * @example
 * parseDuration('1h2m3.5s') // 3723500
 * parseDuration('250ms')    // 250
 * parseDuration('10')       // undefined: no unit
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (text.length > LONGEST || !DURATION.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    milliseconds += Number(amount) * UNIT_MS[unit!]!;
  }
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}
