import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Claims {
  readonly sub: string;
  /** @default 'models' */
  readonly aud?: string;
  readonly [claim: string]: unknown;
}

const VALID_SECONDS = 3_600;

/**
 * A token that is signed with the key of this tutorial, which everybody can read. It is valid for an hour.
 *
 * @example demoToken({ sub: 'alice' })
 */
export function demoToken(claims: Claims): string {
  const jwk: JsonWebKey = JSON.parse(readFileSync(join(__dirname, 'demo-key.json'), 'utf8'));
  const now = Math.floor(Date.now() / 1000);
  const head = encoded({ alg: 'ES256', typ: 'JWT', kid: jwk.kid });
  const body = encoded({
    iss: 'https://issuer.example.com',
    aud: 'models',
    iat: now,
    exp: now + VALID_SECONDS,
    ...claims,
  });
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  // RFC 7518 §3.4: the two numbers side by side, and not in DER.
  const options = { key, dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), options);
  return `${head}.${body}.${signature.toString('base64url')}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
