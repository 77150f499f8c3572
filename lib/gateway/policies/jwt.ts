import { hash } from 'node:crypto';
import { withSecret } from '../../cel/gateway/secret';
import type { NormalJwtPolicy, NormalJwtProvider } from '../../standalone/normal-document';
import { refusal } from '../answer';
import { loadCompactVerify } from '../jose';
import { readNamedText } from '../named-text';
import type { RequestPolicy, Verdict } from '../policy';
import type { PolicyHost } from '../policy-host';
import type { RemoteKeySet } from '../remote-key-sets';
import type { JwtIdentity, RequestContext } from '../request-context';
import { VerifiedCache } from '../verified-cache';
import { type CredentialLocation, compileLocation } from './credential-location';
import type { KeySet, VerificationKey } from './jwks';
import { checkClaims } from './jwt-claims';
import { readClaims, readHeader, TOKEN_PROBLEMS, TokenProblem, unknownKey } from './jwt-token';
import { readLocalKeys } from './local-keys';

type JwtHost = Pick<PolicyHost, 'now' | 'readFile' | 'keySets' | 'expressions' | 'report'>;

/** The keys of a provider, now. */
type KeySource =
  | { readonly keys: KeySet; readonly version: 0 }
  | Pick<RemoteKeySet, 'keys' | 'version' | 'refreshForUnknownKey'>;

interface Provider {
  readonly settings: NormalJwtProvider;
  readonly source: KeySource;
}

const MISSING = refusal('jwtRefused', 'no bearer token found');
const VERIFIED_TOKENS = 4096;

/**
 * Lets callers with a valid token in (RFC 7519). The key is that of the first provider that has the token's `kid`, as
 * agentgateway chooses it; its issuer plays no part in that. A good token does not travel on.
 */
export function compileJwt(policy: NormalJwtPolicy, host: JwtHost): RequestPolicy {
  const providers = policy.providers.map((settings) => ({
    settings,
    source: openSource(settings, host),
  }));
  reportSharedKeys(providers, host);
  const verifier = new JwtVerifier(
    providers,
    compileLocation(policy.location, `${policy.path}.location`, host),
    host.now,
  );
  const whenMissing = policy.mode === 'strict' ? MISSING : undefined;
  const refuse =
    policy.mode === 'permissive'
      ? () => undefined
      : ({ text }: TokenProblem) => refusal('jwtRefused', text);
  return function jwtAuth(request) {
    return verifier.admit(request, whenMissing, refuse);
  };
}

/** Verifies tokens and remembers those that were good. */
class JwtVerifier {
  readonly #verified = new VerifiedCache<JwtIdentity>(VERIFIED_TOKENS);

  constructor(
    private readonly providers: readonly Provider[],
    private readonly location: CredentialLocation,
    private readonly now: () => number,
  ) {}

  admit(
    request: RequestContext,
    whenMissing: Verdict,
    refuse: (problem: TokenProblem) => Verdict,
  ): Verdict | Promise<Verdict> {
    const token = this.location.read(request);
    if (token === undefined) return whenMissing;
    if (this.location.isRepeated(request)) return refuse(TOKEN_PROBLEMS.repeated);
    const digest = hash('sha256', token, 'base64');
    const known = this.#verified.get(digest, this.now(), this.#version());
    if (known !== undefined) return this.#pass(request, known);
    return this.#verify(token, digest).then((result) =>
      result instanceof TokenProblem ? refuse(result) : this.#pass(request, result),
    );
  }

  #pass(request: RequestContext, identity: JwtIdentity): undefined {
    this.location.remove(request);
    request.jwt = identity;
    return undefined;
  }

  /** Only ever grows, so that it is the same only where no provider's keys have changed. */
  #version(): number {
    let sum = 0;
    for (const { source } of this.providers) sum += source.version;
    return sum;
  }

  async #verify(token: string, digest: string): Promise<JwtIdentity | TokenProblem> {
    const header = readHeader(token);
    if (header instanceof TokenProblem) return header;
    const { alg, kid } = header;
    if (kid === undefined) return TOKEN_PROBLEMS.noKeyId;
    const found = this.#find(kid) ?? (await this.#findRefreshed(kid, token));
    if (!found) return unknownKey(kid);
    const version = this.#version();
    if (!found.key.algorithms.includes(alg)) return TOKEN_PROBLEMS.algorithm;
    if (!(await hasGoodSignature(token, found.key))) return TOKEN_PROBLEMS.signature;
    const claims = readClaims(token);
    if (claims instanceof TokenProblem) return claims;
    const problem = checkClaims(claims, found.settings, this.now());
    if (problem) return problem;
    const identity: JwtIdentity = { claims, variables: withSecret(claims, 'rawToken', token) };
    const { exp } = claims;
    const expiresAt = typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY;
    this.#verified.set(digest, identity, expiresAt, version);
    return identity;
  }

  #find(kid: string): { key: VerificationKey; settings: NormalJwtProvider } | undefined {
    for (const { source, settings } of this.providers) {
      const key = source.keys?.get(kid);
      if (key) return { key, settings };
    }
    return undefined;
  }

  /** An issuer may have a new key: it is asked once, if the token names it. */
  async #findRefreshed(kid: string, token: string) {
    const claims = readClaims(token);
    if (claims instanceof TokenProblem) return undefined;
    const asked = this.providers
      .filter(({ settings }) => settings.issuer === claims.iss)
      .map(({ source }) =>
        'refreshForUnknownKey' in source ? source.refreshForUnknownKey() : undefined,
      );
    await Promise.all(asked);
    return this.#find(kid);
  }
}

async function hasGoodSignature(token: string, { key, algorithms }: VerificationKey) {
  const compactVerify = await loadCompactVerify();
  try {
    await compactVerify(token, key, { algorithms: [...algorithms] });
    return true;
  } catch {
    return false;
  }
}

// ---------------------------------------------------------------- at load

function openSource(provider: NormalJwtProvider, host: JwtHost): KeySource {
  const { jwks, path } = provider;
  if ('url' in jwks) return host.keySets.open(jwks.url);
  const text = readNamedText(jwks, `${path}.jwks`, host);
  return {
    keys: text === undefined ? new Map() : readLocalKeys(text, `${path}.jwks`, host),
    version: 0,
  };
}

/** Keys that are fetched are not known yet. */
function reportSharedKeys(providers: readonly Provider[], host: JwtHost): void {
  const first = new Map<string, string>();
  for (const { settings, source } of providers) {
    for (const kid of source.keys?.keys() ?? []) {
      const holder = first.get(kid);
      if (holder === undefined) first.set(kid, settings.path);
      else reportSharedKey(kid, holder, settings.path, host);
    }
  }
}

function reportSharedKey(kid: string, first: string, second: string, host: JwtHost): void {
  host.report({
    severity: 'warning',
    code: 'Overridden',
    path: `${second}.jwks`,
    message: `\`${first}\` has a key with the \`kid\` ${JSON.stringify(kid)} too, and tokens that name it are always checked by that one`,
    hint: 'give each key a `kid` of its own',
  });
}
