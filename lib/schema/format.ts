import type { Schema } from './schema';

type Format = NonNullable<Schema['format']>;

interface TextFormat {
  readonly means: string;
  holds(text: string): boolean;
}

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** What Go reads as the URI of a request: a scheme and the rest, or an absolute path. */
const URI = /^([a-zA-Z][a-zA-Z0-9+.-]*:\/*[^\s\\]+|\/[^\s\\]*)$/;

/** Formats of strings, as the API server holds values to them. */
const TEXT_FORMATS: Partial<Readonly<Record<Format, TextFormat>>> = {
  'date-time': {
    means: 'a time such as `2027-01-31T12:00:00Z`',
    holds: isDateTime,
  },
  uri: {
    means: 'a URI such as `https://example.com/path`',
    holds: (text) => URI.test(text) && !/%(?![0-9A-Fa-f]{2})/.test(text),
  },
};

/** What a string must be, in words that complete "must be …"; nothing where it is. */
export function formatMissed(format: Format | undefined, text: string): string | undefined {
  const known = format && TEXT_FORMATS[format];
  return known && !known.holds(text) ? known.means : undefined;
}

/** RFC 3339, §5.6; a day beyond its month is none. */
function isDateTime(text: string): boolean {
  const [, year, month, day] = DATE_TIME.exec(text) ?? [];
  if (year === undefined) return false;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last;
}

const INTEGERS: Partial<Readonly<Record<Format, { minimum: number; maximum: number }>>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { minimum: -(2 ** 63), maximum: 2 ** 63 - 1025 },
};

/** The numbers that a value may be: its own bounds, or those of its format. */
export function bounds(schema: Schema): { minimum: number; maximum: number } {
  const format = schema.format && INTEGERS[schema.format];
  return {
    minimum: schema.minimum ?? format?.minimum ?? Number.NEGATIVE_INFINITY,
    maximum: schema.maximum ?? format?.maximum ?? Number.POSITIVE_INFINITY,
  };
}
