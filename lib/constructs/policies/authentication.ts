import type { Construct } from 'constructs';
import { GATEWAY } from '../api-kinds';
import type { ResourceProps } from '../resource';
import { Policy, PolicyInheritance } from './policy';
import type { IPolicyTarget } from './policy-target';

/** @internal */
export interface AuthenticationProps extends ResourceProps {
  readonly target: IPolicyTarget;
  readonly overridable?: boolean;
  readonly traffic: { readonly [field: string]: unknown };
}

/**
 * Asks callers for credentials. On a Gateway or a listener nothing below replaces it, unless it is said to be
 * overridable: a weaker policy on a route cannot open what it closes.
 */
export abstract class AuthenticationPolicy extends Policy {
  /** @internal */
  constructor(scope: Construct, id: string, kind: string, props: AuthenticationProps) {
    const { metadata, target, traffic, overridable } = props;
    const onGateway = target.toPolicyTargetConfig().kind === GATEWAY.kind;
    if (overridable !== undefined && !onGateway)
      throw new Error(
        `${kind} ${[scope.node.path, id].filter(Boolean).join('/')} has \`overridable\`, which concerns policies on a Gateway or a listener; leave it out`,
      );
    super(scope, id, {
      metadata,
      target,
      traffic,
      inheritance: onGateway && !overridable ? PolicyInheritance.OVERRIDE : undefined,
    });
  }

  /** @internal */
  protected override get _yielding(): string {
    return `set \`overridable: true\` on ${this.node.path}`;
  }
}
