import type { HostRewrite, RequestRedirect } from '../../standalone/document';
import type { Fields } from '../fields';
import { translatePathRewrite } from './rewrite';

export function translateRedirect(redirect: Fields): RequestRedirect {
  const scheme = redirect.text('scheme');
  const status = redirect.integer('statusCode', 301, 308);
  const authority = translateAuthority(
    redirect.text('hostname'),
    redirect.integer('port', 1, 65_535),
  );
  const path = translatePathRewrite(redirect.fields('path'));
  return {
    ...(scheme && { scheme }),
    ...(authority && { authority }),
    ...(path && { path }),
    ...(status !== undefined && { status }),
  };
}

function translateAuthority(
  hostname: string | undefined,
  port: number | undefined,
): HostRewrite | undefined {
  if (hostname && port !== undefined) return { full: `${hostname}:${port}` };
  if (hostname) return { host: hostname };
  return port === undefined ? undefined : { port };
}
