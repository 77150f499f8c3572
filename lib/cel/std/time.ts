import { CelError } from '../cel-error';
import { DURATION, INT, STRING, TIMESTAMP } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import type { CelResult, Duration, Timestamp } from '../value';

type Part = (date: Date) => number;

const DAY = 86_400_000;

function dayOfYear(date: Date): number {
  const first = new Date(0);
  first.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - first.getTime()) / DAY);
}

const PARTS: readonly (readonly [name: string, part: Part, doc: string])[] = [
  ['getFullYear', (date) => date.getUTCFullYear(), 'the year'],
  ['getMonth', (date) => date.getUTCMonth(), 'the month, from 0'],
  ['getDate', (date) => date.getUTCDate(), 'the day of the month, from 1'],
  ['getDayOfMonth', (date) => date.getUTCDate() - 1, 'the day of the month, from 0'],
  ['getDayOfWeek', (date) => date.getUTCDay(), 'the day of the week, Sunday being 0'],
  ['getDayOfYear', dayOfYear, 'the day of the year, from 0'],
  ['getHours', (date) => date.getUTCHours(), 'the hour'],
  ['getMinutes', (date) => date.getUTCMinutes(), 'the minute'],
  ['getSeconds', (date) => date.getUTCSeconds(), 'the second'],
];

const FIXED_ZONE = /^([+-]?)(\d\d):(\d\d)$/;

/** The time as the clocks of a zone show it, in the UTC fields of a Date. */
function inZone({ seconds }: Timestamp, zone: string): Date | CelError {
  const fixed = FIXED_ZONE.exec(zone);
  if (fixed) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    return new Date((seconds + (fixed[1] === '-' ? -minutes : minutes) * 60) * 1000);
  }
  const clock = clockOf(zone);
  return clock instanceof CelError ? clock : readClock(clock, seconds);
}

const clocks = new Map<string, Intl.DateTimeFormat | CelError>();
const MOST_CLOCKS = 100;
const LONGEST_ZONE = 64;

function clockOf(zone: string): Intl.DateTimeFormat | CelError {
  const known = clocks.get(zone);
  if (known) return known;
  const made = makeClock(zone);
  if (clocks.size >= MOST_CLOCKS) clocks.delete(clocks.keys().next().value!);
  clocks.set(zone, made);
  return made;
}

function makeClock(zone: string): Intl.DateTimeFormat | CelError {
  const unknown = new CelError(`unknown time zone ${JSON.stringify(zone.slice(0, LONGEST_ZONE))}`);
  if (zone.length > LONGEST_ZONE) return unknown;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return unknown;
  }
}

function readClock(clock: Intl.DateTimeFormat, seconds: number): Date {
  const parts: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(new Date(seconds * 1000)))
    parts[type] = Number(value);
  const date = new Date(0);
  date.setUTCFullYear(parts.year, parts.month - 1, parts.day);
  date.setUTCHours(parts.hour, parts.minute, parts.second);
  return date;
}

function partRows([name, part, doc]: (typeof PARTS)[number]): FunctionRow[] {
  const inUtc = (time: Timestamp): CelResult => part(new Date(time.seconds * 1000));
  const zoned = (time: Timestamp, zone: string): CelResult => {
    const date = inZone(time, zone);
    return date instanceof CelError ? date : part(date);
  };
  return [
    method(name, [TIMESTAMP], INT, inUtc, `${doc} in UTC`),
    method(name, [TIMESTAMP, STRING], INT, zoned, `${doc} in a time zone`),
  ];
}

function wholePart(size: number): (of: Duration) => CelResult {
  return ({ seconds }) => Math.trunc(seconds / size) + 0;
}

export const TIME: readonly FunctionRow[] = [
  ...PARTS.flatMap(partRows),
  method(
    'getMilliseconds',
    [TIMESTAMP],
    INT,
    ({ nanos }) => Math.trunc(nanos / 1e6),
    'the milliseconds of the second',
  ),
  method(
    'getMilliseconds',
    [TIMESTAMP, STRING],
    INT,
    ({ nanos }) => Math.trunc(nanos / 1e6),
    'the milliseconds of the second',
  ),
  method('getHours', [DURATION], INT, wholePart(3600), 'its whole hours'),
  method('getMinutes', [DURATION], INT, wholePart(60), 'its whole minutes'),
  method('getSeconds', [DURATION], INT, wholePart(1), 'its whole seconds'),
  method(
    'getMilliseconds',
    [DURATION],
    INT,
    ({ nanos }) => Math.trunc(nanos / 1e6) + 0,
    'the milliseconds of its last second',
  ),
];
