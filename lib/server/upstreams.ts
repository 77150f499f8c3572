import { createHash } from 'node:crypto';
import type { NetConnectOpts } from 'node:net';
import type {
  Upstream,
  UpstreamAddress,
  UpstreamHandler,
  UpstreamRequest,
  Upstreams,
  UpstreamTls,
} from '../effects';
import type { ClosableUpstream, UpstreamsOptions } from './closable-upstream';
import { Http1Upstream } from './http1-upstream';
import { Http2Upstream } from './http2-upstream';
import { NegotiatedUpstream } from './negotiated-upstream';
import type { Resolution } from './resolve';
import { Dialer } from './upstream-connection';
import { UpstreamTlsClient } from './upstream-tls';

/** Pools of connections, one per address, opened at the first request. */
export class UpstreamPools implements Upstreams {
  readonly #pools = new Map<string, Lazy>();

  constructor(
    private readonly options: UpstreamsOptions,
    private readonly resolve: (address: UpstreamAddress) => Resolution | undefined = () =>
      undefined,
  ) {}

  open(address: UpstreamAddress): Upstream {
    const key = keyOf(address);
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = new Lazy(endpointOf(address, this.resolve(address)), () => this.#connect(address));
    this.#pools.set(key, pool);
    return pool;
  }

  /** Lets running exchanges end, then closes every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  /** Ends every connection at once. */
  destroy(): void {
    for (const pool of this.#pools.values()) pool.destroy();
  }

  #connect(address: UpstreamAddress): ClosableUpstream {
    const tls = tlsOf(address, this.resolve(address));
    const offered = tls?.alpn ?? [];
    if (!offered.includes(HTTP2)) {
      return address.httpVersion === 'HTTP/2.0'
        ? this.#http2(address, tls)
        : this.#http1(address, tls);
    }
    const others = offered.filter((protocol) => protocol !== HTTP2);
    if (others.length === 0) return this.#http2(address, tls);
    return new NegotiatedUpstream(
      this.#http2(address, tls),
      this.#http1(address, { ...tls, alpn: others }),
    );
  }

  #http1(address: UpstreamAddress, tls: UpstreamTls | undefined): ClosableUpstream {
    return new Http1Upstream(this.#dialer(address, tls, 'HTTP/1.1'), this.options);
  }

  #http2(address: UpstreamAddress, tls: UpstreamTls | undefined): ClosableUpstream {
    return new Http2Upstream(this.#dialer(address, tls, 'HTTP/2.0'), this.options);
  }

  #dialer(
    address: UpstreamAddress,
    tls: UpstreamTls | undefined,
    httpVersion: UpstreamAddress['httpVersion'],
  ): Dialer {
    return new Dialer({
      place: placeOf(address, this.resolve(address)),
      tls: tls && new UpstreamTlsClient(tls, address.host, httpVersion),
      timeoutMs: address.connectTimeoutMs ?? this.options.connectTimeoutMs,
    });
  }
}

/** HTTP/2 in a handshake (RFC 9113 §3.1): who offers it speaks it where it is chosen. */
const HTTP2 = 'h2';

/** Two addresses share connections only where all is equal. A private key is no text to keep a second time. */
function keyOf(address: UpstreamAddress): string {
  const text = JSON.stringify(address);
  return address.tls ? createHash('sha256').update(text).digest('base64') : text;
}

class Lazy implements Upstream, ClosableUpstream {
  #upstream: ClosableUpstream | undefined;

  constructor(
    readonly endpoint: string,
    private readonly connect: () => ClosableUpstream,
  ) {}

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    this.#upstream ??= this.connect();
    this.#upstream.send(request, handler);
  }

  async close(): Promise<void> {
    await this.#upstream?.close();
  }

  destroy(): void {
    this.#upstream?.destroy();
  }
}

/** `--resolve` with `http://` leaves TLS out; with `https://` there is TLS, under the name that is configured. */
function tlsOf(
  { tls }: UpstreamAddress,
  resolution: Resolution | undefined,
): UpstreamTls | undefined {
  if (!resolution) return tls;
  return resolution.origin.protocol === 'https:' ? (tls ?? {}) : undefined;
}

function placeOf(address: UpstreamAddress, resolution: Resolution | undefined): NetConnectOpts {
  const { socketPath, keepAliveMs = 0 } = address;
  if (socketPath && !resolution) return { path: socketPath };
  return {
    ...(resolution ? hostAndPort(resolution.origin) : { host: address.host, port: address.port }),
    noDelay: true,
    keepAlive: keepAliveMs > 0,
    keepAliveInitialDelay: keepAliveMs,
  };
}

function hostAndPort({ hostname, port, protocol }: URL): { host: string; port: number } {
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

function endpointOf(address: UpstreamAddress, resolution: Resolution | undefined): string {
  if (resolution) return resolution.origin.host;
  return address.socketPath ? `unix:${address.socketPath}` : `${address.host}:${address.port}`;
}
