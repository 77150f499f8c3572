import { createHash } from 'node:crypto';
import { isObject } from '../schema/json';

/** What of a key its thumbprint is made of, in the order of the alphabet (RFC 7638 §3.2, RFC 8037 §2). */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** The SHA-256 thumbprint of a JSON Web Key (RFC 7638); nothing for what is none. */
export function keyThumbprint(key: unknown): string | undefined {
  if (!isObject(key) || typeof key.kty !== 'string' || !Object.hasOwn(MEMBERS, key.kty)) {
    return undefined;
  }
  const members = MEMBERS[key.kty].map((name) => [name, key[name]]);
  if (!members.every(([, value]) => typeof value === 'string')) return undefined;
  const canonical = JSON.stringify(Object.fromEntries(members));
  return createHash('sha256').update(canonical).digest('base64url');
}
