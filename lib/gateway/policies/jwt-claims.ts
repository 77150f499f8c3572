import type { NormalJwtProvider } from '../../standalone/normal-document';
import { type Claims, missingClaim, TOKEN_PROBLEMS, type TokenProblem } from './jwt-token';

/** How far clocks may differ. */
export const LEEWAY_MS = 60_000;

/**
 * What a provider asks of the claims of a token whose signature is good (RFC 7519 §4.1). A claim of another type than
 * it must have counts as missing.
 */
export function checkClaims(
  claims: Claims,
  provider: NormalJwtProvider,
  now: number,
): TokenProblem | undefined {
  const missing = ['iss', ...provider.requiredClaims].find((name) => !isWellFormed(claims, name));
  if (missing !== undefined) return missingClaim(missing);
  const malformed = ['exp', 'nbf'].find((name) => name in claims && !isWellFormed(claims, name));
  if (malformed !== undefined) return missingClaim(malformed);
  const { exp, nbf, iss } = claims;
  if (typeof exp === 'number' && exp * 1000 < now - LEEWAY_MS) return TOKEN_PROBLEMS.expired;
  if (typeof nbf === 'number' && nbf * 1000 > now + LEEWAY_MS) return TOKEN_PROBLEMS.notYet;
  if (iss !== provider.issuer) return TOKEN_PROBLEMS.issuer;
  return checkAudience(claims, provider.audiences);
}

function checkAudience(claims: Claims, audiences: readonly string[]): TokenProblem | undefined {
  if (audiences.length === 0) return undefined;
  if (!isWellFormed(claims, 'aud')) return missingClaim('aud');
  const given: readonly unknown[] = [claims.aud].flat();
  return audiences.some((audience) => given.includes(audience))
    ? undefined
    : TOKEN_PROBLEMS.audience;
}

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';

const TYPES: Readonly<Record<string, Test>> = {
  exp: Number.isFinite,
  nbf: Number.isFinite,
  iss: isText,
  sub: isText,
  aud: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
};

function isWellFormed(claims: Claims, name: string): boolean {
  return TYPES[name](claims[name]);
}
