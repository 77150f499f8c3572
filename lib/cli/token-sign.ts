import { loadCompactSign } from '../gateway/jose';
import { printableLine } from './printable';
import { type ClaimOptions, type Claims, claimsFrom } from './token-claims';
import { readSigningKey, type SigningKey } from './token-key-file';
import { EXIT, UsageError } from './usage-error';

export interface TokenSignOptions extends ClaimOptions {
  /** The file of the private key. */
  readonly key: string;
  /** Empty for none. @default - the key's own */
  readonly kid?: string;
  /** @default - the key's own, else the usual one of its kind */
  readonly alg?: string;
}

/** `agw token sign`: prints a token, and nothing else on standard output. */
export async function tokenSignCommand(
  options: TokenSignOptions,
  now = Date.now(),
): Promise<number> {
  const key = readSigningKey(options.key);
  const claims = claimsFrom(options, now);
  const header = { alg: algorithm(key, options.alg), typ: 'JWT', ...keyId(key, options.kid) };
  for (const problem of unusable(header, claims))
    process.stderr.write(`${printableLine(problem)}\n`);
  process.stdout.write(`${await sign(claims, header, key)}\n`);
  return EXIT.ok;
}

async function sign(claims: Claims, header: { alg: string }, { key }: SigningKey): Promise<string> {
  const CompactSign = await loadCompactSign();
  const payload = Buffer.from(JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader(header).sign(key);
}

function algorithm({ algorithms }: SigningKey, wanted: string | undefined): string {
  if (wanted === undefined) return algorithms[0];
  if (algorithms.includes(wanted)) return wanted;
  throw new UsageError(`this key cannot sign with ${wanted}, only with ${algorithms.join(', ')}`);
}

function keyId({ kid }: SigningKey, wanted = kid): { readonly kid?: string } {
  return wanted === undefined || wanted === '' ? {} : { kid: wanted };
}

/** A token may be wrong on purpose, but nobody should look for these. */
function unusable(header: { readonly kid?: string }, claims: Claims): string[] {
  return [
    ...(header.kid === undefined
      ? ['note: it names no key, so every gateway refuses it: --kid']
      : []),
    ...(claims.iss === undefined
      ? ['note: it names no issuer, so every gateway refuses it: --iss']
      : []),
  ];
}
