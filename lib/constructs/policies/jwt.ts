import type { Construct } from 'constructs';
import { chartNamespace } from '../object-reference';
import type { ResourceProps } from '../resource';
import { AuthenticationPolicy } from './authentication';
import type { CredentialLocation } from './credential-location';
import type { Jwks } from './jwks';
import type { IPolicyTarget } from './policy-target';

const MAX_PROVIDERS = 64;
const MAX_ISSUER = 256;
const MAX_AUDIENCES = 64;

/** What happens to requests without a valid token. */
export enum JwtMode {
  /** Without a token, or with an invalid one, a request is refused. */
  STRICT = 'Strict',
  /** Without a token a request passes; with an invalid one it is refused. */
  OPTIONAL = 'Optional',
  /** Every request passes; an invalid token reaches the backend. Only for policies that other rules complete. */
  PERMISSIVE = 'Permissive',
}

/** An issuer of tokens, and its keys. */
export interface JwtProvider {
  /** What the `iss` claim must be, letter by letter, a slash at the end included. */
  readonly issuer: string;

  /** The public keys of the issuer. */
  readonly jwks: Jwks;

  /**
   * One of these must be in the `aud` claim.
   *
   * @default - the claim is not looked at: a token that the issuer made for any other service is accepted
   */
  readonly audiences?: string[];
}

/** Properties of `JwtPolicy`. */
export interface JwtPolicyProps extends ResourceProps {
  /** The Gateway, listener, route or rule whose callers need a token. */
  readonly target: IPolicyTarget;

  /** Whose tokens are accepted. The first whose key set has the key that a token names decides about it. */
  readonly providers: JwtProvider[];

  /**
   * What happens to requests without a valid token.
   *
   * @default JwtMode.STRICT
   */
  readonly mode?: JwtMode;

  /**
   * Where in a request the token is. Elsewhere than in a header it ends up in logs and histories.
   *
   * @default - the header `Authorization`, after `Bearer `
   */
  readonly location?: CredentialLocation;

  /**
   * Whether policies on routes may replace one on a Gateway or a listener.
   *
   * @default false
   */
  readonly overridable?: boolean;
}

/**
 * Callers need a signed token (JWT). Its claims are `jwt.<claim>` in the rules of an `AuthorizationPolicy`; backends do
 * not see an accepted token.
 *
 * @example
 * new JwtPolicy(this, 'Jwt', {
 *   target: gateway,
 *   providers: [{
 *     issuer: 'https://issuer.example.com',
 *     audiences: ['shop'],
 *     jwks: Jwks.fromUrl('https://issuer.example.com/jwks.json'),
 *   }],
 * });
 */
export class JwtPolicy extends AuthenticationPolicy {
  constructor(scope: Construct, id: string, props: JwtPolicyProps) {
    const { metadata, target, providers, mode = JwtMode.STRICT, location, overridable } = props;
    const path = [scope.node.path, id].filter(Boolean).join('/');
    checkProviders(path, providers);
    const namespace =
      target.toPolicyTargetConfig().namespace ?? metadata?.namespace ?? chartNamespace(scope);
    super(scope, id, 'JwtPolicy', {
      metadata,
      target,
      overridable,
      traffic: {
        jwtAuthentication: {
          mode,
          location: location?._toKube(),
          providers: providers.map(({ issuer, audiences, jwks }) => ({
            issuer,
            audiences: audiences && [...audiences],
            jwks: jwks._toKube(namespace),
          })),
        },
      },
    });
  }
}

function checkProviders(path: string, providers: readonly JwtProvider[]): void {
  if (providers.length < 1 || providers.length > MAX_PROVIDERS)
    throw new Error(
      `JwtPolicy ${path} takes 1 to ${MAX_PROVIDERS} providers, got ${providers.length}`,
    );
  for (const { issuer, audiences } of providers) {
    if (issuer.length < 1 || issuer.length > MAX_ISSUER)
      throw new Error(
        `issuer of JwtPolicy ${path} must have 1 to ${MAX_ISSUER} characters, got ${issuer.length}`,
      );
    checkAudiences(path, issuer, audiences);
  }
}

function checkAudiences(path: string, issuer: string, audiences?: readonly string[]): void {
  if (audiences === undefined) return;
  if (audiences.length < 1 || audiences.length > MAX_AUDIENCES || audiences.includes(''))
    throw new Error(
      `audiences of "${issuer}" in JwtPolicy ${path} must be 1 to ${MAX_AUDIENCES} names, none of them empty; leave them out to accept tokens for every service`,
    );
}
