import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { parseStrictJson } from '../gateway/strict-json';
import { readText, STANDARD_INPUT, unreadable } from './files';
import { algorithmsOf, keyKind } from './token-algorithms';
import { UsageError } from './usage-error';

/** A key that tokens are signed with. */
export interface SigningKey {
  readonly key: KeyObject;
  /** What it can sign with, its own choice first. */
  readonly algorithms: readonly string[];
  /** @default - it has no name */
  readonly kid?: string;
}

const WANTED = 'give the private key that `agw token keys` has written';

/**
 * Reads a private key from a file with a JSON Web Key (RFC 7517). What is in the file is never part of a message.
 *
 * @throws UsageError
 */
export function readSigningKey(path: string): SigningKey {
  if (path === STANDARD_INPUT)
    throw new UsageError('--key is a file: keys are not read from pipes');
  const read = readText(path);
  if ('problem' in read) {
    const hint = 'make a key with `agw token keys`, or name its file with --key';
    throw unreadable(path, { hint, ...read });
  }
  const parsed = parseStrictJson(read.text);
  const wrong = (what: string) => new UsageError(`${path} ${what}; ${WANTED}`);
  if ('problem' in parsed) throw wrong(`holds no JSON Web Key: ${parsed.problem}`);
  const jwk = parsed.value;
  if (!isRecord(jwk)) throw wrong('holds no JSON Web Key');
  if (Array.isArray(jwk.keys)) throw wrong('holds a set of keys');
  if (typeof jwk.kty !== 'string') throw wrong('holds no JSON Web Key: it has no `kty`');
  if (typeof jwk.d !== 'string') throw wrong('holds no private key: it has no `d`');
  const kind = keyKind(jwk as JsonWebKey);
  const algorithms = algorithmsOf(kind);
  if (algorithms.length === 0)
    throw wrong(`holds a key of the kind \`${kind}\`, which gateways do not verify`);
  const key = privateKey(jwk);
  if (!key) throw wrong(`holds no valid key of the kind \`${kind}\``);
  return {
    key,
    algorithms: preferred(algorithms, jwk.alg),
    ...(typeof jwk.kid === 'string' && { kid: jwk.kid }),
  };
}

function privateKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    return isPair(key, createPublicKey({ key: jwk, format: 'jwk' })) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Reading a key does not tell whether its two halves belong together. */
function isPair(privateHalf: KeyObject, publicHalf: KeyObject): boolean {
  const hash = privateHalf.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const data = Buffer.from('agw');
  return verify(hash, data, publicHalf, sign(hash, data, privateHalf));
}

function preferred(algorithms: readonly string[], alg: unknown): readonly string[] {
  const own = algorithms.filter((name) => name === alg);
  return [...own, ...algorithms.filter((name) => name !== alg)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
