import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { DYN, STRING } from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import type { CelResult } from '../value';
import { parseJson, utf8 } from './json';

/** RFC 7515 §2: base64url without padding; with padding it is taken too. */
const SEGMENT = /^[A-Za-z0-9_-]*={0,2}$/;

function payload(token: string, budget: Budget): CelResult {
  const segments = token.split('.');
  if (segments.length !== 3)
    return new CelError(`a JWT has 3 parts with dots between them, not ${segments.length}`);
  const text = SEGMENT.test(segments[1]) ? utf8(Buffer.from(segments[1], 'base64url')) : undefined;
  if (text === undefined) return new CelError('the payload of the JWT is no base64url of text');
  return parseJson(text, 'unvalidatedJwtPayload', budget);
}

export const JWT_PAYLOAD: readonly FunctionRow[] = [
  fn('unvalidatedJwtPayload', [STRING], DYN, payload, 'the claims of a token; nothing proves them'),
];
