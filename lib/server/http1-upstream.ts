import type { Socket } from 'node:net';
import type {
  BodySource,
  HeaderList,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
} from '../effects';
import { isFieldValue, isToken } from '../http/field-syntax';
import { headerValue } from '../http/header-list';
import { HeadTooLong, type ResponseEvents, ResponseParser } from '../http/http1-response';
import type { ClosableUpstream, UpstreamsOptions } from './closable-upstream';
import type { Dialer } from './upstream-connection';
import { upstreamError } from './upstream-error';

/** How often idle connections are looked through. */
const SWEEP_MS = 5_000;

/** An upstream that speaks HTTP/1.1, over TCP, a Unix socket or TLS: a pool of connections, one exchange on each at a time. */
export class Http1Upstream implements ClosableUpstream {
  /** The last one used is the first one used again, so that the others grow old. */
  readonly #idle: Http1Connection[] = [];
  readonly #open = new Set<Http1Connection>();
  readonly #waiting: Exchange[] = [];
  #sweeper: NodeJS.Timeout | undefined;
  #closing = false;
  #destroyed = false;
  #closed: (() => void) | undefined;

  constructor(
    private readonly dialer: Dialer,
    private readonly options: Pick<UpstreamsOptions, 'poolIdleTimeoutMs' | 'poolMaxSize'>,
  ) {}

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    this.#assign({ request, handler, isRepeat: false });
  }

  close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#sweeper);
    for (const connection of [...this.#idle]) connection.destroy();
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((closed) => {
      this.#closed = closed;
    });
  }

  destroy(): void {
    this.#closing = true;
    this.#destroyed = true;
    clearInterval(this.#sweeper);
    for (const connection of [...this.#open]) connection.destroy();
    for (const { handler } of this.#waiting.splice(0)) handler.onError(CANCELLED);
  }

  #assign(exchange: Exchange): void {
    if (this.#destroyed) return exchange.handler.onError(CANCELLED);
    const idle = exchange.isRepeat ? undefined : this.#idle.pop();
    if (idle) return idle.run(exchange);
    if (this.#open.size >= (this.options.poolMaxSize ?? Number.POSITIVE_INFINITY)) {
      return this.#wait(exchange);
    }
    const connection = this.#connect(exchange);
    if (!connection) return;
    this.#open.add(connection);
    connection.run(exchange);
  }

  #connect({ handler }: Exchange): Http1Connection | undefined {
    try {
      return new Http1Connection(this.dialer, {
        free: (freed) => this.#freed(freed),
        gone: (lost) => this.#gone(lost),
        repeat: (again) => this.#assign({ ...again, isRepeat: true }),
      });
    } catch (error) {
      handler.onError(upstreamError(error));
      return undefined;
    }
  }

  #wait(exchange: Exchange): void {
    this.#waiting.push(exchange);
    exchange.handler.onStart(() => {
      const at = this.#waiting.indexOf(exchange);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      exchange.handler.onError(CANCELLED);
    });
  }

  #freed(connection: Http1Connection): void {
    const next = this.#waiting.shift();
    if (next) return connection.run(next);
    if (this.#closing) return connection.destroy();
    connection.idleSince = Date.now();
    this.#idle.push(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  #gone(connection: Http1Connection): void {
    this.#open.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    const next = this.#waiting.shift();
    if (next) this.#assign(next);
    if (this.#open.size === 0) this.#closed?.();
  }

  #sweep(): void {
    const oldest = Date.now() - this.options.poolIdleTimeoutMs;
    for (const connection of this.#idle.filter(({ idleSince }) => idleSince < oldest))
      connection.destroy();
  }
}

const CANCELLED: UpstreamError = { kind: 'aborted', message: 'cancelled' };

interface Exchange {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** Sent once already, on a connection that turned out to be dead. */
  readonly isRepeat: boolean;
}

interface ConnectionOwner {
  free(connection: Http1Connection): void;
  gone(connection: Http1Connection): void;
  repeat(exchange: Exchange): void;
}

const WRONG_LENGTH: UpstreamError = {
  kind: 'protocol',
  message: 'the request body is not as long as its head says',
};

/** Methods that may be sent again when an idle connection dies under them (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** One connection and the exchange that runs on it. */
class Http1Connection implements ResponseEvents {
  idleSince = 0;
  readonly #parser = new ResponseParser(this);
  #exchange: Exchange | undefined;
  #bodySent = true;
  #used = false;
  /** A whole answer was read, and another may follow. */
  #reusable = false;
  #gone = false;
  #failure: UpstreamError | undefined;
  #isOpen = false;
  private readonly socket: Socket;
  readonly #resume = () => void this.socket.resume();

  /** @throws Error as the dialer does */
  constructor(
    dialer: Dialer,
    private readonly owner: ConnectionOwner,
  ) {
    this.socket = dialer.dial({ opened: this.#opened, failed: (error) => this.#fail(error) });
  }

  readonly #opened = (socket: Socket): void => {
    this.#isOpen = true;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => {
      this.#failure ??= upstreamError(error);
    });
    socket.on('end', this.#ended);
    socket.on('close', () => this.#closed());
    if (this.#exchange) this.#send(this.#exchange.request);
  };

  run(exchange: Exchange): void {
    this.#exchange = exchange;
    const { request, handler } = exchange;
    this.#parser.expect(request.method);
    handler.onStart((reason) => this.#fail({ kind: 'aborted', message: reason.message }));
    if (this.#exchange === exchange && this.#isOpen) this.#send(request);
  }

  #send(request: UpstreamRequest): void {
    try {
      this.#write(request);
    } catch (error) {
      this.#fail({
        kind: 'protocol',
        message: error instanceof Error ? error.message : 'invalid request',
      });
    }
  }

  destroy(): void {
    this.#fail(CANCELLED);
  }

  // ------------------------------------------------------------ the request

  #write({ method, path, headers, body, upgrade }: UpstreamRequest): void {
    const framing = framingOf(headers, body);
    const upgradeFields =
      upgrade === undefined ? NOTHING : ['connection', 'upgrade', 'upgrade', upgrade];
    const head = requestHead(method, path, headers, [...framing, ...upgradeFields]);
    if (body === null) {
      this.socket.write(head, 'latin1');
      return;
    }
    this.socket.cork();
    this.socket.write(head, 'latin1');
    if (body instanceof Uint8Array) this.socket.write(body);
    else this.#writeBody(body, framing === CHUNKED ? undefined : Number(framing[1]));
    this.socket.uncork();
  }

  /** `length` is what the head has announced; without one the body is chunked. */
  #writeBody(body: BodySource, length: number | undefined): void {
    const { socket } = this;
    const exchange = this.#exchange;
    this.#bodySent = false;
    let ended = false;
    let sent = 0;
    const resume = () => body.resume();
    const letGo = () => {
      socket.off('drain', resume);
      socket.off('close', resume);
    };
    socket.on('drain', resume);
    // What is left of a body that nobody takes any more is read and dropped, so that its client can end.
    socket.on('close', resume);
    body.on('data', (chunk) => {
      if (this.#exchange !== exchange || chunk.length === 0) return;
      sent += chunk.length;
      if (length !== undefined && sent > length) return this.#fail(WRONG_LENGTH);
      if (!(length === undefined ? this.#writeChunk(chunk) : socket.write(chunk))) body.pause();
    });
    body.on('end', () => {
      ended = true;
      letGo();
      if (this.#exchange !== exchange) return;
      if (length === undefined) socket.write('0\r\n\r\n', 'latin1');
      else if (sent < length) return this.#fail(WRONG_LENGTH);
      this.#bodySent = true;
    });
    // A body that breaks off must not look like one that ended: the connection goes with it.
    body.on('close', () => {
      letGo();
      if (!ended && this.#exchange === exchange)
        this.#fail({ kind: 'aborted', message: 'the request body broke off' });
    });
    body.on('error', () => {});
  }

  #writeChunk(chunk: Uint8Array): boolean {
    this.socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.socket.write(chunk);
    return this.socket.write('\r\n', 'latin1');
  }

  // ------------------------------------------------------------ the answer

  #receive(bytes: Buffer): void {
    try {
      this.#parser.push(bytes);
    } catch (error) {
      const tooLong = error instanceof HeadTooLong;
      return this.#fail({ kind: 'protocol', message: 'invalid response', tooLong });
    }
    // Only now: what follows a whole answer in the same piece must not be read as the answer to the next request.
    if (!this.#reusable || this.#gone) return;
    this.#reusable = false;
    this.owner.free(this);
  }

  onHead(status: number, headers: HeaderList): void {
    this.#exchange?.handler.onHeaders(status, headers, this.#resume);
  }

  onBody(chunk: Buffer): void {
    if (this.#exchange?.handler.onData(chunk) === false) this.socket.pause();
  }

  onEnd(trailers: HeaderList, reusable: boolean): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#used = true;
    this.#reusable = reusable && this.#bodySent;
    if (this.#reusable) this.socket.resume();
    else this.#leave();
    exchange?.handler.onComplete(trailers);
  }

  onSwitch(status: number, headers: HeaderList, rest: Buffer): void {
    const exchange = this.#exchange;
    if (exchange?.request.upgrade === undefined)
      throw new Error('an upgrade that nobody asked for');
    this.#exchange = undefined;
    this.socket.removeAllListeners('data');
    this.socket.off('end', this.#ended);
    this.socket.pause();
    if (rest.length > 0) this.socket.unshift(rest);
    exchange.handler.onUpgrade(status, headers, this.socket);
  }

  // ------------------------------------------------------------ the end

  readonly #ended = (): void => {
    if (this.#exchange === undefined) return this.#leave();
    if (!this.#parser.finish()) this.#fail({ kind: 'reset', message: 'connection closed' });
  };

  #closed(): void {
    this.#fail({ kind: 'reset', message: 'connection closed' });
  }

  #fail(failure: UpstreamError): void {
    this.#failure ??= failure;
    this.#leave();
    this.#settle(this.#failure);
  }

  /** No request may find this connection from here on. */
  #leave(): void {
    this.socket.destroy();
    if (this.#gone) return;
    this.#gone = true;
    this.owner.gone(this);
  }

  /** Tells the failure, or sends again what an idle connection lost before a byte of the answer came. */
  #settle(failure: UpstreamError): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    const { request, isRepeat, handler } = exchange;
    const lost = this.#used && this.#parser.untouched && failure.kind === 'reset';
    const repeatable =
      IDEMPOTENT.has(request.method) &&
      (request.body === null || request.body instanceof Uint8Array);
    if (lost && repeatable && !isRepeat) this.owner.repeat(exchange);
    else handler.onError(failure);
  }
}

// ------------------------------------------------------------ writing

/** Blanks and control characters; and what has more than a byte, as in values. */
const INVALID_TARGET = /[\0-\x20\x7f]|[^\0-\xff]/;

/**
 * The beginning of a request. A length that the fields state is left out: `framing` says how the body really ends.
 *
 * @throws Error where a name, a value or the target could end its line
 */
function requestHead(
  method: string,
  path: string,
  headers: HeaderList,
  framing: HeaderList,
): string {
  if (INVALID_TARGET.test(path) || !isToken(method)) throw new Error('invalid request line');
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i];
    const value = headers[i + 1];
    if (!isToken(name) || !isFieldValue(value)) throw new Error('invalid header field');
    if (name !== 'content-length' && name !== 'transfer-encoding') text += `${name}: ${value}\r\n`;
  }
  for (let i = 0; i < framing.length; i += 2) text += `${framing[i]}: ${framing[i + 1]}\r\n`;
  return `${text}\r\n`;
}

const NOTHING: HeaderList = [];
const EMPTY: HeaderList = ['content-length', '0'];
const CHUNKED: HeaderList = ['transfer-encoding', 'chunked'];

/** How the body ends, whatever the fields say (RFC 9112 §6): a wrong length would hide a request in it. */
function framingOf(headers: HeaderList, body: UpstreamRequest['body']): HeaderList {
  if (body instanceof Uint8Array) return ['content-length', String(body.length)];
  const length = headerValue(headers, 'content-length');
  if (body === null) return length === undefined ? NOTHING : EMPTY;
  return length === undefined ? CHUNKED : ['content-length', length];
}
