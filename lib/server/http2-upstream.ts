import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Readable } from 'node:stream';
import type { HeaderList, UpstreamHandler, UpstreamRequest } from '../effects';
import { headerValue } from '../http/header-list';
import { endToEndTrailers } from '../http/hop-by-hop';
import type { ClosableUpstream, UpstreamsOptions } from './closable-upstream';
import { addFields, type Http2Fields, noFields, readFields } from './http2-fields';
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

  #send(request: UpstreamRequest, handler: UpstreamHandler): void {
    const { body } = request;
    const stream = this.#connected().request(requestFields(request), { endStream: body === null });
    let failure: unknown;
    let isComplete = false;
    handler.onStart((reason) => {
      failure = Object.assign(reason, { code: 'ABORT_ERR' });
      stream.close(constants.NGHTTP2_CANCEL);
    });
    let trailers: HeaderList = [];
    stream.on('response', (answer) => {
      handler.onHeaders(Number(answer[':status']), readFields(answer), () => stream.resume());
    });
    stream.on('trailers', (fields) => {
      trailers = endToEndTrailers(readFields(fields));
    });
    stream.on('data', (chunk: Uint8Array) => {
      if (!handler.onData(chunk)) stream.pause();
    });
    stream.on('end', () => {
      if (failure !== undefined || stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
      isComplete = true;
      handler.onComplete(trailers);
      // The answer is whole: what is left of the request is not needed (RFC 9113 §8.1).
      if (!stream.writableEnded) stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on('error', (error) => {
      failure ??= error;
    });
    stream.on('close', () => {
      if (!isComplete) handler.onError(upstreamError(failure ?? RESET));
    });
    if (body instanceof Uint8Array) stream.end(body);
    else if (body)
      (body as Readable).on('error', () => stream.close(constants.NGHTTP2_CANCEL)).pipe(stream);
  }

  #connected(): ClientHttp2Session {
    const known = this.#session;
    if (known && !known.closed && !known.destroyed) return known;
    const session = connect(this.origin);
    const timer = setTimeout(() => session.destroy(CONNECT_TIMEOUT), this.options.connectTimeoutMs);
    session.once('connect', () => clearTimeout(timer));
    session.once('close', () => clearTimeout(timer));
    // Streams report their own failures; an idle session may end unheard.
    session.on('error', () => {});
    session.setTimeout(this.options.poolIdleTimeoutMs, () => session.close());
    this.#session = session;
    return session;
  }
}

const CONNECT_TIMEOUT = Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' });
const RESET = Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' });

function requestFields({ method, path, headers }: UpstreamRequest): Http2Fields {
  const host = headerValue(headers, 'host');
  const fields = noFields();
  fields[':method'] = method;
  fields[':path'] = path;
  fields[':scheme'] = 'http';
  if (host !== undefined) fields[':authority'] = host;
  return addFields(
    fields,
    headers.filter((_, i) => headers[i - (i % 2)] !== 'host'),
  );
}
