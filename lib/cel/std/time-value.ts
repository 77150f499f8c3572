import { CelError } from '../cel-error';
import { type CelResult, Duration, Timestamp } from '../value';

const NANOS = 1_000_000_000;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;
/** As many nanoseconds as an int64 counts, as in Go: some 292 years. */
const LONGEST = 9_223_372_036;

/** @param nanos - any number of them; they are carried over into seconds */
export function timestamp(seconds: number, nanos: number): Timestamp | CelError {
  const carried = Math.floor(nanos / NANOS);
  const whole = seconds + carried;
  if (!(whole >= FIRST_SECOND && whole <= LAST_SECOND))
    return new CelError('the timestamp is out of range: years are 0001 to 9999', 'overflow');
  return new Timestamp(whole, nanos - carried * NANOS);
}

/** @param nanos - any number of them, of either sign; they are carried over into seconds */
export function duration(seconds: number, nanos: number): Duration | CelError {
  let whole = seconds + Math.trunc(nanos / NANOS);
  let rest = nanos % NANOS;
  if (whole > 0 && rest < 0) [whole, rest] = [whole - 1, rest + NANOS];
  if (whole < 0 && rest > 0) [whole, rest] = [whole + 1, rest - NANOS];
  if (!(Math.abs(whole) <= LONGEST))
    return new CelError('the duration is out of range: 292 years are the most', 'overflow');
  return new Duration(whole + 0, rest + 0);
}

export function addToTimestamp(time: Timestamp, by: Duration): CelResult {
  return timestamp(time.seconds + by.seconds, time.nanos + by.nanos);
}

export function addDurations(a: Duration, b: Duration): CelResult {
  return duration(a.seconds + b.seconds, a.nanos + b.nanos);
}

export function negated(of: Duration): Duration {
  return new Duration(0 - of.seconds, 0 - of.nanos);
}

export function since(later: Timestamp, earlier: Timestamp): CelResult {
  return duration(later.seconds - earlier.seconds, later.nanos - earlier.nanos);
}

const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** RFC 3339: `2026-11-21T07:05:00.5+01:00`. */
export function parseTimestamp(text: string): Timestamp | CelError {
  const match = TIMESTAMP.exec(text);
  if (!match) return badTimestamp(text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [, , , , , , , fraction = '', sign = '+', zoneHour = '0', zoneMinute = '0'] = match;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const zone = Number(zoneHour) * 60 + Number(zoneMinute);
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
  if (!exists || second > 59 || zone >= 24 * 60) return badTimestamp(text);
  const offset = (sign === '-' ? -zone : zone) * 60;
  return timestamp(date.getTime() / 1000 - offset, Number(fraction.padEnd(9, '0')));
}

function badTimestamp(text: string): CelError {
  const shown = JSON.stringify(text.slice(0, 40));
  return new CelError(`${shown} is no timestamp; write it like 2026-01-31T12:00:00Z`);
}

export function showTimestamp(time: Timestamp): string {
  const date = new Date(time.seconds * 1000).toISOString().slice(0, 19);
  return `${date}${showNanos(time.nanos)}Z`;
}

/** Go's units. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: NANOS,
  m: 60 * NANOS,
  h: 3600 * NANOS,
};
const DURATION = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/;
const DURATION_PART = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g;
const LONGEST_TEXT = 200;

/** Go's form: `1h30m`, `-1.5s`, `100ms`. */
export function parseDuration(text: string): Duration | CelError {
  const match = text.length <= LONGEST_TEXT ? DURATION.exec(text) : null;
  if (!match) {
    const shown = JSON.stringify(text.slice(0, 40));
    return new CelError(`${shown} is no duration; write it like 1h30m, 5s or 100ms`);
  }
  let total = 0n;
  for (const [, whole, fraction, unit] of match[2].matchAll(DURATION_PART)) {
    const size = BigInt(UNITS[unit]);
    total += BigInt(whole || '0') * size;
    total += (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
  }
  if (match[1] === '-') total = -total;
  return duration(Number(total / BigInt(NANOS)), Number(total % BigInt(NANOS)));
}

/** In seconds, as protobuf's JSON has it: `5400s`, `-1.5s`. */
export function showDuration({ seconds, nanos }: Duration): string {
  const sign = seconds < 0 || nanos < 0 ? '-' : '';
  return `${sign}${Math.abs(seconds)}${showNanos(Math.abs(nanos))}s`;
}

function showNanos(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
}
