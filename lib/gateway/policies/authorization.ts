import type { GatewayActivation } from '../../cel/gateway/activation';
import type { Rule } from '../../cel/gateway/rule';
import type {
  NormalAuthorizationPolicy,
  NormalAuthorizationRule,
} from '../../standalone/normal-document';
import { refusal } from '../answer';
import { variablesOf } from '../expression-variables';
import type { RequestPolicy } from '../policy';
import type { PolicyHost } from '../policy-host';
import type { RequestContext } from '../request-context';

const FORBIDDEN = refusal('forbidden');

/** Lets a request pass when no `deny` holds, every `require` does and, where there are `allow` rules, one of them. */
export function compileAuthorization(
  { rules }: NormalAuthorizationPolicy,
  host: Pick<PolicyHost, 'expressions'>,
): RequestPolicy {
  const rulesOf = (action: NormalAuthorizationRule['action']) =>
    rules
      .filter((rule) => rule.action === action)
      .flatMap(({ path, expression }) => host.expressions.compile(path, expression, action) ?? []);
  const [deny, require, allow] = [rulesOf('deny'), rulesOf('require'), rulesOf('allow')];
  const allows = decision(deny, require, allow);
  const authorization = (request: RequestContext) =>
    allows(variablesOf(request)) ? undefined : FORBIDDEN;
  const readsBody = [...deny, ...require, ...allow].some(({ reads }) => reads.has('request.body'));
  if (!readsBody) return authorization;
  return async function authorizationOfBody(request) {
    await request.readBody();
    return authorization(request);
  };
}

/** What fails, or gives no bool, counts as false: such a `deny` does not deny. */
function decision(deny: readonly Rule[], require: readonly Rule[], allow: readonly Rule[]) {
  return (variables: GatewayActivation): boolean => {
    for (const rule of deny) if (rule.matches(variables)) return false;
    for (const rule of require) if (!rule.matches(variables)) return false;
    for (const rule of allow) if (rule.matches(variables)) return true;
    return allow.length === 0;
  };
}
