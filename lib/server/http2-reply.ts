import { constants, type ServerHttp2Stream } from 'node:http2';
import type { DuplexSocket, HeaderList } from '../effects';
import type { Reply } from '../gateway/message';
import { addFields, noFields } from './http2-fields';

/** The answer to an HTTP/2 request. */
export class Http2Reply implements Reply {
  #trailers: HeaderList = [];
  #awaitsDrain = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly method: string,
  ) {}

  start(status: number, headers: HeaderList): void {
    if (this.stream.destroyed || this.stream.closed || this.stream.headersSent) return;
    const endStream = this.method === 'HEAD' || status === 204 || status === 304;
    const fields = noFields();
    fields[':status'] = String(status);
    this.stream.respond(addFields(fields, headers), { endStream, waitForTrailers: !endStream });
    if (endStream) setImmediate(() => this.#endUnlessRead());
    this.stream.once('wantTrailers', () => {
      this.stream.sendTrailers(addFields(noFields(), this.#trailers));
      setImmediate(() => this.#endUnlessRead());
    });
  }

  write(chunk: Uint8Array): boolean {
    if (!this.stream.writable) return true;
    return this.stream.write(chunk);
  }

  end(body?: string): void {
    if (!this.stream.writable) return;
    if (body) this.stream.end(body);
    else this.stream.end();
  }

  endWithTrailers(trailers: HeaderList): void {
    this.#trailers = trailers;
    this.end();
  }

  abort(): void {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  upgrade(_status: number, _headers: HeaderList, upstream: DuplexSocket): void {
    upstream.destroy();
    throw new Error('HTTP/2 has no upgrade (RFC 9113 §8.6)');
  }

  onDrain(listener: () => void): void {
    // A body in small pieces asks often before it is told once.
    if (this.#awaitsDrain) return;
    this.#awaitsDrain = true;
    this.stream.once('drain', () => {
      this.#awaitsDrain = false;
      listener();
    });
  }

  onClose(listener: () => void): void {
    this.stream.on('close', listener);
  }

  /** Who has the whole answer need not send the rest of the request (RFC 9113 §8.1). */
  #endUnlessRead(): void {
    const { stream } = this;
    if (!stream.endAfterHeaders && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  }
}
