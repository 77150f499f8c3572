import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** How keys for an algorithm are made, and of which kind they are. */
interface SigningAlgorithm {
  readonly kind: string;
  readonly generate: () => KeyPair;
}

const rsa: SigningAlgorithm = {
  kind: 'RSA',
  generate: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

function ec(curve: string): SigningAlgorithm {
  return {
    kind: `EC ${curve}`,
    generate: () => generateKeyPairSync('ec', { namedCurve: curve }),
  };
}

const ed25519: SigningAlgorithm = {
  kind: 'OKP Ed25519',
  generate: () => generateKeyPairSync('ed25519'),
};

/** Those that gateways verify (RFC 7518 §3.1, RFC 8037 §3.1); of each kind of key the usual one first. */
export const SIGNING_ALGORITHMS: Readonly<Record<string, SigningAlgorithm>> = {
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  EdDSA: ed25519,
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
};

/** `RSA`, `EC P-256`. */
export function keyKind({ kty, crv }: JsonWebKey): string {
  return crv === undefined ? String(kty) : `${kty} ${crv}`;
}

/** The values of `alg` that a key of a kind can sign with. */
export function algorithmsOf(kind: string): string[] {
  return Object.keys(SIGNING_ALGORITHMS).filter((name) => SIGNING_ALGORITHMS[name].kind === kind);
}
