import type { Construct } from 'constructs';
import { GATEWAY } from '../api-kinds';
import { namespaceOf } from '../object-reference';
import type { ResourceProps } from '../resource';
import type { ApiKeys } from './api-keys';
import type { CredentialLocation } from './credential-location';
import { Policy, PolicyInheritance } from './policy';
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
export class ApiKeyPolicy extends Policy {
  constructor(scope: Construct, id: string, props: ApiKeyPolicyProps) {
    const { target, keys, mode = ApiKeyMode.STRICT, location, overridable = false } = props;
    const onGateway = target.toPolicyTargetConfig().kind === GATEWAY.kind;
    if (props.overridable !== undefined && !onGateway)
      throw new Error(
        `ApiKeyPolicy ${[scope.node.path, id].filter(Boolean).join('/')} has \`overridable\`, which concerns policies on a Gateway or a listener; leave it out`,
      );
    super(scope, id, {
      metadata: props.metadata,
      target,
      traffic: {
        apiKeyAuthentication: { mode, location: location?._toKube(), ...keys._toKube() },
      },
      inheritance: onGateway && !overridable ? PolicyInheritance.OVERRIDE : undefined,
    });
    keys._checkReadable(namespaceOf(this) as string, `ApiKeyPolicy ${this.node.path}`);
    if (keys._entries.length > 0)
      this.metadata.addAnnotation(ENTRIES_ANNOTATION, keys._entries.join(','));
  }

  /** @internal */
  protected override get _yielding(): string {
    return `set \`overridable: true\` on ${this.node.path}`;
  }
}
