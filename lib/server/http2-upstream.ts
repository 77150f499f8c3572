import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Readable } from 'node:stream';
import type { HeaderList, UpstreamHandler, UpstreamRequest } from '../effects';
import type { ClosableUpstream, UpstreamsOptions } from './closable-upstream';
import { upstreamError } from './upstream-error';

/** An upstream that speaks HTTP/2 over cleartext, known beforehand (RFC 9113 §3.3): one connection, a stream a request. */
export class Http2Upstream implements ClosableUpstream {
  #session: ClientHttp2Session | undefined;

  constructor(
    private readonly origin: URL,
    private readonly options: UpstreamsOptions,
  ) {}

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    try {
      this.#send(request, handler);
    } catch (error) {
      handler.onError(upstreamError(error));
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    if (!session || session.destroyed) return;
    await new Promise<void>((closed) => session.close(closed));
  }

  destroy(): void {
    this.#session?.destroy();
  }

  #send({ method, path, headers, body }: UpstreamRequest, handler: UpstreamHandler): void {
    const stream = this.#connected().request(requestHeaders(method, path, headers), {
      endStream: body === null,
    });
    let failure: unknown;
    let ended = false;
    handler.onStart((reason) => {
      failure = Object.assign(reason, { code: 'ABORT_ERR' });
      stream.close(constants.NGHTTP2_CANCEL);
    });
    let trailers: HeaderList = [];
    stream.on('response', (answer) => {
      handler.onHeaders(Number(answer[':status']), flatten(answer), () => stream.resume());
    });
    stream.on('trailers', (fields) => {
      trailers = flatten(fields);
    });
    stream.on('data', (chunk: Uint8Array) => {
      if (!handler.onData(chunk)) stream.pause();
    });
    stream.on('end', () => {
      ended = true;
    });
    stream.on('error', (error) => {
      failure ??= error;
    });
    stream.on('close', () => {
      if (ended && failure === undefined && stream.rstCode === 0) handler.onComplete(trailers);
      else handler.onError(upstreamError(failure ?? RESET));
    });
    if (body instanceof Uint8Array) stream.end(body);
    else if (body)
      (body as Readable).on('error', () => stream.close(constants.NGHTTP2_CANCEL)).pipe(stream);
  }

  #connected(): ClientHttp2Session {
    const known = this.#session;
    if (known && !known.closed && !known.destroyed) return known;
    const session = connect(this.origin, { timeout: this.options.connectTimeoutMs } as object);
    // Streams report their own failures; an idle session may end unheard.
    session.on('error', () => {});
    session.setTimeout(this.options.poolIdleTimeoutMs, () => session.close());
    this.#session = session;
    return session;
  }
}

const RESET = Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' });

function requestHeaders(
  method: string,
  path: string,
  headers: HeaderList,
): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {
    ':method': method,
    ':path': path,
    ':scheme': 'http',
  };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] === 'host' ? ':authority' : headers[i];
    const known = fields[name];
    fields[name] = known === undefined ? headers[i + 1] : [known, headers[i + 1]].flat();
  }
  return fields;
}

function flatten(headers: IncomingHttpHeaders): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (name.startsWith(':') || value === undefined) return [];
    return [value].flat().flatMap((single) => [name, single]);
  });
}
