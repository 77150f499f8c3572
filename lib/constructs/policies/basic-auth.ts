import type { Construct } from 'constructs';
import { namespaceOf } from '../object-reference';
import type { ResourceProps } from '../resource';
import { AuthenticationPolicy } from './authentication';
import type { BasicAuthUsers } from './basic-auth-users';
import type { CredentialLocation } from './credential-location';
import type { IPolicyTarget } from './policy-target';

/** What happens to requests without a name and its password. */
export enum BasicAuthMode {
  /** Without them, or with wrong ones, a request is refused. */
  STRICT = 'Strict',
  /** Without them a request passes; with wrong ones it is refused. */
  OPTIONAL = 'Optional',
}

/** Properties of `BasicAuthPolicy`. */
export interface BasicAuthPolicyProps extends ResourceProps {
  /** The Gateway, listener, route or rule whose callers need a password. */
  readonly target: IPolicyTarget;

  /** Who may log in. */
  readonly users: BasicAuthUsers;

  /**
   * What happens to requests without a name and its password.
   *
   * @default BasicAuthMode.STRICT
   */
  readonly mode?: BasicAuthMode;

  /**
   * What browsers show when they ask for the password.
   *
   * @default - `Restricted`
   */
  readonly realm?: string;

  /**
   * Where in a request name and password are, in Base64 (RFC 7617). In `Proxy-Authorization` refusals are 407.
   *
   * @default - the header `Authorization`, after `Basic `
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
 * Callers need a name and a password. The name is `basicAuth.username` in the rules of an `AuthorizationPolicy`.
 *
 * @example
 * new BasicAuthPolicy(this, 'Users', { target: route, users: BasicAuthUsers.fromSecret(secret) });
 */
export class BasicAuthPolicy extends AuthenticationPolicy {
  constructor(scope: Construct, id: string, props: BasicAuthPolicyProps) {
    const { metadata, target, users, location, realm, overridable } = props;
    const { mode = BasicAuthMode.STRICT } = props;
    super(scope, id, 'BasicAuthPolicy', {
      metadata,
      target,
      overridable,
      traffic: {
        basicAuthentication: { mode, realm, location: location?._toKube(), ...users._toKube() },
      },
    });
    users._checkReadable(namespaceOf(this) as string, `BasicAuthPolicy ${this.node.path}`);
  }
}
