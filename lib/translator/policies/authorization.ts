import type { AuthorizationPolicy } from '../../standalone/document';
import type { Fields } from '../fields';

const ACTIONS = { Allow: 'allow', Deny: 'deny', Require: 'require' } as const;
const HINT = 'remove it, or run this with agentgateway';

const NOBODY: AuthorizationPolicy = { rules: [{ require: 'false' }] };

/** Each expression is a rule of its own. Rules of all levels that apply are one pool. */
export function translateAuthorization(authorization: Fields): AuthorizationPolicy {
  authorization.refuseOthers(['action', 'policy'], 'authorization', HINT);
  const action = authorization.choice('action', ['Allow', 'Deny', 'Require']) ?? 'Allow';
  const policy = authorization.fields('policy');
  policy?.refuseOthers(['matchExpressions'], 'the rules of an authorization', HINT);
  const expressions = policy?.texts('matchExpressions') ?? [];
  if (expressions.length === 0) {
    authorization.findings.error(
      'Required',
      `${authorization.at('policy')}.matchExpressions`,
      'an authorization without expressions would let everybody pass',
      'write whom it is about, such as `jwt.sub == "alice"`',
    );
    return NOBODY;
  }
  return { rules: expressions.map((expression) => ({ [ACTIONS[action]]: expression })) };
}
