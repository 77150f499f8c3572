import type { Construct } from 'constructs';
import { namespaceOf } from '../object-reference';
import type { ResourceProps } from '../resource';
import type { ApiKeys } from './api-keys';
import { AuthenticationPolicy } from './authentication';
import type { CredentialLocation } from './credential-location';
import type { IPolicyTarget } from './policy-target';

/** Names the entries of a Secret whose values the app does not hold. */
const ENTRIES_ANNOTATION = 'cdk8s-agentgateway/entries';

/** What happens to requests without a valid key. */
export enum ApiKeyMode {
  /** Without a key, or with a wrong one, a request is refused. */
  STRICT = 'Strict',
  /** Without a key a request passes; with a wrong one it is refused. */
  OPTIONAL = 'Optional',
  /** Every request passes; a wrong key reaches the backend. Only for policies that other rules complete. */
  PERMISSIVE = 'Permissive',
}

/** Properties of `ApiKeyPolicy`. */
export interface ApiKeyPolicyProps extends ResourceProps {
  /** The Gateway, listener, route or rule whose callers need a key. */
  readonly target: IPolicyTarget;

  /** Where the keys are. */
  readonly keys: ApiKeys;

  /**
   * What happens to requests without a valid key.
   *
   * @default ApiKeyMode.STRICT
   */
  readonly mode?: ApiKeyMode;

  /**
   * Where in a request the key is.
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
 * Callers need an API key.
 *
 * @example
 * new ApiKeyPolicy(this, 'Keys', { target: gateway, keys: ApiKeys.fromSecret(secret) });
 */
export class ApiKeyPolicy extends AuthenticationPolicy {
  constructor(scope: Construct, id: string, props: ApiKeyPolicyProps) {
    const { metadata, target, keys, mode = ApiKeyMode.STRICT, location, overridable } = props;
    super(scope, id, 'ApiKeyPolicy', {
      metadata,
      target,
      overridable,
      traffic: {
        apiKeyAuthentication: { mode, location: location?._toKube(), ...keys._toKube() },
      },
    });
    keys._checkReadable(namespaceOf(this) as string, `ApiKeyPolicy ${this.node.path}`);
    if (keys._entries.length > 0)
      this.metadata.addAnnotation(ENTRIES_ANNOTATION, keys._entries.join(','));
  }
}
