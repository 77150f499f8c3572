import type { Rule } from '../../cel/gateway/rule';
import type { NormalExtAuthzPolicy } from '../../standalone/normal-document';
import { variablesOf } from '../expression-variables';
import { type Check, compileCheck } from '../ext-auth/check';
import { type ExtAuthHost, WatchedExpressions } from '../ext-auth/ext-auth-host';
import type { RequestPolicy } from '../policy';

interface Entry {
  /** @default - it is for every request */
  readonly condition: Rule | undefined;
  readonly check: Check;
}

/** Asks a service whether a request may pass: by the first entry whose condition holds, or not at all. */
export function compileExtAuth(policy: NormalExtAuthzPolicy, host: ExtAuthHost): RequestPolicy {
  const reads = new Set<string>();
  const expressions = new WatchedExpressions(host.expressions, reads);
  const extAuthAnswers = new WatchedExpressions(host.extAuthAnswers, reads);
  const entries = policy.entries.map((entry) => ({
    condition:
      entry.condition === undefined
        ? undefined
        : expressions.compile(`${entry.path}.condition`, entry.condition),
    check: compileCheck(entry, { ...host, expressions, extAuthAnswers }),
  }));
  const extAuth = firstOf(entries);
  if (!reads.has('request.body')) return extAuth;
  return async function extAuthOfBody(request) {
    await request.readBody();
    return extAuth(request);
  };
}

/** A condition that fails does not hold, as in agentgateway. */
function firstOf(entries: readonly Entry[]): RequestPolicy {
  return function extAuth(request) {
    for (const { condition, check } of entries) {
      if (!condition || condition.matches(variablesOf(request))) return check(request);
    }
    return undefined;
  };
}
