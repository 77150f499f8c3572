import type { UpstreamAddress } from '../effects';

/**
 * Where an upstream really is on this machine: `--resolve httpbin.httpbin:8000=http://127.0.0.1:9000`. It is called in clear
 * with `http://`, whatever the configuration says, and over TLS with `https://`, then under the name that is configured.
 */
export interface Resolution {
  /** How the user wrote the upstream. */
  readonly name: string;
  readonly host: string;
  /** @default - every port of the host */
  readonly port: number | undefined;
  readonly origin: URL;
}

const FORM = 'write it as `host:port=http://host:port`, or with `https://`';

/**
 * Reads one `--resolve`.
 *
 * @throws Error that says what is wrong with it
 */
export function parseResolution(text: string): Resolution {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  const colon = name.lastIndexOf(':');
  const host = colon < 0 ? name : name.slice(0, colon);
  const port = colon < 0 ? undefined : Number(name.slice(colon + 1));
  if (at < 0 || host === '' || !isPort(port ?? 1)) {
    throw new Error(`\`${withoutPassword(text)}\` maps no upstream: ${FORM}`);
  }
  const origin = parseOrigin(text.slice(at + 1));
  if (!origin)
    throw new Error(
      `\`${withoutPassword(text.slice(at + 1))}\` is no place to send requests to: ${FORM}`,
    );
  return { name, host: host.toLowerCase(), port, origin };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/.*@/, '//…@');
}

function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.pathname === '/' && !url.search && !url.username && !url.hash;
  return plain && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** Finds the resolution for an address; a Service may be written short: `httpbin.httpbin` for `httpbin.httpbin.svc.cluster.local`. */
export function resolver(resolutions: readonly Resolution[]) {
  return (address: UpstreamAddress): Resolution | undefined =>
    resolutions.find(
      ({ host, port }) =>
        (port === undefined || port === address.port) &&
        (host === address.host || address.host.startsWith(`${host}.svc.`)),
    );
}
