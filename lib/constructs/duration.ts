import type { Duration } from 'cdk8s';

const UNITS = [
  { unit: 'h', millis: 3_600_000 },
  { unit: 'm', millis: 60_000 },
  { unit: 's', millis: 1_000 },
  { unit: 'ms', millis: 1 },
];

/** GEP-2257 allows five digits a unit. */
const MAX_HOURS = 99_999;

/** Whole milliseconds, the finest that Gateway API can say. */
export function wholeMillis(duration: Duration, field: string): number {
  const millis = duration.toMilliseconds({ integral: false });
  if (Number.isSafeInteger(millis) && millis <= MAX_HOURS * UNITS[0].millis) return millis;
  throw new Error(
    `${field} must be whole milliseconds and at most ${MAX_HOURS} hours, got ${millis}ms; write for example Duration.millis(1500)`,
  );
}

/**
 * A duration in Gateway API's grammar (GEP-2257).
 *
 * @example
 * 90_500 → '1m30s500ms'
 */
export function toGatewayDuration(duration: Duration, field: string): string {
  let rest = wholeMillis(duration, field);
  const groups: string[] = [];
  for (const { unit, millis } of UNITS) {
    const amount = Math.floor(rest / millis);
    rest -= amount * millis;
    if (amount > 0) groups.push(`${amount}${unit}`);
  }
  return groups.join('') || '0s';
}
