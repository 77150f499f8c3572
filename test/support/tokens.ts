import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** How an algorithm makes keys and signs, by Node's own means: an implementation other than the one under test. */
interface Algorithm {
  readonly generate: () => { publicKey: KeyObject; privateKey: KeyObject };
  readonly sign: (data: Buffer, key: KeyObject) => Buffer;
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve });
const signRsa = (hash: string) => (data: Buffer, key: KeyObject) => sign(hash, data, key);
const signPss = (hash: string, saltLength: number) => (data: Buffer, key: KeyObject) =>
  sign(hash, data, { key, padding: 6, saltLength });
const signEc = (hash: string) => (data: Buffer, key: KeyObject) =>
  sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });

export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RS256: { generate: rsa, sign: signRsa('sha256') },
  RS384: { generate: rsa, sign: signRsa('sha384') },
  RS512: { generate: rsa, sign: signRsa('sha512') },
  PS256: { generate: rsa, sign: signPss('sha256', 32) },
  PS384: { generate: rsa, sign: signPss('sha384', 48) },
  PS512: { generate: rsa, sign: signPss('sha512', 64) },
  ES256: { generate: ec('P-256'), sign: signEc('sha256') },
  ES384: { generate: ec('P-384'), sign: signEc('sha384') },
  EdDSA: {
    generate: () => generateKeyPairSync('ed25519'),
    sign: (data, key) => sign(null, data, key),
  },
};

export const ISSUER = 'https://issuer.test';

/** Someone who signs tokens, with keys made for this run. */
export class Issuer {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;

  constructor(
    readonly kid = 'key-1',
    readonly alg = 'ES256',
  ) {
    const { publicKey, privateKey } = ALGORITHMS[alg].generate();
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** The public key as the issuer publishes it. */
  jwk(beside: object = {}): object {
    return { ...this.publicKey.export({ format: 'jwk' }), kid: this.kid, alg: this.alg, ...beside };
  }

  jwks(): string {
    return JSON.stringify({ keys: [this.jwk()] });
  }

  /** A token that is valid for an hour, unless the claims say otherwise; `undefined` leaves one out. */
  token(claims: object = {}, header: object = {}): string {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    return this.signed(
      JSON.stringify({ alg: this.alg, kid: this.kid, ...header }),
      JSON.stringify({ iss: ISSUER, sub: 'alice', exp, ...claims }),
    );
  }

  /** Signs texts as they are. */
  signed(header: string, payload: string): string {
    const text = `${base64url(header)}.${base64url(payload)}`;
    const signature = ALGORITHMS[this.alg].sign(Buffer.from(text), this.privateKey);
    return `${text}.${signature.toString('base64url')}`;
  }
}

export function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Seconds since 1970, that many from now. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
