import { parseStrictJson } from '../strict-json';

/** Longer ones come from nobody honest: servers take heads of about this size. */
const LONGEST = 64 * 1024;
const PARTS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

export type Claims = Readonly<Record<string, unknown>>;

/** What the header of a token says (RFC 7515 §4.1). */
export interface TokenHeader {
  readonly alg: string;
  readonly kid?: string;
}

/** Why a token is refused, in the words that clients and logs get. */
export class TokenProblem {
  constructor(readonly text: string) {}
}

export const TOKEN_PROBLEMS = {
  noKeyId: new TokenProblem('the token header does not specify a `kid`'),
  repeated: invalid('Several'),
  algorithm: invalid('InvalidAlgorithm'),
  signature: invalid('InvalidSignature'),
  expired: invalid('ExpiredSignature'),
  notYet: invalid('ImmatureSignature'),
  issuer: invalid('InvalidIssuer'),
  audience: invalid('InvalidAudience'),
} as const;

function invalid(kind: string): TokenProblem {
  return new TokenProblem(`the token is invalid or malformed: Error(${kind})`);
}

function malformedHeader(why: string): TokenProblem {
  return new TokenProblem(`the token header is malformed: Error(${why})`);
}

export function missingClaim(name: string): TokenProblem {
  return invalid(`MissingRequiredClaim(${JSON.stringify(name)})`);
}

export function unknownKey(kid: string): TokenProblem {
  return new TokenProblem(`token uses the unknown key ${JSON.stringify(kid.slice(0, 200))}`);
}

/** Reads the header of a token, of which nothing is to be believed yet. */
export function readHeader(token: string): TokenHeader | TokenProblem {
  const parts = token.length > LONGEST ? null : PARTS.exec(token);
  if (!parts) return malformedHeader('InvalidToken');
  const header = readPart(parts[1]);
  if (typeof header === 'string') return malformedHeader(`Json(${JSON.stringify(header)})`);
  const { alg, kid, crit } = header;
  if (typeof alg !== 'string') return malformedHeader('MissingAlgorithm');
  // RFC 7515 §4.1.11: what the header calls critical must be understood, and nothing of it is.
  if (crit !== undefined || 'b64' in header) return malformedHeader('Json("unknown extension")');
  if (kid !== undefined && typeof kid !== 'string') return malformedHeader('Json("invalid kid")');
  return { alg, kid };
}

/** Reads the claims. Nothing of them is to be believed before the signature has been verified. */
export function readClaims(token: string): Claims | TokenProblem {
  const claims = readPart(token.split('.')[1]);
  return typeof claims === 'string' ? invalid(`Json(${JSON.stringify(claims)})`) : claims;
}

/** An object in base64url, or what is wrong with it. */
function readPart(part: string): Claims | string {
  const bytes = Buffer.from(part, 'base64url');
  // Spellings that decode to the same bytes would let one token look like several (RFC 4648 §3.5).
  if (bytes.toString('base64url') !== part) return 'invalid base64url';
  const text = bytes.toString('utf8');
  if (!bytes.equals(Buffer.from(text))) return 'invalid UTF-8';
  const parsed = parseStrictJson(text);
  if ('problem' in parsed) return 'invalid JSON';
  const { value } = parsed;
  return isRecord(value) ? value : 'not an object';
}

function isRecord(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
