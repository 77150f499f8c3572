import { CelError } from '../cel-error';
import { BOOL, MAP, opaque, STRING } from '../cel-type';
import { type FunctionRow, fn, method } from '../function-table';
import { type CelResult, Opaque } from '../value';

/** An absolute URI, or an absolute path, as Go's url.ParseRequestURI takes it. */
export class Url extends Opaque {
  readonly type = 'kubernetes.URL';

  constructor(
    readonly scheme: string,
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {
    super();
  }

  equals(other: Opaque): boolean {
    return (
      other instanceof Url &&
      other.scheme === this.scheme &&
      other.host === this.host &&
      other.path === this.path &&
      other.query === this.query
    );
  }
}

const LONGEST = 100_000;
const PARTS = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;
const CONTROL = /\p{Cc}/u;
const HOST =
  /^(?:\[[0-9a-fA-F:.]+(?:%25[^\]]*)?\]|(?:[^\s:<>"[\]{}|\\^`%]|%[89a-fA-F][0-9a-fA-F])*)(?::[0-9]*)?$/;
const USER = /^[A-Za-z0-9\-._~!$&'()*+,;=%:]*$/;
const ESCAPES = /%(?![0-9a-fA-F]{2})/;

export function parseUrl(text: string): Url | undefined {
  if (text === '' || text.length > LONGEST || CONTROL.test(text)) return undefined;
  const match = PARTS.exec(text);
  if (!match) return undefined;
  const [, scheme = '', authority, path, query = ''] = match;
  if (scheme === '' && !text.startsWith('/')) return undefined;
  if (scheme !== '' && authority === undefined && !path.startsWith('/')) return undefined;
  if (ESCAPES.test(path)) return undefined;
  const host = hostOf(authority ?? '');
  return host === undefined ? undefined : new Url(scheme.toLowerCase(), host, path, query);
}

function hostOf(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (at >= 0 && !USER.test(authority.slice(0, at))) return undefined;
  return HOST.test(host) ? host : undefined;
}

function hostname({ host }: Url): string {
  return host.replace(/:[0-9]*$/, '').replace(/^\[(.*)\]$/, '$1');
}

function port({ host }: Url): string {
  return /:([0-9]*)$/.exec(host)?.[1] ?? '';
}

function escapedPath({ path }: Url): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/%]/gu, encodeURIComponent);
}

/** The values of each parameter; pairs that cannot be read are left out, as Go does. */
function query({ query: text }: Url): CelResult {
  const found: Record<string, string[]> = Object.create(null);
  for (const pair of text.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [name, ...rest] = pair.split('=');
    const key = decoded(name);
    const value = decoded(rest.join('='));
    if (key === undefined || value === undefined) continue;
    found[key] = [...(found[key] ?? []), value];
  }
  return found;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}

const URL_TYPE = opaque<Url>('kubernetes.URL');

function url(text: string): CelResult {
  const message = `${JSON.stringify(text.slice(0, 80))} is no URL; write it like https://example.com/path`;
  return parseUrl(text) ?? new CelError(message);
}

export const URLS: readonly FunctionRow[] = [
  fn('url', [STRING], URL_TYPE, url, 'the URL written: absolute, or an absolute path'),
  fn('isURL', [STRING], BOOL, (text) => !!parseUrl(text), 'whether it is a URL'),
  method('getScheme', [URL_TYPE], STRING, ({ scheme }) => scheme, 'https of https://a:1/b?c'),
  method('getHost', [URL_TYPE], STRING, ({ host }) => host, 'a:1 of https://a:1/b?c'),
  method('getHostname', [URL_TYPE], STRING, hostname, 'a of https://a:1/b?c'),
  method('getPort', [URL_TYPE], STRING, port, '1 of https://a:1/b?c'),
  method('getEscapedPath', [URL_TYPE], STRING, escapedPath, '/b of https://a:1/b?c'),
  method('getQuery', [URL_TYPE], MAP, query, 'the values of each parameter'),
];
