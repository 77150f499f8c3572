import { constants, type ServerHttp2Stream } from 'node:http2';
import type { DuplexSocket, HeaderList } from '../effects';
import type { Reply } from '../gateway/message';
import { addFields, type Http2Fields, noFields } from './http2-fields';

/** The answer to an HTTP/2 request. */
export class Http2Reply implements Reply {
  #trailers: HeaderList = [];
  #awaitsDrain = false;
  /** A head that may be the whole of a gRPC answer. */
  #held: Http2Fields | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly method: string,
  ) {}

  start(status: number, headers: HeaderList): void {
    const fields = noFields();
    fields[':status'] = String(status);
    addFields(fields, headers);
    const endStream = this.method === 'HEAD' || status === 204 || status === 304;
    // An answer without a body ends with its head, and clients take its status only from there (gRPC's "Trailers-Only").
    if (!endStream && fields['grpc-status'] !== undefined) this.#held = fields;
    else this.#respond(fields, endStream);
  }

  write(chunk: Uint8Array): boolean {
    this.#release(false);
    if (!this.stream.writable) return true;
    return this.stream.write(chunk);
  }

  end(body?: string): void {
    this.#release(!body && this.#trailers.length === 0);
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

  #release(endStream: boolean): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    this.#respond(held, endStream);
  }

  #respond(fields: Http2Fields, endStream: boolean): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    stream.respond(fields, { endStream, waitForTrailers: !endStream });
    if (endStream) setImmediate(() => this.#endUnlessRead());
    stream.once('wantTrailers', () => {
      stream.sendTrailers(addFields(noFields(), this.#trailers));
      setImmediate(() => this.#endUnlessRead());
    });
  }

  /** Who has the whole answer need not send the rest of the request (RFC 9113 §8.1). */
  #endUnlessRead(): void {
    const { stream } = this;
    if (!stream.endAfterHeaders && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  }
}
