import type {
  Upstream,
  UpstreamAddress,
  UpstreamHandler,
  UpstreamRequest,
  Upstreams,
} from '../effects';
import type { ClosableUpstream, UpstreamsOptions } from './closable-upstream';
import { Http1Upstream } from './http1-upstream';
import { Http2Upstream } from './http2-upstream';
import type { Resolution } from './resolve';

/** Pools of connections, one per address, opened at the first request. */
export class UpstreamPools implements Upstreams {
  readonly #pools = new Map<string, Lazy>();

  constructor(
    private readonly options: UpstreamsOptions,
    private readonly resolve: (address: UpstreamAddress) => Resolution | undefined = () =>
      undefined,
  ) {}

  open(address: UpstreamAddress): Upstream {
    const key = JSON.stringify(address);
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
    const { origin, socketPath } = connectionTo(address, this.resolve(address));
    return address.httpVersion === 'HTTP/2.0'
      ? new Http2Upstream(origin, this.options)
      : new Http1Upstream(origin, socketPath, this.options);
  }
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

interface UpstreamConnection {
  readonly origin: URL;
  readonly socketPath?: string;
}

function connectionTo(
  address: UpstreamAddress,
  resolution: Resolution | undefined,
): UpstreamConnection {
  if (resolution) return { origin: resolution.origin };
  if (address.socketPath)
    return { origin: new URL('http://localhost'), socketPath: address.socketPath };
  return { origin: new URL(`http://${address.host}:${address.port}`) };
}

function endpointOf(address: UpstreamAddress, resolution: Resolution | undefined): string {
  if (resolution) return resolution.origin.host;
  return address.socketPath ? `unix:${address.socketPath}` : `${address.host}:${address.port}`;
}
