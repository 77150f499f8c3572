import { createHash } from 'node:crypto';
import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { BYTES, MAP, STRING } from '../cel-type';
import { EntryMap } from '../entry-map';
import { decodeBase64 } from '../ext/encoders';
import { type FunctionRow, fn } from '../function-table';
import {
  adopt,
  type CelResult,
  keysOf,
  lookup,
  type MapView,
  type PlainObject,
  typeName,
} from '../value';
import { utf8 } from './json';

/** A function of bytes that takes a string as well, as its UTF-8. */
function ofBytes(
  name: string,
  result: typeof STRING,
  run: (bytes: Uint8Array, budget: Budget) => CelResult,
  doc: string,
): FunctionRow[] {
  const spending = (bytes: Uint8Array, budget: Budget): CelResult => {
    budget.spend(bytes.length >> 5);
    return run(bytes, budget);
  };
  return [
    fn(name, [STRING], result, (text, budget) => spending(Buffer.from(text), budget), doc),
    fn(name, [BYTES], result, spending, doc),
  ];
}

function base64(name: string): FunctionRow[] {
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return ofBytes(name, STRING, encode, 'in base64');
}

function fromBase64(name: string): FunctionRow[] {
  const doc = 'the bytes that the base64 stands for, with padding or without it';
  return [
    fn(name, [STRING], BYTES, decodeBase64, doc),
    fn(name, [BYTES], BYTES, (bytes) => decodeBase64(Buffer.from(bytes).toString('latin1')), doc),
  ];
}

function digest(name: string, algorithm: string): FunctionRow[] {
  const hash = (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');
  return ofBytes(name, STRING, hash, 'the digest in hexadecimal digits');
}

// ---------------------------------------------------------------- in URLs

/** RFC 3986 §2.3: everything but the unreserved characters is escaped. */
function encodeUrl(text: string): string {
  const wellFormed = Buffer.from(text).toString();
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What is no escape stays as it is, `+` included. */
function decodeUrl(text: string): CelResult {
  let wrong = false;
  const decoded = text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    const plain = utf8(Buffer.from(escapes.replaceAll('%', ''), 'hex'));
    wrong ||= plain === undefined;
    return plain ?? '';
  });
  return wrong ? new CelError('the escapes in the string are no UTF-8') : decoded;
}

// ---------------------------------------------------------------- in forms

function encodeForm(fields: MapView | PlainObject): CelResult {
  const pairs: [string, string][] = [];
  for (const key of keysOf(fields)) {
    const value = adopt(lookup(fields, key));
    const values = Array.isArray(value) ? value : [value];
    const wrong = [key, ...values].find((part) => typeof part !== 'string');
    if (wrong instanceof CelError) return wrong;
    if (wrong !== undefined) return noField(typeName(wrong as string));
    for (const text of values) pairs.push([key as string, text as string]);
  }
  return new URLSearchParams(pairs).toString();
}

function noField(type: string): CelError {
  const message = `a form has strings and lists of strings, not a value of type ${type}`;
  return new CelError(message, 'no-such-overload');
}

/** A field that is there once is a string, one that is there more often a list. */
function decodeForm(text: string, budget: Budget): CelResult {
  const found = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(`&${text}`)) {
    budget.spend(1);
    const values = found.get(name);
    if (values) values.push(value);
    else found.set(name, [value]);
  }
  const made = new EntryMap();
  for (const [name, values] of found) made.add(name, values.length === 1 ? values[0] : values);
  return made;
}

export const ENCODINGS: readonly FunctionRow[] = [
  ...['base64.encode', 'base64Encode'].flatMap(base64),
  ...['base64.decode', 'base64Decode'].flatMap(fromBase64),
  ...digest('sha1.encode', 'sha1'),
  ...digest('sha256.encode', 'sha256'),
  ...digest('md5.encode', 'md5'),
  fn('url.encode', [STRING], STRING, encodeUrl, 'with escapes for all but letters, digits, -._~'),
  fn('url.decode', [STRING], STRING, decodeUrl, 'without its escapes'),
  fn('form.encode', [MAP], STRING, encodeForm, 'as the body of a form'),
  fn('form.decode', [STRING], MAP, decodeForm, 'the fields of a form'),
];
