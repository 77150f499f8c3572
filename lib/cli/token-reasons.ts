import { LEEWAY_MS } from '../gateway/policies/jwt-claims';
import { TOKEN_PROBLEMS } from '../gateway/policies/jwt-token';
import type { NormalJwtProvider } from '../standalone/normal-document';
import type { DecodedToken } from './token-decode';
import { inWords } from './token-time';

type Explanation = (token: DecodedToken, provider: NormalJwtProvider, at: number) => string;

const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  [TOKEN_PROBLEMS.noKeyId.text, () => 'a token has to name its key in `kid`'],
  [
    TOKEN_PROBLEMS.algorithm.text,
    ({ header }) => `\`alg\` is ${shown(header.alg)}, which is none of that key`,
  ],
  [
    TOKEN_PROBLEMS.signature.text,
    () => 'another key of that name has signed it, or it was changed afterwards',
  ],
  [
    TOKEN_PROBLEMS.issuer.text,
    ({ claims }, { issuer }) => `\`iss\` is ${shown(claims.iss)}, not ${shown(issuer)}`,
  ],
  [
    TOKEN_PROBLEMS.audience.text,
    ({ claims }, { audiences }) =>
      `\`aud\` is ${shown(claims.aud)}, with none of ${shown(audiences)}`,
  ],
  [TOKEN_PROBLEMS.expired.text, ({ claims }, _, at) => `\`exp\` was ${when(claims.exp, at)}`],
  [TOKEN_PROBLEMS.notYet.text, ({ claims }, _, at) => `\`nbf\` is ${when(claims.nbf, at)}`],
]);

const MISSING = /MissingRequiredClaim\((".*")\)/;

/** A reason of the gateway in words, for this token; nothing where it says enough. */
export function explained(
  reason: string,
  token: DecodedToken,
  provider: NormalJwtProvider,
  at: number,
): string | undefined {
  const [, name] = MISSING.exec(reason) ?? [];
  if (name !== undefined) return `\`${JSON.parse(name)}\` is missing, or not of its type`;
  return EXPLANATIONS.get(reason)?.(token, provider, at);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}

function when(seconds: unknown, at: number): string {
  return `${inWords(Number(seconds) * 1000, at)}, and clocks may differ by ${LEEWAY_MS / 1000} seconds`;
}
