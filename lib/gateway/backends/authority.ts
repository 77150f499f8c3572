import { rewriteAuthority } from '../policies/rewrite';
import type { RequestContext } from '../request-context';

/** Upstreams that have a name are asked by it, addresses by the client's own authority, unless a rewrite says otherwise. */
export function upstreamAuthority(hostname: string | undefined, client: RequestContext): string {
  const { authority, authorityRewrite: rewrite = 'auto' } = client;
  if (rewrite === 'auto' && hostname !== undefined) return hostname;
  // Gateway API, `HTTPURLRewriteFilter`: the hostname is all that `Host` holds.
  if (typeof rewrite === 'object' && 'host' in rewrite) return rewrite.host;
  return rewriteAuthority(rewrite, authority);
}
