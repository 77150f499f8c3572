import { hash } from 'node:crypto';
import { takeCookie } from '../../http/cookies';
import { headerValue, removeHeader, setHeader } from '../../http/header-list';
import { queryValue, withoutQueryParameter } from '../../http/query';
import type { AuthorizationLocation, NormalApiKeyPolicy } from '../../standalone/document';
import { refusal } from '../answer';
import type { RequestPolicy } from '../policy';
import type { ApiKeyIdentity, RequestContext } from '../request-context';

/** Where a credential is read, and how it is taken out before the request is sent on. */
export interface CredentialLocation {
  read(request: RequestContext): string | undefined;
  remove(request: RequestContext): void;
}

const MISSING = refusal('apiKeyMissing');
const WRONG = refusal('apiKeyWrong');

/**
 * Lets callers with a known key in. Keys are kept and looked up by their SHA-256 only, so that neither memory nor the
 * time of a comparison tells about them. A good key does not travel on.
 */
export function compileApiKey(policy: NormalApiKeyPolicy): RequestPolicy {
  const identities = new Map<string, ApiKeyIdentity>(
    policy.keys.map(({ key, keyHash, metadata }) => [
      keyHash === undefined ? digest(key ?? '') : keyHash.replace(/^sha256:/, '').toLowerCase(),
      { metadata },
    ]),
  );
  const location = compileLocation(policy.location);
  const whenMissing = policy.mode === 'strict' ? MISSING : undefined;
  const whenWrong = policy.mode === 'permissive' ? undefined : WRONG;
  return function apiKey(request) {
    const key = location.read(request);
    if (key === undefined) return whenMissing;
    const identity = identities.get(digest(key));
    if (identity === undefined) return whenWrong;
    location.remove(request);
    request.apiKey = identity;
    return undefined;
  };
}

function digest(key: string): string {
  return hash('sha256', key, 'hex');
}

/** @throws Error for an expression, which `compile` has refused before */
export function compileLocation(location: AuthorizationLocation): CredentialLocation {
  if ('header' in location) return headerLocation(location.header.name, location.header.prefix);
  if ('queryParameter' in location) return queryLocation(location.queryParameter.name);
  if ('cookie' in location) return cookieLocation(location.cookie.name);
  throw new Error('a location given as an expression needs the CEL engine');
}

/** `Authorization: Bearer …`: schemes are compared without case (RFC 9110 §11.1). */
function headerLocation(fieldName: string, prefix = ''): CredentialLocation {
  const name = fieldName.toLowerCase();
  const expected = prefix.toLowerCase();
  return {
    read({ headers }) {
      const value = headerValue(headers, name);
      if (value === undefined) return undefined;
      if (expected === '') return value;
      const actual = value.slice(0, expected.length).toLowerCase();
      return actual === expected ? value.slice(expected.length) : undefined;
    },
    remove: ({ headers }) => removeHeader(headers, name),
  };
}

function queryLocation(name: string): CredentialLocation {
  return {
    read: ({ query }) => (query === '' ? undefined : queryValue(query, name)),
    remove(request) {
      request.query = withoutQueryParameter(request.query, name);
    },
  };
}

function cookieLocation(name: string): CredentialLocation {
  const take = ({ headers }: RequestContext) => {
    const field = headerValue(headers, 'cookie');
    return field === undefined ? undefined : takeCookie(field, name);
  };
  return {
    read: (request) => take(request)?.value,
    remove(request) {
      const rest = take(request)?.rest ?? '';
      if (rest === '') removeHeader(request.headers, 'cookie');
      else setHeader(request.headers, 'cookie', rest);
    },
  };
}
