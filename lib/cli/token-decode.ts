import { parseStrictJson } from '../gateway/strict-json';

type Members = Readonly<Record<string, unknown>>;

/** What a token says; nothing proves it. */
export interface DecodedToken {
  readonly header: Members;
  readonly claims: Members;
}

const BASE64URL = /^[A-Za-z0-9_-]*$/;
/** Parts of the compact forms (RFC 7515 §7.1, RFC 7516 §7.1). */
const SIGNED = 3;
const ENCRYPTED = 5;

/** Reads a token to show it, or says why it is none: its signature plays no part. */
export function decodeToken(token: string): DecodedToken | { readonly problem: string } {
  const parts = token.split('.');
  if (parts.length === ENCRYPTED)
    return { problem: 'the token is encrypted (JWE), which gateways do not read' };
  if (parts.length !== SIGNED) {
    return {
      problem: `this is no signed token: it has ${parts.length} part${parts.length === 1 ? '' : 's'} with dots between them, and a token has ${SIGNED}`,
    };
  }
  const header = readPart('the header', parts[0]);
  if ('problem' in header) return header;
  const claims = readPart('what the token claims', parts[1]);
  if ('problem' in claims) return claims;
  return { header: header.members, claims: claims.members };
}

function readPart(
  name: string,
  part: string,
): { readonly members: Members } | { readonly problem: string } {
  const wrong = (what: string) => ({ problem: `${name} ${what}` });
  if (part === '') return wrong('is empty');
  if (!BASE64URL.test(part)) return wrong('is no base64url');
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString('utf8');
  if (!bytes.equals(Buffer.from(text))) return wrong('is no text in UTF-8');
  const parsed = parseStrictJson(text);
  if ('problem' in parsed) return wrong(`is no JSON that can be relied on: ${parsed.problem}`);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('is no JSON object');
  if (!canBeShown(value)) return wrong('is nested too deeply');
  return { members: value as Members };
}

/** Printing goes as deep as the value does, unlike parsing. */
function canBeShown(value: object): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
