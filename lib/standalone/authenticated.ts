import { entries, field, textField } from '../schema/json';
import type { NormalAuthorizationRule } from './normal-document';
import { holdsForAnonymous, refuseAnonymous } from './without-identity';

/** What decides about the callers of a route in one phase. */
export interface Guard {
  readonly phase: 'gateway' | 'route';
  /** Policies as a file writes them, by their names there. */
  readonly policies: Readonly<Record<string, unknown>>;
  readonly rules: readonly Pick<NormalAuthorizationRule, 'action' | 'expression'>[];
}

type Phase = Guard['phase'];

/** Which policies let nobody pass who has not proved who they are. */
const AUTHENTICATES: Readonly<Record<string, (policy: unknown, phase: Phase) => boolean>> = {
  jwtAuth: isStrict,
  basicAuth: isStrict,
  apiKey: isStrict,
  // Of these the default is strict.
  mcpAuthentication: (policy) => isStrict(policy) || textField(policy, 'mode') === '',
  oidc: () => true,
  extAuthz: asksAuthorizer,
};

/**
 * Whether only callers who have proved who they are get through a route: by a policy that demands it, or by rules that
 * cannot hold for anybody else.
 *
 * @param guards of each phase that the route has
 */
export function isAuthenticated(guards: readonly Guard[]): boolean {
  return guards.some(({ phase, policies, rules }) => {
    const isGuarded = Object.entries(AUTHENTICATES).some(
      ([name, authenticates]) =>
        field(policies, name) !== undefined && authenticates(policies[name], phase),
    );
    return isGuarded || refuseAnonymous(rules, phase);
  });
}

function isStrict(policy: unknown): boolean {
  return textField(policy, 'mode') === 'strict';
}

/** Whether every anonymous request is put to an authorizer, and refused where that gives no answer. */
function asksAuthorizer(policy: unknown, phase: Phase): boolean {
  const conditional = field(policy, 'conditional');
  if (conditional === undefined) return !isOpen(policy);
  for (const entry of entries(conditional)) {
    if (isOpen(entry)) return false;
    const condition = textField(entry, 'condition');
    if (condition === '' || holdsForAnonymous(condition, phase)) return true;
  }
  return false;
}

function isOpen(policy: unknown): boolean {
  return field(policy, 'failureMode') === 'allow';
}
