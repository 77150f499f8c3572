/**
 * jose is an ES module only. `scripts/bundle-esm.mjs` puts it into the compiled form of this file, so that CommonJS,
 * and jest, can load it; it is evaluated when the first token comes.
 */
type CompactVerify = typeof import('jose/jws/compact/verify', {
  with: { 'resolution-mode': 'import' },
});

/** Verifies signatures of tokens (RFC 7515). */
export async function loadCompactVerify(): Promise<CompactVerify['compactVerify']> {
  const { compactVerify } = await import('jose/jws/compact/verify');
  return compactVerify;
}
