import { CelError } from '../cel-error';
import { BYTES, STRING } from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import type { CelResult } from '../value';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** With padding or without it. */
export function decodeBase64(text: string): CelResult {
  const digits = text.replace(/=+$/, '');
  const padded = text.length !== digits.length;
  if (!BASE64.test(text) || digits.length % 4 === 1 || (padded && text.length % 4 !== 0))
    return new CelError('the string is no base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export const ENCODERS: readonly FunctionRow[] = [
  fn(
    'base64.encode',
    [BYTES],
    STRING,
    (bytes) => Buffer.from(bytes).toString('base64'),
    'the bytes in base64',
  ),
  fn('base64.decode', [STRING], BYTES, decodeBase64, 'the bytes that the base64 stands for'),
];
