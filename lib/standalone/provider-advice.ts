import { quoted } from '../schema/json';
import { holdsPrivateKey } from '../schema/key-set';
import type { JwtProvider } from './document';
import type { Findings } from './findings';
import { type SampleKey, sampleKeysIn } from './sample-keys';

/** Where the parts of a provider stand. */
interface ProviderPlace {
  readonly path: string;
  readonly keys: string;
}

/** What of a provider of tokens works, and is not as safe as it looks. */
export function adviseProvider(
  { issuer, audiences, jwks }: JwtProvider,
  { path, keys }: ProviderPlace,
  findings: Findings,
): void {
  if (!audiences || audiences.length === 0) reportAudiences(`${path}.audiences`, findings);
  if (typeof jwks === 'string') {
    for (const sample of sampleKeysIn(jwks)) reportSample(sample, issuer, { path, keys }, findings);
  } else if ('url' in jwks && jwks.url !== undefined) reportPlainHttp(jwks.url, keys, findings);
}

function reportAudiences(path: string, findings: Findings): void {
  findings.warning(
    'AnyAudience',
    path,
    'without audiences, a token that the issuer gave out for another service is accepted here as well',
    'write what the `aud` claim of tokens for this gateway holds, such as `audiences: [https://gateway.example.com]`',
  );
}

// ---------------------------------------------------------------- keys that can sign

/** What is said of a key set that holds the private half of a key; nothing of the key is in it. */
export const PRIVATE_KEYS = {
  code: 'InvalidKey',
  message: 'the key set holds private keys: who reads it can sign tokens',
  hint: 'give the public keys only, without `d`, and take the private ones out of use',
} as const;

/** Whoever reads the configuration has them. */
export function advisePrivateKeys(
  jwks: JwtProvider['jwks'],
  path: string,
  findings: Findings,
): void {
  if (typeof jwks !== 'string' || !holdsPrivateKey(jwks)) return;
  const { code, message, hint } = PRIVATE_KEYS;
  findings.warning(code, path, message, hint);
}

// ---------------------------------------------------------------- keys that everybody has

function reportSample(
  { from, issuers }: SampleKey,
  issuer: string,
  { path, keys }: ProviderPlace,
  findings: Findings,
): void {
  findings.warning(
    'SampleKey',
    keys,
    `this key is published as an example, with its private half or tokens that it has signed (${from}): whoever has those is let in`,
    "write the issuer's own keys; for development, `agw token` makes some",
  );
  if (!issuers || issuers.includes(issuer)) return;
  const known = issuers.map(quoted).join(' or ');
  findings.warning(
    'WrongIssuer',
    `${path}.issuer`,
    `the example tokens of this key name the issuer ${known}, not ${quoted(issuer)}: every one of them is refused with 401`,
    "write the issuer that tokens name in their `iss` claim, and that issuer's own keys",
  );
}

// ---------------------------------------------------------------- keys that anybody can change on their way

function reportPlainHttp(url: string, path: string, findings: Findings): void {
  if (!URL.canParse(url)) return;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || isNear(hostname)) return;
  findings.warning(
    'KeysOverHttp',
    path,
    `the keys are fetched from ${quoted(hostname)} without TLS: whoever is on the way can put in their own, and sign tokens that are let in`,
    'write a URL with `https://`',
  );
}

/** Names that lead to no host outside a cluster or a network of one's own (RFC 6761, RFC 6762, RFC 8375). */
const NEAR_NAME = /^[\w-]+$|\.(svc|local|localhost|internal|home\.arpa|test)$|\.svc\./;

/** Loopback, private and link-local addresses (RFC 1122 §3.2.1.3, RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5). */
const NEAR_ADDRESS =
  /^(127|10)\.\d+\.\d+\.\d+$|^192\.168\.\d+\.\d+$|^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$|^169\.254\.\d+\.\d+$|^\[(::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/;

function isNear(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return NEAR_ADDRESS.test(name) || NEAR_NAME.test(name);
}
