import { constants, type ServerHttp2Stream } from 'node:http2';
import type { DuplexSocket, HeaderList } from '../effects';
import type { Reply } from '../gateway/message';

/** The answer to an HTTP/2 request. */
export class Http2Reply implements Reply {
  #trailers: HeaderList = [];

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly method: string,
  ) {}

  start(status: number, headers: HeaderList): void {
    if (this.stream.destroyed || this.stream.headersSent) return;
    const endStream = this.method === 'HEAD' || status === 204 || status === 304;
    this.stream.respond(
      { ':status': status, ...fieldsOf(headers) },
      { endStream, waitForTrailers: !endStream },
    );
    this.stream.once('wantTrailers', () => this.stream.sendTrailers(fieldsOf(this.#trailers)));
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
    this.stream.once('drain', listener);
  }

  onClose(listener: () => void): void {
    this.stream.on('close', listener);
  }
}

function fieldsOf(headers: HeaderList): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (let i = 0; i < headers.length; i += 2) {
    const known = fields[headers[i]];
    fields[headers[i]] = known === undefined ? headers[i + 1] : [known, headers[i + 1]].flat();
  }
  return fields;
}
