import type { calculateJwkThumbprint } from 'jose/jwk/thumbprint' with {
  'resolution-mode': 'import',
};
import type { CompactSign } from 'jose/jws/compact/sign' with { 'resolution-mode': 'import' };
import type { compactVerify } from 'jose/jws/compact/verify' with { 'resolution-mode': 'import' };

/**
 * Verifies signatures of tokens (RFC 7515). jose is an ES module only: `scripts/bundle-esm.mjs` puts it into the compiled
 * form of this file, so that CommonJS, and jest, can load it; it is evaluated when the first token comes.
 */
export async function loadCompactVerify(): Promise<typeof compactVerify> {
  return (await import('jose/jws/compact/verify')).compactVerify;
}

/** Signs tokens, which no gateway does: `agw token` makes some to try one with. */
export async function loadCompactSign(): Promise<typeof CompactSign> {
  return (await import('jose/jws/compact/sign')).CompactSign;
}

/** Names a key by its own content (RFC 7638). */
export async function loadThumbprint(): Promise<typeof calculateJwkThumbprint> {
  return (await import('jose/jwk/thumbprint')).calculateJwkThumbprint;
}
