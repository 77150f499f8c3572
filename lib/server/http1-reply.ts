import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DuplexSocket, HeaderList } from '../effects';
import type { Reply } from '../gateway/message';
import { headerValue } from '../http/header-list';

/** Up to here a body that comes in one piece is written together with its head: one system call instead of two. */
const SMALL_BODY_BYTES = 8 * 1024;

/** The answer to an HTTP/1 request. */
export class Http1Reply implements Reply {
  /** What the head announces, as long as nothing of it has been written. */
  #announced: number | undefined;
  #awaitsDrain = false;
  #headIsHeld = false;

  constructor(
    protected readonly request: IncomingMessage,
    protected readonly response: ServerResponse,
    /** How long the client may go on sending a body that nobody will read, before its connection is closed. */
    private readonly unreadBodyMs: number,
  ) {}

  start(status: number, headers: HeaderList): void {
    this.#announced = Number(headerValue(headers, 'content-length') ?? Number.NaN);
    // Node takes a flat list, which its types do not say.
    this.response.writeHead(status, headers as unknown as string[]);
    this.#headIsHeld = true;
    // A small body of known length comes with its head or soon after it.
    if (!(this.#announced <= SMALL_BODY_BYTES)) queueMicrotask(() => this.#flushHead());
  }

  write(chunk: Uint8Array): boolean {
    this.#headIsHeld = false;
    if (chunk.length === this.#announced && chunk.length <= SMALL_BODY_BYTES) {
      this.response.write(
        Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1'),
        'latin1',
      );
      // Node holds the writes of a turn back to join them with the end; this one is whole, and goes out as it is.
      this.response.socket?.uncork();
      this.response.end();
      return true;
    }
    this.#announced = undefined;
    return this.response.write(chunk);
  }

  end(body?: string): void {
    this.#headIsHeld = false;
    if (!this.response.writableEnded) this.response.end(body);
    if (!this.request.complete) this.#closeUnlessRead();
  }

  endWithTrailers(trailers: HeaderList): void {
    const pairs: [string, string][] = [];
    for (let i = 0; i < trailers.length; i += 2) pairs.push([trailers[i], trailers[i + 1]]);
    this.response.addTrailers(pairs);
    this.end();
  }

  abort(): void {
    this.response.destroy();
  }

  upgrade(
    _status: number,
    _headers: HeaderList,
    upstream: DuplexSocket,
    _closed: () => void,
  ): void {
    upstream.destroy();
    throw new Error('a request that did not ask for another protocol cannot get one');
  }

  onDrain(listener: () => void): void {
    // A body in small pieces asks often before it is told once.
    if (this.#awaitsDrain) return;
    this.#awaitsDrain = true;
    this.drains.once('drain', () => {
      this.#awaitsDrain = false;
      listener();
    });
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener);
    // Node tells the answers that wait for their turn nothing when their connection closes, only their requests.
    if (this.response.socket !== null) return;
    this.request.on('close', () => {
      if (this.request.socket.destroyed) listener();
    });
  }

  /** What tells that more may be written. */
  protected get drains(): { once(event: 'drain', listener: () => void): unknown } {
    return this.response;
  }

  /** Node holds the head back for the first of the body, which may come much later: what has come by now is all. */
  #flushHead(): void {
    if (this.#headIsHeld && !this.response.destroyed) this.response.flushHeaders();
    this.#headIsHeld = false;
  }

  #closeUnlessRead(): void {
    const { request } = this;
    const timer = setTimeout(() => request.destroy(), this.unreadBodyMs);
    timer.unref();
    request.once('close', () => clearTimeout(timer));
  }
}

/** The answer to a request that asked for another protocol: Node hands over the bare socket. */
export class UpgradeReply extends Http1Reply {
  #closeListener: () => void = () => {};
  /** What the client sends in the other protocol before it is there. */
  readonly #early: Buffer[];
  #earlyBytes = 0;

  constructor(
    request: IncomingMessage,
    private readonly socket: Duplex,
    head: Buffer,
  ) {
    const response = new ServerResponse(request);
    // `assignSocket` asks for a `net.Socket` and uses what every duplex stream has.
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    response.shouldKeepAlive = false;
    // Such a request has no body.
    super(request, response, 0);
    this.#early = [head];
    response.on('finish', () => this.#leave());
    // A connection that nobody reads does not tell that its client has gone.
    socket.on('data', this.#keep);
  }

  override upgrade(
    status: number,
    headers: HeaderList,
    upstream: DuplexSocket,
    closed: () => void,
  ): void {
    const protocol = this.request.headers.upgrade ?? '';
    const fields = ['connection', 'upgrade', 'upgrade', protocol, ...headers];
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
    for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
    this.socket.write(`${text}\r\n`, 'latin1');
    this.#closeListener = closed;
    this.socket.off('data', this.#keep);
    joinSockets(this.socket, upstream as Duplex, Buffer.concat(this.#early));
  }

  override onClose(listener: () => void): void {
    this.#closeListener = listener;
    this.socket.on('close', () => this.#closeListener());
  }

  readonly #keep = (bytes: Buffer): void => {
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.socket.pause();
  };

  /** After an answer in HTTP nothing more is read, and the connection ends once the client has the answer. */
  #leave(): void {
    const { socket } = this;
    socket.off('data', this.#keep);
    socket.resume();
    socket.end();
    destroyLater(socket);
  }

  /** Once Node has handed the socket over, it tells the response nothing of it. */
  protected override get drains(): Duplex {
    return this.socket;
  }
}

/** How long the other side may take for the last bytes, once one has closed. */
const LAST_BYTES_MS = 5_000;

/** Up to here it is kept what a client sends before its protocol is there. */
const MAX_EARLY_BYTES = 64 * 1024;

function destroyLater(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LAST_BYTES_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Passes bytes both ways until either side ends; what was under way still arrives. */
function joinSockets(client: Duplex, upstream: Duplex, head: Buffer): void {
  if (head.length > 0) upstream.write(head);
  client.pipe(upstream);
  upstream.pipe(client);
  endWith(client, upstream);
  endWith(upstream, client);
}

function endWith(socket: Duplex, other: Duplex): void {
  const end = () => {
    other.end();
    destroyLater(other);
  };
  socket.on('error', () => socket.destroy());
  socket.once('close', end);
  if (socket.destroyed) end();
}
