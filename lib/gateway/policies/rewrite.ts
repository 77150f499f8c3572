import { type Authority, formatAuthority } from '../../http/authority';
import type { HostRewrite, PathRewrite, UrlRewrite } from '../../standalone/document';
import type { RequestPolicy } from '../policy';

/** Changes path and authority of the request that is sent on. */
export function compileRewrite({ authority, path }: UrlRewrite): RequestPolicy {
  return function urlRewrite(request) {
    if (authority !== undefined) request.authorityRewrite = authority;
    if (path !== undefined) request.path = rewritePath(path, request.path, request.matchedPrefix);
    return undefined;
  };
}

/**
 * The path after a rewrite. A prefix gives way to another by whole segments (Gateway API, `ReplacePrefixMatch`):
 * `/foo/bar` found by `/foo` becomes `/bar` with `/`, and `/xyz/bar` with `/xyz` or `/xyz/`.
 */
export function rewritePath(rewrite: PathRewrite, path: string, matchedPrefix = ''): string {
  if ('full' in rewrite) return rewrite.full;
  const rest = path.slice(matchedPrefix.length);
  const start = rewrite.prefix.replace(/\/+$/, '');
  return `${start}${rest}` || '/';
}

/** The authority after a rewrite: `auto` and `none` keep it here and are decided where the upstream is known. */
export function rewriteAuthority(rewrite: HostRewrite, authority: Authority): string {
  if (typeof rewrite === 'string') return formatAuthority(authority.host, authority.port);
  if ('full' in rewrite) return rewrite.full;
  if ('host' in rewrite) return formatAuthority(rewrite.host, authority.port);
  return formatAuthority(authority.host, rewrite.port);
}
