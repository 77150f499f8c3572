import type { AuthorizationLocation } from '../standalone/document';
import type { NormalDocument } from '../standalone/normal-document';
import { type PolicyPlace, policyPlaces } from './policy-places';

/**
 * Makes a request target fit for a log: the values of query parameters that hold credentials anywhere in the
 * configuration are left out, also of requests that never reach the policy that reads them.
 */
export function redactor(document: NormalDocument): (target: string) => string {
  const names = [
    ...new Set([
      ...policyPlaces(document).flatMap(credentialParameters),
      ...backendCredentials(document).flatMap(parameterOf),
    ]),
  ];
  if (names.length === 0) return (target) => target;
  return (target) => {
    const at = target.indexOf('?');
    if (at < 0) return target;
    const pairs = target.slice(at + 1).split('&');
    return `${target.slice(0, at)}?${pairs.map((pair) => redactPair(pair, names)).join('&')}`;
  };
}

function redactPair(pair: string, names: readonly string[]): string {
  const key = pair.split('=', 1)[0];
  return names.includes(decoded(key)) ? `${key}=redacted` : pair;
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

function credentialParameters({ policies: { apiKey, jwtAuth, basicAuth } }: PolicyPlace): string[] {
  return [apiKey, jwtAuth, basicAuth].flatMap((policy) =>
    policy ? parameterOf(policy.location) : [],
  );
}

function parameterOf(location: AuthorizationLocation): string[] {
  return 'queryParameter' in location ? [location.queryParameter.name] : [];
}

/** Where backends want theirs, clients may have put one of their own. */
function backendCredentials({ binds }: NormalDocument): AuthorizationLocation[] {
  const backends = binds
    .flatMap(({ listeners }) => listeners)
    .flatMap(({ routes }) => routes)
    .flatMap((route) => route.backends);
  const policies = backends.flatMap(({ target, policies: own }) =>
    target !== 'invalid' && 'llm' in target
      ? target.llm.flat().map((provider) => provider.policies)
      : [own],
  );
  return policies.flatMap(({ auth }) => {
    const { key, passthrough, credentials = [] } = auth ?? {};
    return [key, passthrough, ...credentials].flatMap((one) => one?.location ?? []);
  });
}
