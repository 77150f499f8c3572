import { CelError } from '../cel-error';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  parameter,
  STRING,
  TIMESTAMP,
  typeOfType,
  UINT,
} from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import {
  type CelResult,
  type Double,
  double,
  int,
  numberOf,
  TypeValue,
  typeName,
  uint,
} from '../value';
import {
  parseDuration,
  parseTimestamp,
  showDuration,
  showTimestamp,
  timestamp,
} from './time-value';

const LONGEST_NUMBER = 400;

function textToInt(text: string): CelResult {
  return /^[+-]?[0-9]{1,25}$/.test(text) ? int(BigInt(text)) : notA('an int', text);
}

function textToUint(text: string): CelResult {
  return /^[0-9]{1,25}$/.test(text) ? uint(BigInt(text)) : notA('a uint', text);
}

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const NAMED_NUMBERS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};

function textToDouble(text: string): CelResult {
  const name = text.toLowerCase().replace(/^[+-]/, '');
  if (Object.hasOwn(NAMED_NUMBERS, name))
    return double(text.startsWith('-') ? -NAMED_NUMBERS[name] : NAMED_NUMBERS[name]);
  if (text.length > LONGEST_NUMBER || !NUMBER.test(text)) return notA('a double', text);
  return double(Number(text));
}

/** As Go's strconv.ParseBool has it. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false])),
};

function textToBool(text: string): CelResult {
  return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : notA('a bool', text);
}

function notA(what: string, text: string): CelError {
  return new CelError(`${JSON.stringify(text.slice(0, 40))} is not ${what}`);
}

/** A double beyond 2^63 - 1024 may stand for a number that no int has. */
function doubleToInt(value: number | Double): CelResult {
  const number = numberOf(value);
  if (!(Math.abs(number) < 2 ** 63))
    return new CelError('int range: the double is too large', 'overflow');
  return int(BigInt(Math.trunc(number)));
}

function doubleToUint(value: number | Double): CelResult {
  const number = numberOf(value);
  if (!(number >= 0 && number < 2 ** 64))
    return new CelError('uint range: the double is negative or too large', 'overflow');
  return uint(BigInt(Math.trunc(number)));
}

/** As Go prints with %g and all digits: `1e+21`, `0.0001`, `1e-05`. */
export function showDouble(value: number | Double): string {
  const number = numberOf(value);
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? '+Inf' : '-Inf';
  if (Object.is(number, -0)) return '-0';
  const exponent = number === 0 ? 0 : Number(number.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < 21) return String(number);
  return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

function bytesToText(bytes: Uint8Array): CelResult {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new CelError('invalid UTF-8 in bytes, so there is no string for it');
  }
}

function textToBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

const A = parameter('A');

export const CONVERSIONS: readonly FunctionRow[] = [
  fn('int', [INT], INT, (value) => value, 'as it is'),
  fn('int', [UINT], INT, ({ value }) => int(value), 'the same number'),
  fn('int', [DOUBLE], INT, doubleToInt, 'the number without its fraction'),
  fn('int', [STRING], INT, textToInt, 'the number written in decimal digits'),
  fn('int', [TIMESTAMP], INT, ({ seconds }) => seconds, 'seconds since 1970'),

  fn('uint', [UINT], UINT, (value) => value, 'as it is'),
  fn('uint', [INT], UINT, (value) => uint(BigInt(value)), 'the same number'),
  fn('uint', [DOUBLE], UINT, doubleToUint, 'the number without its fraction'),
  fn('uint', [STRING], UINT, textToUint, 'the number written in decimal digits'),

  fn('double', [DOUBLE], DOUBLE, (value) => value, 'as it is'),
  fn('double', [INT], DOUBLE, (value) => double(Number(value)), 'the nearest double'),
  fn('double', [UINT], DOUBLE, ({ value }) => double(Number(value)), 'the nearest double'),
  fn('double', [STRING], DOUBLE, textToDouble, 'the number written'),

  fn('string', [STRING], STRING, (value) => value, 'as it is'),
  fn('string', [INT], STRING, (value) => String(value), 'in decimal digits'),
  fn('string', [UINT], STRING, ({ value }) => String(value), 'in decimal digits'),
  fn('string', [DOUBLE], STRING, showDouble, 'in decimal digits'),
  fn('string', [BOOL], STRING, String, '`true` or `false`'),
  fn('string', [BYTES], STRING, bytesToText, 'the bytes read as UTF-8'),
  fn('string', [TIMESTAMP], STRING, showTimestamp, 'in RFC 3339'),
  fn('string', [DURATION], STRING, showDuration, 'in seconds: 90s'),

  fn('bytes', [BYTES], BYTES, (value) => value, 'as they are'),
  fn('bytes', [STRING], BYTES, textToBytes, 'the string in UTF-8'),

  fn('bool', [BOOL], BOOL, (value) => value, 'as it is'),
  fn('bool', [STRING], BOOL, textToBool, '`true`, `t` or `1`, `false`, `f` or `0`'),

  fn('timestamp', [TIMESTAMP], TIMESTAMP, (value) => value, 'as it is'),
  fn('timestamp', [STRING], TIMESTAMP, parseTimestamp, 'the time written in RFC 3339'),
  fn(
    'timestamp',
    [INT],
    TIMESTAMP,
    (seconds) => timestamp(Number(seconds), 0),
    'seconds since 1970',
  ),

  fn('duration', [DURATION], DURATION, (value) => value, 'as it is'),
  fn('duration', [STRING], DURATION, parseDuration, 'the duration written like 1h30m or 100ms'),

  fn('dyn', [A], DYN, (value) => value, 'as it is, of any type'),
  fn('type', [A], typeOfType(A), (value) => new TypeValue(typeName(value)), 'its type'),
];

/** The names of types, which are values too: `type(x) == int`. */
export const TYPE_NAMES: Readonly<Record<string, TypeValue>> = Object.fromEntries(
  [
    ...['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint'],
    ...['google.protobuf.Timestamp', 'google.protobuf.Duration', 'optional_type'],
  ].map((name) => [name, new TypeValue(name)]),
);
