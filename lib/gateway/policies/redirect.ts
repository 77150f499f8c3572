import { DEFAULT_PORTS, parseAuthority } from '../../http/authority';
import type { RequestRedirect } from '../../standalone/document';
import { directAnswer } from '../answer';
import type { RequestPolicy } from '../policy';
import type { RequestContext } from '../request-context';
import { rewriteAuthority, rewritePath } from './rewrite';

/** Answers with another place to ask (RFC 9110 §15.4). */
export function compileRedirect(redirect: RequestRedirect): RequestPolicy {
  const status = redirect.status ?? 302;
  return function requestRedirect(request) {
    return directAnswer(status, ['location', redirectLocation(redirect, request)]);
  };
}

function redirectLocation(redirect: RequestRedirect, request: RequestContext): string {
  const scheme = redirect.scheme ?? request.scheme;
  const path = redirect.path
    ? rewritePath(redirect.path, request.path, request.matchedPrefix)
    : request.path;
  const query = request.query && `?${request.query}`;
  return `${scheme}://${redirectAuthority(redirect, request, scheme)}${path}${query}`;
}

/** Another scheme brings its own port, unless one is written; the scheme's own port is left out. */
function redirectAuthority(
  { scheme: written, authority: rewrite = 'none' }: RequestRedirect,
  { authority }: RequestContext,
  scheme: string,
): string {
  const from = written === undefined ? authority : { host: authority.host, port: undefined };
  const text = rewriteAuthority(rewrite, from);
  const parsed = parseAuthority(text);
  return parsed?.port === DEFAULT_PORTS[scheme] ? (parsed?.host ?? text) : text;
}
