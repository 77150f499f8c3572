import type { compactVerify } from 'jose/jws/compact/verify' with { 'resolution-mode': 'import' };

/**
 * Verifies signatures of tokens (RFC 7515). jose is an ES module only: `scripts/bundle-esm.mjs` puts it into the compiled
 * form of this file, so that CommonJS, and jest, can load it; it is evaluated when the first token comes.
 */
export async function loadCompactVerify(): Promise<typeof compactVerify> {
  return (await import('jose/jws/compact/verify')).compactVerify;
}
