import type { HeaderList } from '../effects';

/**
 * Fields that speak of one connection only and are not forwarded (RFC 9110 §7.6.1), in lower case. A `Connection` field
 * may name more. `proxy-authorization` is absent on purpose: agentgateway forwards it.
 */
const HOP_BY_HOP = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Whether a field, by its name in lower case, speaks of one connection only. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}

/** What of a message may travel on, and what its connection-bound fields said. */
export interface EndToEnd {
  /** Names in lower case. */
  readonly headers: HeaderList;
  /** The values of `Host`, of which there may be one only (RFC 9112 §3.2). */
  readonly hosts: readonly string[];
  /** The protocol that `Connection: upgrade` asks for. */
  readonly upgrade: string | undefined;
  readonly acceptsTrailers: boolean;
  /** What `Transfer-Encoding` says of the body. @default - it is as it came */
  readonly transferCoding: string | undefined;
}

const NO_HOSTS: readonly string[] = [];

/** Splits a request's fields into those that travel on and those that end here. */
export function endToEndRequest(raw: HeaderList): EndToEnd {
  const headers: HeaderList = [];
  let hosts: readonly string[] = NO_HOSTS;
  let connection: string | undefined;
  let upgrade: string | undefined;
  let acceptsTrailers = false;
  let transferCoding: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    const value = raw[i + 1];
    if (name === 'host') hosts = [...hosts, value];
    else if (name === 'connection') connection = connection ? `${connection},${value}` : value;
    else if (name === 'upgrade') upgrade = upgrade === undefined ? value : `${upgrade}, ${value}`;
    else if (name === 'te') acceptsTrailers ||= /(^|,)\s*trailers\s*(;|,|$)/i.test(value);
    else if (name === 'transfer-encoding') {
      transferCoding = transferCoding === undefined ? value : `${transferCoding}, ${value}`;
    }
    // Answered by this server itself (RFC 9110 §10.1.1).
    else if (name === 'expect') continue;
    else if (!HOP_BY_HOP.has(name) && name.charCodeAt(0) !== COLON) headers.push(name, value);
  }
  if (connection === undefined || connection === 'keep-alive') {
    return { headers, hosts, upgrade: undefined, acceptsTrailers, transferCoding };
  }
  const named = connectionOptions(connection);
  return {
    headers: withoutNamed(headers, named),
    hosts,
    upgrade: named.includes('upgrade') && !asksForHttp2(upgrade) ? upgrade : undefined,
    acceptsTrailers,
    transferCoding,
  };
}

/** Cleartext HTTP/2 is for one connection (RFC 9113 §3.1): passed on, its requests would meet no policy. */
export function asksForHttp2(upgrade: string | undefined): boolean {
  return upgrade !== undefined && /(^|[\s,])h2c($|[\s,])/i.test(upgrade);
}

/** A response's fields without those that end here, names in lower case. */
export function endToEndResponse(raw: HeaderList): HeaderList {
  const headers: HeaderList = [];
  let connection: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    if (name === 'connection') connection = connection ? `${connection},${raw[i + 1]}` : raw[i + 1];
    else if (!HOP_BY_HOP.has(name) && name.charCodeAt(0) !== COLON) headers.push(name, raw[i + 1]);
  }
  if (connection === undefined || connection === 'keep-alive') return headers;
  return withoutNamed(headers, connectionOptions(connection));
}

/** Fields that say where a message ends or goes: in trailers they would come too late (RFC 9110 §6.5.1). */
const NO_TRAILERS = new Set(['content-length', 'host', 'content-encoding', 'content-range']);

/** The trailers that travel on, names in lower case. */
export function endToEndTrailers(raw: HeaderList): HeaderList {
  return endToEndResponse(raw).filter((_, i, kept) => !NO_TRAILERS.has(kept[i - (i % 2)]));
}

/** HTTP/2 pseudo-fields start with it. */
const COLON = 58;

/** The options of ordinary connections, which name no field. */
const PLAIN_OPTIONS = new Set(['keep-alive', 'close', 'upgrade', 'te']);

function connectionOptions(value: string): string[] {
  return value.split(',').map((option) => option.trim().toLowerCase());
}

function withoutNamed(headers: HeaderList, named: string[]): HeaderList {
  const dropped = named.filter((option) => option && !PLAIN_OPTIONS.has(option));
  if (dropped.length === 0) return headers;
  return headers.filter((_, i) => !dropped.includes(headers[i - (i % 2)]));
}
