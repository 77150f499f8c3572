import type { HeaderList } from '../../effects';
import { headerValue } from '../../http/header-list';
import type { NormalPolicies } from '../../standalone/normal-document';
import { directAnswer } from '../answer';
import type { RequestPolicy } from '../policy';
import type { RequestContext } from '../request-context';

type Cors = NonNullable<NormalPolicies['cors']>;

/**
 * Answers preflights and lets allowed origins read answers (Fetch standard, CORS protocol). It does not refuse: a page
 * of another origin gets its answer without the fields that would let it read it.
 */
export function compileCors(policy: Cors): RequestPolicy {
  const allowsOrigin = compileOrigins(policy.allowOrigins ?? []);
  const answerFields = responseFields(policy);
  return function cors(request) {
    const origin = headerValue(request.headers, 'origin');
    if (origin === undefined) return undefined;
    const allowed = allowsOrigin(origin);
    if (request.method === 'OPTIONS') {
      return directAnswer(200, allowed ? preflightFields(policy, origin, request) : []);
    }
    if (allowed)
      request.responseHeaders.push('access-control-allow-origin', origin, ...answerFields);
    return undefined;
  };
}

function responseFields(policy: Cors): HeaderList {
  return [
    ...(policy.allowCredentials ? ['access-control-allow-credentials', 'true'] : []),
    ...(policy.exposeHeaders?.length
      ? ['access-control-expose-headers', policy.exposeHeaders.join(',')]
      : []),
  ];
}

function preflightFields(policy: Cors, origin: string, { headers }: RequestContext): HeaderList {
  const methods = listOrEcho(policy.allowMethods, headers, 'access-control-request-method');
  const names = listOrEcho(policy.allowHeaders, headers, 'access-control-request-headers');
  return [
    'access-control-allow-origin',
    origin,
    ...(methods ? ['access-control-allow-methods', methods] : []),
    ...(names ? ['access-control-allow-headers', names] : []),
    ...(policy.maxAgeSeconds === undefined
      ? []
      : ['access-control-max-age', String(policy.maxAgeSeconds)]),
    ...responseFields(policy),
  ];
}

/** A wildcard names what was asked for: `*` means nothing special on requests with credentials. */
function listOrEcho(allowed: string[] = [], headers: HeaderList, asked: string): string {
  return allowed.includes('*') ? (headerValue(headers, asked) ?? '') : allowed.join(',');
}

/** Origins are `https://a.example`, `https://*.example`, `*`. */
function compileOrigins(patterns: readonly string[]): (origin: string) => boolean {
  if (patterns.includes('*')) return () => true;
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wildcards = patterns.filter((pattern) => pattern.includes('*')).map((p) => p.split('*'));
  return (origin) =>
    exact.has(origin) ||
    wildcards.some(
      ([start, end]) =>
        origin.length > start.length + end.length &&
        origin.startsWith(start) &&
        origin.endsWith(end) &&
        !origin.slice(start.length, -end.length || undefined).includes('/'),
    );
}
