import { parseDuration } from '../standalone/duration';
import { UsageError } from './usage-error';

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
/** Shorter ones would be years that nobody means. */
const EPOCH_SECONDS = /^\d{9,11}$/;

/**
 * Reads a time of the command line, in milliseconds since 1970.
 *
 * @example
 * parseTime('--expires', '1h', now)                   // in an hour
 * parseTime('--expires', '-10m', now)                 // ten minutes ago
 * parseTime('--expires', '2030-01-01T00:00:00Z', now)
 * parseTime('--expires', '1893456000', now)           // seconds since 1970, as tokens have them
 * @throws UsageError where it is none
 */
export function parseTime(option: string, text: string, now: number): number {
  const time = timeOf(text, now);
  if (time !== undefined && Math.abs(time) <= LATEST) return time;
  throw new UsageError(
    `${option} ${JSON.stringify(text)} is no time: write \`90m\` for one from now, \`-10m\` for one that has passed, \`2030-01-01T00:00:00Z\`, or seconds since 1970`,
  );
}

/** Of what JavaScript can show. */
const LATEST = 8_640_000_000_000_000;

function timeOf(text: string, now: number): number | undefined {
  if (ISO.test(text)) {
    const time = Date.parse(text);
    return Number.isNaN(time) ? undefined : time;
  }
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1000;
  const [, sign, amount] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const duration = parseDuration(amount);
  if (duration === undefined) return undefined;
  return now + (sign === '-' ? -duration : duration);
}

/** The number of seconds since 1970 that tokens have (RFC 7519 §2, NumericDate). */
export function numericDate(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** `in 59 minutes`, `3 hours ago`, `now`. */
export function inWords(time: number, now: number): string {
  const distance = Math.abs(time - now);
  const [unit, ms] = UNITS.find(([, size]) => distance >= size) ?? [];
  if (unit === undefined || ms === undefined) return 'now';
  const count = Math.floor(distance / ms);
  const amount = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return time > now ? `in ${amount}` : `${amount} ago`;
}

/** `2026-01-31T12:00:00Z`, to the second; nothing for what no calendar has. */
export function isoTime(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return undefined;
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
