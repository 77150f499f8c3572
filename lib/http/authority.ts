/** Host and port of a request: `www.example.com:8080`, `[::1]:80`. */
export interface Authority {
  /** In lower case, an IPv6 address with its brackets, without a trailing dot. */
  readonly host: string;
  /** As written. @default - the scheme's own */
  readonly port: number | undefined;
}

/** `[::1]`, a name or an IPv4 address; then perhaps a port (RFC 3986 §3.2, without user information). */
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(?::(\d{0,5}))?$/;

/** Reads an authority, or answers `undefined` where it is none. */
export function parseAuthority(text: string): Authority | undefined {
  const match = AUTHORITY.exec(text);
  if (!match) return undefined;
  const host = match[1].toLowerCase();
  const port = match[2] ? Number(match[2]) : undefined;
  if (port !== undefined && port > 65_535) return undefined;
  return { host: host.endsWith('.') ? host.slice(0, -1) : host, port };
}

export function formatAuthority(host: string, port: number | undefined): string {
  return port === undefined ? host : `${host}:${port}`;
}

export const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };
