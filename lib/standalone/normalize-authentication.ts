import type {
  AuthorizationLocation,
  AuthorizationPolicy,
  BasicAuthPolicy,
  JwtPolicy,
  JwtProvider,
} from './document';
import type { Findings } from './findings';
import type {
  NormalAuthorizationPolicy,
  NormalAuthorizationRule,
  NormalBasicAuthPolicy,
  NormalJwtPolicy,
  NormalJwtProvider,
} from './normal-document';
import { textAt } from './normalize-config';
import { adviseProvider } from './provider-advice';
import { Variable } from './variables';

const BEARER: AuthorizationLocation = { header: { name: 'Authorization', prefix: 'Bearer ' } };
const BASIC: AuthorizationLocation = { header: { name: 'Authorization', prefix: 'Basic ' } };

/** What agentgateway understands of `requiredClaims`. */
const CLAIMS = ['exp', 'nbf', 'aud', 'iss', 'sub'];

export function normalizeJwt(policy: JwtPolicy, path: string, findings: Findings): NormalJwtPolicy {
  const { mode, location, providers } = policy;
  if (mode === undefined) reportOptional(path, 'token', findings);
  return {
    path,
    mode: mode ?? 'optional',
    location: location ?? BEARER,
    providers: providers
      ? providers.map((provider, index) =>
          normalizeProvider(provider, `${path}.providers[${index}]`, findings),
        )
      : [normalizeProvider(policy as JwtProvider, path, findings)],
  };
}

function normalizeProvider(
  provider: JwtProvider,
  path: string,
  findings: Findings,
): NormalJwtProvider {
  const { issuer, audiences, jwks, jwtValidationOptions = {} } = provider;
  const isFetched = typeof jwks === 'object' && 'url' in jwks;
  adviseProvider(provider, { path, keys: `${path}.jwks${isFetched ? '.url' : ''}` }, findings);
  const { requiredClaims = ['exp'] } = jwtValidationOptions;
  requiredClaims.forEach((claim, index) => {
    if (CLAIMS.includes(claim)) return;
    findings.warning(
      'NoEffect',
      `${path}.jwtValidationOptions.requiredClaims[${index}]`,
      `a token without \`${claim}\` is accepted all the same: only ${CLAIMS.join(', ')} can be required here`,
      `require it by a rule: \`authorization: {rules: [{require: 'has(jwt.${claim})'}]}\``,
    );
  });
  return {
    path,
    issuer,
    audiences: audiences ?? [],
    jwks: normalizeKeySet(jwks, `${path}.jwks`, findings),
    requiredClaims: requiredClaims.filter((claim) => CLAIMS.includes(claim)),
  };
}

function normalizeKeySet(
  jwks: JwtProvider['jwks'],
  path: string,
  findings: Findings,
): NormalJwtProvider['jwks'] {
  if (typeof jwks === 'string' || jwks instanceof Variable) {
    return { text: textAt(path, jwks, findings) };
  }
  const { file, url = '' } = jwks;
  if (file !== undefined) return { file };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    findings.error(
      'Invalid',
      `${path}.url`,
      'the URL of the key set cannot be fetched',
      'write one with `https://`, such as `https://issuer.example.com/jwks.json`',
    );
  }
  return { url };
}

export function normalizeBasicAuth(
  { htpasswd, realm, mode, authorizationLocation }: BasicAuthPolicy,
  path: string,
  findings: Findings,
): NormalBasicAuthPolicy {
  if (mode === undefined) reportOptional(path, 'password', findings);
  const inline = typeof htpasswd === 'string' || htpasswd instanceof Variable;
  return {
    path,
    mode: mode ?? 'optional',
    location: authorizationLocation ?? BASIC,
    realm: realm ?? 'Restricted',
    htpasswd: inline
      ? { text: textAt(`${path}.htpasswd`, htpasswd, findings) }
      : { file: htpasswd.file },
  };
}

export function normalizeAuthorization(
  { rules }: AuthorizationPolicy,
  path: string,
): NormalAuthorizationPolicy {
  return { rules: rules.map((rule, index) => normalizeRule(rule, `${path}.rules[${index}]`)) };
}

export function normalizeRule(
  rule: AuthorizationPolicy['rules'][number],
  path: string,
): NormalAuthorizationRule {
  if (typeof rule === 'string') return { path, action: 'allow', expression: rule };
  const { allow, deny, require } = rule;
  if (deny !== undefined) return { path: `${path}.deny`, action: 'deny', expression: deny };
  if (require !== undefined) {
    return { path: `${path}.require`, action: 'require', expression: require };
  }
  // The schema has seen to it that there is one of the three.
  return { path: `${path}.allow`, action: 'allow', expression: allow ?? 'false' };
}

function reportOptional(path: string, what: string, findings: Findings): void {
  findings.warning(
    'OptionalByDefault',
    `${path}.mode`,
    `without a mode, requests that bring no ${what} pass: the default of a standalone file is \`optional\``,
    `write \`mode: strict\` to require a ${what}, or \`mode: optional\` to say that this is meant`,
  );
}
