import type { Rule } from '../../cel/gateway/rule';
import { takeCookie } from '../../http/cookies';
import { headerValue, removeHeader, setHeader } from '../../http/header-list';
import { queryValue, withoutQueryParameter } from '../../http/query';
import type { AuthorizationLocation } from '../../standalone/document';
import { variablesOf } from '../expression-variables';
import type { PolicyHost } from '../policy-host';
import type { RequestContext } from '../request-context';

/** Where a credential is read, and how it is taken out before the request is sent on. */
export interface CredentialLocation {
  read(request: RequestContext): string | undefined;
  /** Whether the request has more than one there: two readers could take different ones. */
  isRepeated(request: RequestContext): boolean;
  remove(request: RequestContext): void;
}

/** @param path - where the location stands, for what is wrong with it */
export function compileLocation(
  location: AuthorizationLocation,
  path: string,
  host: Pick<PolicyHost, 'expressions'>,
): CredentialLocation {
  if ('header' in location) return headerLocation(location.header.name, location.header.prefix);
  if ('queryParameter' in location) return queryLocation(location.queryParameter.name);
  if ('cookie' in location) return cookieLocation(location.cookie.name);
  return expressionLocation(host.expressions.compile(`${path}.expression`, location.expression));
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
    isRepeated({ headers }) {
      let seen = false;
      for (let i = 0; i < headers.length; i += 2) {
        if (headers[i] !== name) continue;
        if (seen) return true;
        seen = true;
      }
      return false;
    },
    remove: ({ headers }) => removeHeader(headers, name),
  };
}

function queryLocation(name: string): CredentialLocation {
  return {
    read: ({ query }) => (query === '' ? undefined : queryValue(query, name)),
    isRepeated({ query }) {
      const once = withoutQueryParameter(query, name);
      return query.split('&').length - (once === '' ? 0 : once.split('&').length) > 1;
    },
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
    isRepeated({ headers }) {
      const fields = headers.filter((_, i) => i % 2 === 1 && headers[i - 1] === 'cookie');
      const pairs = fields.flatMap((field) => field.split(';'));
      return pairs.filter((pair) => pair.trim().startsWith(`${name}=`)).length > 1;
    },
    remove(request) {
      const rest = take(request)?.rest ?? '';
      if (rest === '') removeHeader(request.headers, 'cookie');
      else setHeader(request.headers, 'cookie', rest);
    },
  };
}

/** What fails, or gives no text, finds no credential. What it reads stays in the request, as with agentgateway. */
function expressionLocation(rule: Rule | undefined): CredentialLocation {
  return {
    read(request) {
      const value = rule?.evaluate(variablesOf(request));
      return typeof value === 'string' ? value : undefined;
    },
    isRepeated: () => false,
    remove() {},
  };
}
