import type { AuthorizationLocation } from '../standalone/document';
import type { NormalDocument } from '../standalone/normal-document';
import { type PolicyPlace, policyPlaces } from './policy-places';
import { isUsualCredential, withoutTokens } from './usual-credentials';

/**
 * Makes a request target fit for a log: the values of query parameters that hold credentials anywhere in the
 * configuration, or usually do, are left out, also of requests that never reach the policy that reads them; and so is
 * what looks like a token, wherever it stands.
 */
export function redactor(document: NormalDocument): (target: string) => string {
  const names = new Set([
    ...policyPlaces(document).flatMap(credentialParameters),
    ...backendCredentials(document).flatMap(parameterOf),
  ]);
  return (target) => {
    const at = target.indexOf('?');
    if (at < 0) return withoutTokens(target);
    const pairs = target.slice(at + 1).split('&');
    const query = pairs.map((pair) => redactPair(pair, names)).join('&');
    return withoutTokens(`${target.slice(0, at)}?${query}`);
  };
}

function redactPair(pair: string, names: ReadonlySet<string>): string {
  const key = pair.split('=', 1)[0]!;
  const name = decoded(key);
  return names.has(name) || isUsualCredential(name) ? `${key}=redacted` : pair;
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
