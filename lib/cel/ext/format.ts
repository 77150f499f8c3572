import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { LIST, STRING } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import { DEEPEST_VALUE } from '../limits';
import { showDouble } from '../std/conversions';
import { showDuration, showTimestamp } from '../std/time-value';
import {
  adopt,
  type CelResult,
  type CelValue,
  Duration,
  isDouble,
  isInt,
  isMap,
  keysOf,
  lookup,
  type MapView,
  numberOf,
  type PlainObject,
  Timestamp,
  TypeValue,
  typeName,
  Uint,
} from '../value';

/** How a clause such as `%d` writes a value. */
type Clause = (value: CelValue, precision: number, budget: Budget) => string | CelError;

const MOST_DIGITS = 100;
const DEFAULT_PRECISION = 6;

function wrong(what: string, value: CelValue): CelError {
  return new CelError(`error during formatting: ${what}, was given ${typeName(value)}`);
}

function showNumber(value: CelValue): string | undefined {
  if (!isDouble(value)) return undefined;
  const number = numberOf(value);
  if (Number.isFinite(number)) return undefined;
  if (Number.isNaN(number)) return 'NaN';
  return number > 0 ? 'Infinity' : '-Infinity';
}

const WHOLE = 'decimal clause can only be used on integers';

function decimal(value: CelValue): string | CelError {
  if (isInt(value)) return String(value);
  if (value instanceof Uint) return String(value.value);
  return showNumber(value) ?? wrong(WHOLE, value);
}

function inBase(base: number, clause: string): Clause {
  return (value) => {
    if (isInt(value)) return BigInt(value).toString(base);
    if (value instanceof Uint) return value.value.toString(base);
    if (typeof value === 'boolean' && base === 2) return value ? '1' : '0';
    return wrong(clause, value);
  };
}

const integer16 = inBase(16, 'only integers, byte buffers, and strings can be formatted as hex');

function hexadecimal(value: CelValue): string | CelError {
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return integer16(value, 0, undefined as never);
}

/** Go rounds halves to even where the half is exact; JavaScript's toFixed rounds those up. */
function fixed(value: number, precision: number): string {
  const text = value.toFixed(precision);
  const scaled = value * 10 ** precision;
  const isHalf = Number.isSafeInteger(scaled * 2) && Math.abs(scaled % 1) === 0.5;
  if (!isHalf) return text;
  const below = Math.trunc(scaled);
  const even = below % 2 === 0 ? below : below + Math.sign(scaled);
  return (even / 10 ** precision).toFixed(precision);
}

function floating(what: string, show: (value: number, precision: number) => string): Clause {
  return (value, precision) => {
    if (!isDouble(value) && !isInt(value) && !(value instanceof Uint)) return wrong(what, value);
    const special = showNumber(value);
    if (special) return special;
    const number =
      value instanceof Uint ? Number(value.value) : isInt(value) ? Number(value) : numberOf(value);
    return show(number, precision);
  };
}

function scientific(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

const TEXT =
  'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps';

function text(value: CelValue, _precision: number, budget: Budget): string | CelError {
  return written(value, budget, 0);
}

function written(value: CelValue, budget: Budget, depth: number): string | CelError {
  budget.spend(1);
  if (depth > DEEPEST_VALUE) throw new CelError('the values are nested too deeply', 'too-deep');
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean') return String(value);
  if (isInt(value)) return String(value);
  if (value instanceof Uint) return String(value.value);
  if (isDouble(value)) return showNumber(value) ?? showDouble(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof Timestamp) return showTimestamp(value);
  if (value instanceof Duration) return showDuration(value);
  if (value instanceof TypeValue) return value.name;
  if (Array.isArray(value)) return writtenList(value, budget, depth);
  return isMap(value) ? writtenMap(value, budget, depth) : wrong(TEXT, value);
}

function writtenList(
  entries: readonly unknown[],
  budget: Budget,
  depth: number,
): string | CelError {
  const parts: string[] = [];
  for (const entry of entries) {
    const value = adopt(entry);
    const part = value instanceof CelError ? value : written(value, budget, depth + 1);
    if (part instanceof CelError) return part;
    parts.push(part);
  }
  return `[${parts.join(', ')}]`;
}

function writtenMap(map: MapView | PlainObject, budget: Budget, depth: number): string | CelError {
  const parts: { key: string; value: string }[] = [];
  for (const key of keysOf(map)) {
    const found = adopt(lookup(map, key));
    const value = found instanceof CelError ? found : written(found, budget, depth + 1);
    if (value instanceof CelError) return value;
    parts.push({ key: String(written(key, budget, depth + 1)), value });
  }
  parts.sort((a, b) => (a.key < b.key ? -1 : 1));
  return `{${parts.map(({ key, value }) => `${key}: ${value}`).join(', ')}}`;
}

const SCIENTIFIC = 'scientific clause can only be used on doubles';
const FIXED = 'fixed-point clause can only be used on doubles';

const CLAUSES: Readonly<Record<string, Clause>> = {
  s: text,
  d: decimal,
  b: inBase(2, 'only integers and bools can be formatted as binary'),
  o: inBase(8, 'octal clause can only be used on integers'),
  x: hexadecimal,
  X: (value, precision, budget) => upper(hexadecimal(value), precision, budget),
  e: floating(SCIENTIFIC, scientific),
  f: floating(FIXED, fixed),
};

function upper(shown: string | CelError, _precision: number, _budget: Budget): string | CelError {
  return typeof shown === 'string' ? shown.toUpperCase() : shown;
}

const CLAUSE = /%(?:%|(?:\.([0-9]{1,3}))?(.?))/gsu;

/** `'%s has %d'.format(['a', 1])` */
function format(template: string, args: readonly unknown[], budget: Budget): CelResult {
  const parts: string[] = [];
  let from = 0;
  let used = 0;
  for (const match of template.matchAll(CLAUSE)) {
    parts.push(template.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[0] === '%%') {
      parts.push('%');
      continue;
    }
    const shown = formatted(match, args, used, budget);
    if (shown instanceof CelError) return shown;
    budget.spend(shown.length >> 5);
    parts.push(shown);
    used += 1;
  }
  parts.push(template.slice(from));
  return parts.join('');
}

function formatted(
  [, precision, letter]: RegExpMatchArray,
  args: readonly unknown[],
  at: number,
  budget: Budget,
): string | CelError {
  if (!Object.hasOwn(CLAUSES, letter))
    return new CelError(
      `could not parse formatting clause: unrecognized formatting clause "${letter}"`,
    );
  if (at >= args.length) return new CelError(`index ${at} out of range`, 'index-out-of-range');
  const digits = precision === undefined ? DEFAULT_PRECISION : Number(precision);
  if (digits > MOST_DIGITS) return new CelError(`a precision of ${digits} is too large`);
  const value = adopt(args[at]);
  return value instanceof CelError ? value : CLAUSES[letter](value, digits, budget);
}

export const FORMAT: readonly FunctionRow[] = [
  method(
    'format',
    [STRING, LIST],
    STRING,
    format,
    'with the values in place of %s, %d, %.2f, %x and the like',
  ),
];
