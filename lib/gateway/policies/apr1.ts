import { createHash } from 'node:crypto';

const ROUNDS = 1000;
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Which bytes of the digest make four characters together, the highest first. */
const GROUPS = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

/** The hash of Apache's `$apr1$<salt>$<hash>`: MD5 a thousand times over password and salt. */
export function apr1(password: string, salt: string): string {
  const key = Buffer.from(password);
  let digest = firstDigest(key, salt);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    digest = md5([
      odd ? key : digest,
      round % 3 === 0 ? '' : salt,
      round % 7 === 0 ? '' : key,
      odd ? digest : key,
    ]);
  }
  return encode(digest);
}

function firstDigest(key: Buffer, salt: string): Buffer {
  const inner = md5([key, salt, key]);
  const filled = Buffer.alloc(key.length);
  for (let i = 0; i < key.length; i++) filled[i] = inner[i % inner.length];
  const bits: Buffer[] = [];
  for (let rest = key.length; rest > 0; rest >>= 1) {
    bits.push(rest % 2 === 1 ? Buffer.of(0) : key.subarray(0, 1));
  }
  return md5([key, '$apr1$', salt, filled, ...bits]);
}

function md5(parts: readonly (Buffer | string)[]): Buffer {
  const digest = createHash('md5');
  for (const part of parts) digest.update(part);
  return digest.digest();
}

function encode(digest: Buffer): string {
  const groups = GROUPS.map(([high, middle, low]) =>
    characters((digest[high] << 16) | (digest[middle] << 8) | digest[low], 4),
  );
  return groups.join('') + characters(digest[11], 2);
}

/** Six bits each, the lowest first. */
function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, i) => ALPHABET[(value >> (6 * i)) & 63]).join('');
}
