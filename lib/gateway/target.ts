import { type Authority, parseAuthority } from '../http/authority';
import { headerValue } from '../http/header-list';
import type { EndToEnd } from '../http/hop-by-hop';
import type { ErrorCode } from './errors';
import type { GatewayRequest } from './message';

/** What a request asks for. */
export interface Target {
  readonly authority: Authority;
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
}

/**
 * Reads what a request asks for: a target in absolute form wins over `Host` (RFC 9112 §3.2.2), HTTP/2 says it in
 * `:authority` (RFC 9113 §8.3.1). A request that names two hosts, or none, is not routed by guessing.
 */
export function readTarget(request: GatewayRequest, { hosts }: EndToEnd): Target | ErrorCode {
  const split = splitTarget(request);
  const [host] = hosts;
  const pseudo = pseudoAuthority(request);
  const disagree = pseudo !== undefined && host !== undefined && pseudo !== host;
  if (!split || hosts.length > 1 || disagree) return 'badRequest';
  const { prefix, path, query } = split;
  if (climbs(path)) return 'badRequest';
  const text = prefix ?? pseudo ?? host;
  if (!text) return 'noHost';
  const authority = parseAuthority(text);
  return authority ? { authority, path, query } : 'badRequest';
}

function pseudoAuthority({ httpVersion, headers }: GatewayRequest): string | undefined {
  return httpVersion === 'HTTP/2.0' ? headerValue(headers, ':authority') : undefined;
}

/**
 * Whether a path has a segment `..`, also percent-encoded. Clients resolve them before they ask (RFC 3986 §5.2.4); an
 * upstream that did so afterwards would serve another path than the one whose policies the request has met.
 */
function climbs(path: string): boolean {
  return path.includes('.') || path.includes('%') ? CLIMBING.test(path) : false;
}

const CLIMBING = /(^|[/\\]|%2f|%5c)(\.|%2e){2}($|[/\\;]|%2f|%5c)/i;

interface SplitTarget {
  readonly prefix?: string;
  readonly path: string;
  readonly query: string;
}

/** `http://a.example:80/x?y` is in absolute form, which HTTP/2 does not have. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)(.*)$/i;

/** `/x?y` is in origin form, `*` stands for the whole server. Anything else another server might read otherwise. */
function splitTarget({ target, method, httpVersion }: GatewayRequest): SplitTarget | undefined {
  const text = withoutFragment(target);
  if (text.startsWith('/')) return splitQuery(text);
  if (method === 'CONNECT' || (text === '*' && method === 'OPTIONS')) return splitQuery(text);
  const match = httpVersion === 'HTTP/2.0' ? null : ABSOLUTE_FORM.exec(text);
  if (!match) return undefined;
  const rest = match[2].startsWith('/') ? match[2] : `/${match[2]}`;
  return { prefix: match[1], ...splitQuery(rest) };
}

/** A fragment never travels (RFC 9110 §4.2.5), and some servers drop it: `/admin#` must not pass for another path. */
function withoutFragment(target: string): string {
  const at = target.indexOf('#');
  return at < 0 ? target : target.slice(0, at);
}

function splitQuery(target: string): SplitTarget {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}
