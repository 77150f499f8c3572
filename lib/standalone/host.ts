import { withoutUserInfo } from '../schema/user-info';

/** Where a `host:` of the file sends: a TCP port of a host, or a Unix socket. */
export type HostTarget =
  | { readonly host: string; readonly port: number }
  | { readonly unix: string };

export interface HostProblem {
  readonly problem: string;
  readonly hint: string;
}

const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/;

/**
 * Reads `host:port` and `unix:/path`. agentgateway splits at the first colon, so an IPv6 address has no spelling.
 */
export function parseHost(text: string): HostTarget | HostProblem {
  if (text.startsWith('unix:')) return parseUnix(text.slice('unix:'.length));
  const colon = text.indexOf(':');
  if (colon < 0) {
    return { problem: `\`${text}\` has no port`, hint: `write \`${text || 'localhost'}:8080\`` };
  }
  const host = text.slice(0, colon);
  const port = text.slice(colon + 1);
  if (text.includes('://')) {
    return {
      problem: `\`${withoutUserInfo(text)}\` is a URL`,
      hint: 'write only `host:port`, without scheme and path',
    };
  }
  if (host.startsWith('[') || port.includes(':')) {
    return {
      problem: `\`${text}\` looks like an IPv6 address, which agentgateway cannot read here`,
      hint: 'give the address a DNS name, and write `name:port`',
    };
  }
  if (!NAME.test(host)) {
    return { problem: `\`${host}\` is not a host name`, hint: 'write `localhost:8080`' };
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    return {
      problem: `\`${port}\` is not a port`,
      hint: 'write a number between 1 and 65535 after the colon',
    };
  }
  return { host, port: Number(port) };
}

function parseUnix(path: string): HostTarget | HostProblem {
  if (path) return { unix: path };
  return { problem: '`unix:` has no path', hint: 'write `unix:/run/upstream.sock`' };
}
