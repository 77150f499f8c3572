import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { parseStrictJson } from '../strict-json';

/** A key that tokens may be signed with. */
export interface VerificationKey {
  /** @internal */
  readonly key: KeyObject;
  /** Values of `alg` that a token may have with it. */
  readonly algorithms: readonly string[];
}

/** Keys by their `kid`. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

export type KeySetReading =
  | { readonly keys: KeySet; readonly holdsPrivateKeys: boolean }
  | { readonly problem: string };

/** What a JWK's type and curve verify (RFC 7518 §3.1, RFC 8037 §3.1); what agentgateway does not know is left out. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'OKP Ed25519': ['EdDSA'],
};

const SIGNING = new Set(Object.values(ALGORITHMS).flat());

/** Shorter ones can be factored (RFC 7518 §3.3). */
const LEAST_RSA_BITS = 2048;

/**
 * Reads a JSON Web Key Set (RFC 7517). One key that cannot be used makes the whole set unusable, as with agentgateway,
 * but keys that say that they are for encryption are passed over.
 */
export function readKeySet(text: string): KeySetReading {
  const parsed = parseStrictJson(text);
  if ('problem' in parsed) return { problem: `the key set is no JSON: ${parsed.problem}` };
  const entries = isRecord(parsed.value) ? parsed.value.keys : undefined;
  if (!Array.isArray(entries)) {
    return { problem: 'the key set has no list `keys`; write `{"keys": [...]}`' };
  }
  return readKeys(entries);
}

function readKeys(entries: readonly unknown[]): KeySetReading {
  const keys = new Map<string, VerificationKey>();
  let holdsPrivateKeys = false;
  for (const [index, entry] of entries.entries()) {
    const at = `keys[${index}]`;
    if (!isRecord(entry)) return { problem: `\`${at}\` is no map` };
    if (entry.use === 'enc') continue;
    const { kid } = entry;
    if (typeof kid !== 'string') {
      return { problem: `\`${at}\` has no \`kid\`, by which a token names its key` };
    }
    if (keys.has(kid)) return { problem: `two keys have the \`kid\` ${JSON.stringify(kid)}` };
    const read = readKey(entry);
    if ('problem' in read) return { problem: `\`${at}\` ${read.problem}` };
    holdsPrivateKeys ||= 'd' in entry;
    keys.set(kid, read);
  }
  return { keys, holdsPrivateKeys };
}

function readKey(jwk: Readonly<Record<string, unknown>>): VerificationKey | { problem: string } {
  const { kty, crv, alg } = jwk;
  const kind = typeof crv === 'string' ? `${kty} ${crv}` : String(kty);
  const family = Object.hasOwn(ALGORITHMS, kind) ? ALGORITHMS[kind] : undefined;
  if (!family) {
    return {
      problem: `is of the kind \`${kind}\`; usable are ${Object.keys(ALGORITHMS).join(', ')}`,
    };
  }
  const algorithms = typeof alg === 'string' && SIGNING.has(alg) ? [alg] : family;
  if (!algorithms.every((name) => family.includes(name))) {
    return { problem: `has \`alg: ${alg}\`, which a key of the kind \`${kind}\` cannot have` };
  }
  const key = publicKey(jwk);
  if (!key) return { problem: `is no valid key of the kind \`${kind}\`` };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? LEAST_RSA_BITS;
  if (bits < LEAST_RSA_BITS) {
    return { problem: `has ${bits} bits; RSA keys need ${LEAST_RSA_BITS} (RFC 7518 §3.3)` };
  }
  return { key, algorithms };
}

function publicKey(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    const { kty, crv, n, e, x, y } = jwk as JsonWebKey;
    const key = { kty, crv, n, e, x, y };
    const present = Object.entries(key).filter(([, value]) => value !== undefined);
    return createPublicKey({ key: Object.fromEntries(present), format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
