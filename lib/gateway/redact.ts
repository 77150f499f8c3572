import type { NormalDocument } from '../standalone/document';
import { type PolicyPlace, policyPlaces } from './policy-places';

/**
 * Makes a request target fit for a log: the values of query parameters that hold credentials anywhere in the
 * configuration are left out, also of requests that never reach the policy that reads them.
 */
export function redactor(document: NormalDocument): (target: string) => string {
  const names = [...new Set(policyPlaces(document).flatMap(credentialParameters))];
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
    policy && 'queryParameter' in policy.location ? [policy.location.queryParameter.name] : [],
  );
}
