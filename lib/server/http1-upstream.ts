import { request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import type { HeaderList, UpstreamHandler, UpstreamRequest } from '../effects';
import { upstreamError } from './upstream-error';
import type { ClosableUpstream, UpstreamsOptions } from './upstreams';

/** An upstream that speaks HTTP/1.1, over TCP or a Unix socket. */
export class Http1Upstream implements ClosableUpstream {
  readonly #pool: Pool;

  constructor(
    private readonly origin: URL,
    private readonly socketPath: string | undefined,
    private readonly options: UpstreamsOptions,
  ) {
    this.#pool = new Pool(origin, {
      connections: options.poolMaxSize ?? null,
      connect: { timeout: options.connectTimeoutMs, socketPath },
      keepAliveTimeout: options.poolIdleTimeoutMs,
      keepAliveMaxTimeout: options.poolIdleTimeoutMs,
      // Time limits are the gateway's: `timeout` policies.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    if (request.upgrade !== undefined) return this.#upgrade(request, request.upgrade, handler);
    try {
      this.#pool.dispatch(
        dispatchOptions(request),
        new Handler(handler) as Dispatcher.DispatchHandler,
      );
    } catch (error) {
      handler.onError(upstreamError(error));
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /**
   * An upgrade takes a connection of its own, and an upstream may answer it like any other request, which undici does
   * not pass on.
   */
  #upgrade(
    { method, path, headers }: UpstreamRequest,
    protocol: string,
    handler: UpstreamHandler,
  ): void {
    const { hostname, port } = this.origin;
    const outgoing = httpRequest({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || 80,
      socketPath: this.socketPath,
      agent: false,
      method,
      path,
      headers: [...headers, 'connection', 'upgrade', 'upgrade', protocol],
      timeout: this.options.connectTimeoutMs,
    });
    handler.onStart((reason) => outgoing.destroy(reason));
    outgoing.on('timeout', () =>
      outgoing.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
    );
    outgoing.on('error', (error) => handler.onError(upstreamError(error)));
    outgoing.on('upgrade', (response, socket, head) => {
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      handler.onUpgrade(response.statusCode ?? 101, response.rawHeaders, socket);
    });
    outgoing.on('response', (response) => {
      handler.onHeaders(response.statusCode ?? 502, response.rawHeaders, () => response.resume());
      response.on('data', (chunk: Uint8Array) => {
        if (!handler.onData(chunk)) response.pause();
      });
      response.on('end', () => handler.onComplete(response.rawTrailers));
      response.on('error', (error) => handler.onError(upstreamError(error)));
    });
    outgoing.end();
  }
}

function dispatchOptions({
  method,
  path,
  headers,
  body,
}: UpstreamRequest): Dispatcher.DispatchOptions {
  return {
    method: method as Dispatcher.HttpMethod,
    path,
    headers,
    body: body as Readable | Uint8Array | null,
    // What the gateway forwards is the client's to repeat: it is never sent twice by a pool.
    idempotent: false,
  };
}

/** undici's raw callbacks: it gives header fields as bytes and saves an object per answer. */
class Handler {
  constructor(private readonly handler: UpstreamHandler) {}

  onConnect(abort: (reason?: Error) => void): void {
    this.handler.onStart(abort);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    // Interim answers (100, 103) are between the hops.
    if (status < 200) return true;
    this.handler.onHeaders(status, raw.map(latin1), resume);
    return true;
  }

  onData(chunk: Buffer): boolean {
    return this.handler.onData(chunk);
  }

  onComplete(trailers: Buffer[] | null): void {
    this.handler.onComplete(trailers ? trailers.map(latin1) : NO_TRAILERS);
  }

  onError(error: unknown): void {
    this.handler.onError(upstreamError(error));
  }
}

const NO_TRAILERS: HeaderList = [];

function latin1(bytes: Buffer): string {
  return bytes.latin1Slice(0, bytes.length);
}
