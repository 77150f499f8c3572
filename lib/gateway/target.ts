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
  const { prefix, path, query } = splitTarget(request.target);
  const claims = [pseudoAuthority(request), ...hosts].filter((host) => host !== undefined);
  if (new Set(claims).size > 1 || hosts.length > 1) return 'badRequest';
  const text = prefix ?? claims[0];
  if (!text) return 'noHost';
  const authority = parseAuthority(text);
  return authority ? { authority, path, query } : 'badRequest';
}

function pseudoAuthority({ httpVersion, headers }: GatewayRequest): string | undefined {
  return httpVersion === 'HTTP/2.0' ? headerValue(headers, ':authority') : undefined;
}

/** `http://a.example:80/x?y` is in absolute form, `/x?y` in origin form, `*` in asterisk form. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i;

function splitTarget(target: string): { prefix?: string; path: string; query: string } {
  if (target.startsWith('/')) return splitQuery(target);
  const match = ABSOLUTE_FORM.exec(target);
  if (!match) return splitQuery(target);
  const rest = match[2].startsWith('/') ? match[2] : `/${match[2]}`;
  return { prefix: match[1], ...splitQuery(rest) };
}

function splitQuery(target: string): { path: string; query: string } {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}
