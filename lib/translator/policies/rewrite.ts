import type { PathRewrite, UrlRewrite } from '../../standalone/document';
import type { Fields } from '../fields';

export function translateRewrite(rewrite: Fields): UrlRewrite {
  const host = rewrite.text('hostname');
  const path = translatePathRewrite(rewrite.fields('path'));
  return { ...(host && { authority: { host } }), ...(path && { path }) };
}

export function translatePathRewrite(path: Fields | undefined): PathRewrite | undefined {
  const type = path?.choice('type', ['ReplaceFullPath', 'ReplacePrefixMatch']);
  if (type === 'ReplaceFullPath') return { full: path!.text('replaceFullPath') ?? '/' };
  if (type === 'ReplacePrefixMatch') return { prefix: path!.text('replacePrefixMatch') ?? '/' };
  return undefined;
}
