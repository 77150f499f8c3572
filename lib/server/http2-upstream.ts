import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { HeaderList, UpstreamError, UpstreamHandler, UpstreamRequest } from '../effects';
import { endToEndTrailers } from '../http/hop-by-hop';
import type { ClosableUpstream, UpstreamsOptions } from './closable-upstream';
import { addField, type Http2Fields, noFields, readFields } from './http2-fields';
import type { Dialer } from './upstream-connection';
import { upstreamError } from './upstream-error';

/** A request on its way to an answer. */
interface Exchange {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** How often it was sent to no effect. */
  readonly repeats: number;
}

/**
 * An upstream that speaks HTTP/2, over TLS or over cleartext, where it is known beforehand (RFC 9113 §3.3): one connection,
 * a stream a request.
 */
export class Http2Upstream implements ClosableUpstream {
  #session: ClientHttp2Session | undefined;
  /** Given up, with streams that may still come to an end. */
  readonly #left = new Set<ClientHttp2Session>();
  /** The last stream that each connection which goes away has taken up, or may yet (RFC 9113 §6.8). */
  readonly #lastTaken = new WeakMap<ClientHttp2Session, number>();
  #probed: ClientHttp2Session | undefined;
  /** Requests that wait for room for their bodies. */
  readonly #held: Exchange[] = [];
  /** Bytes of bodies that the connection has not taken yet. */
  #unsent = 0;
  #dialled: Socket | undefined;
  readonly #waiting: Exchange[] = [];
  #destroyed = false;
  #settled: (() => void) | undefined;

  constructor(
    private readonly dialer: Dialer,
    private readonly options: Pick<UpstreamsOptions, 'poolIdleTimeoutMs'>,
  ) {}

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    this.#assign({ request, handler, repeats: 0 });
  }

  async close(): Promise<void> {
    if (this.#dialled) {
      await new Promise<void>((settled) => {
        this.#settled = settled;
      });
    }
    const session = this.#session;
    if (!session || session.destroyed) return;
    await new Promise<void>((closed) => session.close(closed));
  }

  destroy(): void {
    this.#destroyed = true;
    this.#dialled?.destroy();
    this.#session?.destroy();
    for (const session of this.#left) session.destroy();
    const waiting = [...this.#waiting.splice(0), ...this.#held.splice(0)];
    for (const { handler } of waiting) handler.onError(CANCELLED);
  }

  #assign(exchange: Exchange): void {
    if (this.#destroyed) return exchange.handler.onError(CANCELLED);
    const session = this.#session;
    if (session && !session.closed && !session.destroyed) this.#run(session, exchange);
    else this.#wait(exchange);
  }

  // ------------------------------------------------------------ connecting

  #wait(exchange: Exchange): void {
    queue(this.#waiting, exchange);
    if (this.#dialled) return;
    try {
      this.#dialled = this.dialer.dial({
        opened: (socket) => this.#opened(socket),
        failed: (error) => this.#failed(error),
      });
    } catch (error) {
      this.#failed(upstreamError(error));
    }
  }

  #opened(socket: Socket): void {
    const session = this.#connect(socket);
    this.#session = session;
    for (const exchange of this.#stopWaiting()) this.#assign(exchange);
    this.#settled?.();
  }

  #failed(error: UpstreamError): void {
    for (const { handler } of this.#stopWaiting()) handler.onError(error);
    this.#settled?.();
  }

  #stopWaiting(): Exchange[] {
    this.#dialled = undefined;
    return this.#waiting.splice(0);
  }

  #connect(socket: Socket): ClientHttp2Session {
    const session = connect('http://upstream.invalid', { createConnection: () => socket });
    // Streams report their own failures; an idle session may end unheard.
    session.on('error', () => {});
    session.on('goaway', (_code, lastTaken) => {
      this.#lastTaken.set(session, lastTaken);
      this.#leave(session);
    });
    session.setTimeout(this.options.poolIdleTimeoutMs, () => session.close());
    return session;
  }

  /** Who gives a request up may do so since the connection is dead, which nothing else would tell for minutes. */
  #probe(session: ClientHttp2Session): void {
    if (this.#probed === session || session.closed || session.destroyed) return;
    this.#probed = session;
    const timer = setTimeout(() => this.#leave(session), PING_MS).unref();
    session.ping(() => {
      clearTimeout(timer);
      if (this.#probed === session) this.#probed = undefined;
    });
  }

  #leave(session: ClientHttp2Session): void {
    if (this.#session === session) this.#session = undefined;
    if (session.destroyed) return;
    this.#left.add(session);
    session.once('close', () => this.#left.delete(session));
    session.close();
  }

  // ------------------------------------------------------------ requests

  #run(session: ClientHttp2Session, exchange: Exchange): void {
    if (this.#held.length > 0 || !this.#hasRoom(session, exchange)) queue(this.#held, exchange);
    else this.#start(session, exchange);
  }

  /**
   * nghttp2 gives a stream of which a part is sent less of the connection than every new one: where requests keep coming, a
   * body that the window cuts in two would wait without end. So bodies that we hold are begun only when they fit.
   */
  #hasRoom({ state }: ClientHttp2Session, { request: { body } }: Exchange): boolean {
    if (this.#unsent === 0 || !(body instanceof Uint8Array)) return true;
    return this.#unsent + body.length <= (state.remoteWindowSize ?? 0);
  }

  #runHeld(): void {
    const session = this.#session;
    if (!session || session.closed || session.destroyed) {
      for (const exchange of this.#held.splice(0)) this.#assign(exchange);
      return;
    }
    while (this.#held.length > 0 && this.#hasRoom(session, this.#held[0])) {
      const next = this.#held.shift();
      if (next) this.#start(session, next);
    }
  }

  #start(session: ClientHttp2Session, exchange: Exchange): void {
    try {
      this.#send(session, exchange);
    } catch (error) {
      exchange.handler.onError(upstreamError(error));
    }
  }

  /** On the connection that is open: it may have room now. One that refuses the same request twice is left. */
  #repeat(session: ClientHttp2Session, exchange: Exchange): void {
    const { request, handler, repeats } = exchange;
    if (repeats >= MAX_REPEATS) return handler.onError(REFUSED);
    if (repeats > 0) this.#leave(session);
    this.#assign({ request, handler, repeats: repeats + 1 });
  }

  /** Whether a stream was never sent, or the other side says that it has done nothing with it, so that it may be repeated (RFC 9113 §8.7). */
  #isUnprocessed(session: ClientHttp2Session, { id, rstCode }: ClientHttp2Stream): boolean {
    if (rstCode === constants.NGHTTP2_REFUSED_STREAM || id === undefined) return true;
    const lastTaken = this.#lastTaken.get(session);
    return lastTaken !== undefined && id > lastTaken;
  }

  #send(session: ClientHttp2Session, exchange: Exchange): void {
    const { request, handler } = exchange;
    const { body } = request;
    const fields = requestFields(request, this.dialer.isSecure ? 'https' : 'http');
    const stream = session.request(fields, { endStream: body === null });
    let failure: unknown;
    let isAborted = false;
    let isAnswered = false;
    let isComplete = false;
    handler.onStart((reason) => {
      isAborted = true;
      failure = Object.assign(reason, { code: 'ABORT_ERR' });
      stream.close(constants.NGHTTP2_CANCEL);
      this.#probe(session);
    });
    let trailers: HeaderList = [];
    stream.on('response', (answer) => {
      isAnswered = true;
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
      if (isComplete) return;
      if (isAborted || isAnswered || !this.#isUnprocessed(session, stream)) {
        handler.onError(upstreamError(failure ?? RESET));
      } else if (isWhole(body)) this.#repeat(session, exchange);
      else handler.onError(REFUSED);
    });
    if (body instanceof Uint8Array) this.#sendBody(stream, body);
    else if (body)
      (body as Readable).on('error', () => stream.close(constants.NGHTTP2_CANCEL)).pipe(stream);
  }

  #sendBody(stream: ClientHttp2Stream, body: Uint8Array): void {
    let left = body.length;
    this.#unsent += left;
    const taken = () => {
      this.#unsent -= left;
      left = 0;
      this.#runHeld();
    };
    stream.once('finish', taken);
    stream.once('close', taken);
    stream.end(body);
  }
}

/** How often a request is sent again that nobody has taken up. */
const MAX_REPEATS = 3;

/** How long a connection may take to answer a ping (RFC 9113 §6.7). */
const PING_MS = 2_000;

/** Until its turn comes, or it is given up. */
function queue(waiting: Exchange[], entry: Exchange): void {
  waiting.push(entry);
  entry.handler.onStart(() => {
    const at = waiting.indexOf(entry);
    if (at < 0) return;
    waiting.splice(at, 1);
    entry.handler.onError(CANCELLED);
  });
}

/** Whether a body can be sent from its beginning. */
function isWhole(body: UpstreamRequest['body']): boolean {
  if (body === null || body instanceof Uint8Array) return true;
  return (body as Readable).readableDidRead === false;
}

const REFUSED: UpstreamError = { kind: 'reset', message: 'the upstream refuses the stream' };
const CANCELLED: UpstreamError = { kind: 'aborted', message: 'cancelled' };
const RESET = Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' });

function requestFields(
  { method, path, headers }: UpstreamRequest,
  scheme: 'http' | 'https',
): Http2Fields {
  const fields = noFields();
  fields[':method'] = method;
  fields[':path'] = path;
  fields[':scheme'] = scheme;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'host') addField(fields, headers[i], headers[i + 1]);
    else fields[':authority'] ??= headers[i + 1];
  }
  return fields;
}
