import type {
  DuplexSocket,
  HeaderList,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
} from '../effects';
import type { ClosableUpstream } from './closable-upstream';
import { OTHER_PROTOCOL } from './upstream-connection';

/**
 * An upstream that says in its first handshake whether it speaks HTTP/2 (RFC 7301); what changes protocols goes over
 * HTTP/1.1, which alone can.
 */
export class NegotiatedUpstream implements ClosableUpstream {
  #speaks: 'unknown' | 'HTTP/1.1' = 'unknown';

  constructor(
    private readonly http2: ClosableUpstream,
    private readonly http1: ClosableUpstream,
  ) {}

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    if (this.#speaks === 'HTTP/1.1' || request.upgrade !== undefined) {
      return this.http1.send(request, handler);
    }
    const otherwise = () => {
      this.#speaks = 'HTTP/1.1';
      this.http1.send(request, handler);
    };
    this.http2.send(request, new Attempt(handler, otherwise));
  }

  async close(): Promise<void> {
    await Promise.all([this.http2.close(), this.http1.close()]);
  }

  destroy(): void {
    this.http2.destroy();
    this.http1.destroy();
  }
}

/** A request over HTTP/2, of which nothing has been sent where the handshake chooses otherwise. */
class Attempt implements UpstreamHandler {
  constructor(
    private readonly handler: UpstreamHandler,
    private readonly otherwise: () => void,
  ) {}

  onStart(abort: (reason: Error) => void): void {
    this.handler.onStart(abort);
  }

  onHeaders(status: number, headers: HeaderList, resume: () => void): void {
    this.handler.onHeaders(status, headers, resume);
  }

  onData(chunk: Uint8Array): boolean {
    return this.handler.onData(chunk);
  }

  onComplete(trailers: HeaderList): void {
    this.handler.onComplete(trailers);
  }

  onError(error: UpstreamError): void {
    if (error === OTHER_PROTOCOL) this.otherwise();
    else this.handler.onError(error);
  }

  onUpgrade(status: number, headers: HeaderList, socket: DuplexSocket): void {
    this.handler.onUpgrade(status, headers, socket);
  }
}
