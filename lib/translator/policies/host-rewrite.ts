import type { Fields } from '../fields';

export type HostRewriteMode = 'auto' | 'none';

/** Whether upstreams are asked by their own name (`auto`) or by the client's; becomes a part of `urlRewrite`. */
export function translateHostRewrite(rewrite: Fields): HostRewriteMode | undefined {
  const mode = rewrite.choice('mode', ['Auto', 'None']);
  return mode && (mode === 'Auto' ? 'auto' : 'none');
}
