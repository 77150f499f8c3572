import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { BodySource } from '../effects';
import type { Gateway } from '../gateway/gateway';
import type { Connection } from '../gateway/message';
import { asksForHttp2 } from '../http/hop-by-hop';
import type { NormalConfig } from '../standalone/normal-document';
import type { Metrics } from '../telemetry/metrics';
import { Http1Reply, UpgradeReply } from './http1-reply';
import { Http2Reply } from './http2-reply';
import { servername, type TlsAcceptor } from './tls';

/** What a port serves; both may be exchanged while it is open. */
export interface PortContent {
  readonly gateway: Gateway;
  /** @default - the port speaks cleartext */
  readonly tls: TlsAcceptor | undefined;
}

/** The first bytes of an HTTP/2 connection (RFC 9113 §3.4): no HTTP/1 request begins with them. */
const HTTP2_PREFACE = 'PRI * HTTP/2';
/** How long a connection may stay silent before its first byte. */
const FIRST_BYTE_MS = 60_000;
/** How long a client may take to send a request's head. */
const HEAD_MS = 60_000;
/** How long a client may go on sending a body that nobody will read. */
const UNREAD_BODY_MS = 5_000;
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * One open port. It takes TCP connections, finds out what they speak, and hands every request to the gateway of the
 * moment, so that a reload needs no new port.
 */
export class Port {
  readonly #tcp: TcpServer;
  readonly #http1: HttpServer;
  readonly #http2: Http2Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  /** The last answer on each HTTP/1 connection. */
  readonly #lastReplies = new WeakMap<object, ServerResponse>();
  /** Connections that are only waiting to be told. */
  readonly #refused = new WeakSet<object>();
  #content: PortContent;
  #draining = false;

  constructor(
    /** As the configuration names it; the one that is open may be another. */
    readonly configured: number,
    content: PortContent,
    private readonly metrics: Metrics,
  ) {
    this.#content = content;
    this.#http1 = this.#createHttp1();
    this.#http2 = this.#createHttp2();
    this.replace(content);
    this.#tcp = createTcpServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /**
   * Opens the port and answers the number that it got.
   *
   * @throws the operating system's error, for example when the port is in use
   */
  async listen(port: number, address: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#tcp.once('error', reject);
      this.#tcp.listen({ port, host: address, ipv6Only: false }, () => {
        this.#tcp.off('error', reject);
        resolve();
      });
    });
    return (this.#tcp.address() as AddressInfo).port;
  }

  /** From now on requests meet another configuration. */
  replace(content: PortContent): void {
    this.#content = content;
    content.tls?.onSecure((secure) => {
      // Once a request has asked for another protocol, nobody else listens.
      secure.on('error', () => secure.destroy());
      this.#serve(secure, secure.alpnProtocol === 'h2');
    });
    this.#http1.keepAliveTimeout = this.#config.http1IdleTimeoutMs;
    this.#http1.headersTimeout = this.#shortened(HEAD_MS);
  }

  get #config(): NormalConfig {
    return this.#content.gateway.document.config;
  }

  get gateway(): Gateway {
    return this.#content.gateway;
  }

  get tls(): boolean {
    return this.#content.tls !== undefined;
  }

  /** From now on every answer asks its client to come back on another connection; the port stays open. */
  announceDrain(): void {
    this.#draining = true;
    for (const session of this.#sessions) session.goaway();
  }

  /** Stops accepting and asks clients to leave: idle connections close, running exchanges end their connection. */
  drain(): void {
    this.#draining = true;
    this.#tcp.close();
    this.#http1.closeIdleConnections();
    for (const session of this.#sessions) session.close();
  }

  /** When the last connection is gone. */
  async drained(): Promise<void> {
    while (this.#sockets.size > 0) {
      // An answer that had begun before the drain leaves its connection open and idle.
      this.#http1.closeIdleConnections();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends every connection at once. */
  destroy(): void {
    this.#tcp.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  // ------------------------------------------------------------ connections

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A connection that breaks is no finding: its exchanges tell of it.
    socket.on('error', () => socket.destroy());
    const { tls } = this.#content;
    this.metrics.connectionOpened(String(this.configured), tls ? 'tls' : 'http');
    if (tls) return tls.accept(socket);
    const timer = setTimeout(() => socket.destroy(), this.#shortened(FIRST_BYTE_MS)).unref();
    socket.once('close', () => clearTimeout(timer));
    let start = Buffer.alloc(0);
    const sniff = () => {
      const bytes: Buffer | null = socket.read();
      if (bytes === null) return;
      start = Buffer.concat([start, bytes]);
      const text = start.toString('latin1', 0, HTTP2_PREFACE.length);
      // `P` may become `POST` as well.
      if (text !== HTTP2_PREFACE && HTTP2_PREFACE.startsWith(text)) return;
      clearTimeout(timer);
      socket.off('readable', sniff);
      socket.unshift(start);
      this.#serve(socket, text === HTTP2_PREFACE);
    };
    socket.on('readable', sniff);
  }

  /** A time limit of this server, or the configured one where that is shorter. */
  #shortened(milliseconds: number): number {
    return Math.min(milliseconds, this.#config.http1IdleTimeoutMs);
  }

  #serve(socket: Socket, http2: boolean): void {
    openedAt.set(socket, performance.now());
    (http2 ? this.#http2 : this.#http1).emit('connection', socket);
  }

  // ------------------------------------------------------------ HTTP/1

  #createHttp1(): HttpServer {
    const server = createHttpServer({
      maxHeaderSize: MAX_HEAD_BYTES,
      // A long upload is no attack by itself; `timeout` policies bound requests.
      requestTimeout: 0,
      connectionsCheckingInterval: 500,
      // The gateway answers a missing Host itself.
      requireHostHeader: false,
      insecureHTTPParser: false,
    });
    // Node would drop the fields beyond its limit in silence; the gateway counts and refuses.
    server.maxHeadersCount = 0;
    server.on('request', (request, response) => this.#serveHttp1(request, response));
    // Which wishes an upstream meets is its own matter.
    server.on('checkExpectation', (request, response) => this.#serveHttp1(request, response));
    server.on('upgrade', (request, socket, head) => this.#serveUpgrade(request, socket, head));
    server.on('connect', (request, socket, head) => {
      if (!this.#endPipelined(socket)) this.#serveBare(request, socket, head);
    });
    server.on('clientError', (error, socket) => this.#refuseMalformed(error, socket));
    // Connections come from another server, and Node keeps no time for them unless it believes that this one listens.
    server.emit('listening');
    return server;
  }

  #serveHttp1(request: IncomingMessage, response: ServerResponse): void {
    if (this.#draining || hasExpired(request.socket, this.#config))
      response.setHeader('connection', 'close');
    this.#lastReplies.set(request.socket, response);
    // Node's parser takes HTTP/0.9 and a bare HTTP/2.0 for messages of its own kind.
    if (request.httpVersionMajor !== 1) {
      response.writeHead(505, { connection: 'close', 'content-length': 0 }).end();
      return;
    }
    const reply = new Http1Reply(request, response, this.#shortened(UNREAD_BODY_MS));
    this.#content.gateway.serve(this.#http1Request(request, bodyOf(request)), reply);
  }

  #serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#endPipelined(socket)) return;
    const ordinary = bodyOf(request) !== null || asksForHttp2(request.headers.upgrade);
    if (ordinary) this.#serveWithoutUpgrade(request, socket, head);
    else this.#serveBare(request, socket, head);
  }

  /**
   * Ends a connection that Node has handed over while it still answers an earlier request on it: neither that answer nor
   * another could be finished. Clients have to wait before they change protocols.
   */
  #endPipelined(socket: Duplex): boolean {
    const last = this.#lastReplies.get(socket);
    // Node lets go of a connection a moment after the last byte.
    if (last === undefined || (last.writableFinished && last.socket === null)) return false;
    socket.destroy();
    return true;
  }

  /**
   * A server may ignore a wish for another protocol (RFC 9110 §7.8), but Node has already left HTTP: it reads the same
   * request once more, without the wish.
   */
  #serveWithoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method, url, httpVersion, rawHeaders } = request;
    let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (rawHeaders[i].toLowerCase() === 'upgrade') continue;
      text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
    }
    socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
    this.#http1.emit('connection', socket);
  }

  #serveBare(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const reply = new UpgradeReply(request, socket, head);
    this.#content.gateway.serve(this.#http1Request(request, null), reply);
  }

  /** Answers what Node's parser refused: malformed, smuggling, too large or too slow. */
  #refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    // The parser goes on failing while earlier answers are under way.
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    const status = MALFORMED[error.code ?? ''] ?? '400 Bad Request';
    const refuse = () =>
      void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
    const last = this.#lastReplies.get(socket);
    if (last === undefined || last.writableFinished) return refuse();
    // The refusal must not stand inside the answers to the requests before.
    const isItsOwn = !last.req.complete;
    if (isItsOwn && last.socket === socket && !last.headersSent) return refuse();
    if (isItsOwn) return void socket.destroy();
    last.once('finish', refuse);
  }

  #http1Request(request: IncomingMessage, body: BodySource | null) {
    return {
      connection: this.#connectionOf(request.socket),
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      httpVersion: request.httpVersion === '1.0' ? ('HTTP/1.0' as const) : ('HTTP/1.1' as const),
      headers: request.rawHeaders,
      body,
    };
  }

  // ------------------------------------------------------------ HTTP/2

  #createHttp2(): Http2Server {
    const server = createHttp2Server({
      settings: { maxHeaderListSize: MAX_HEAD_BYTES, enableConnectProtocol: false },
    });
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
      const { http1IdleTimeoutMs, maxConnectionDurationMs: most } = this.#config;
      session.setTimeout(http1IdleTimeoutMs, () => session.close());
      if (most !== undefined) setTimeout(() => session.close(), most).unref();
      if (this.#draining) session.close();
    });
    server.on('stream', (...stream: StreamEvent) => this.#serveStream(...stream));
    server.on('sessionError', () => {});
    return server;
  }

  #serveStream(...[stream, headers, flags, rawHeaders]: StreamEvent): void {
    stream.on('error', () => {});
    const socket = stream.session?.socket;
    if (!socket) return;
    const method = String(headers[':method'] ?? 'GET');
    this.#content.gateway.serve(
      {
        connection: this.#connectionOf(socket as Socket),
        method,
        target: String(headers[':path'] ?? headers[':authority'] ?? ''),
        httpVersion: 'HTTP/2.0',
        headers: rawHeaders,
        body: (flags & END_STREAM) !== 0 ? null : stream,
      },
      new Http2Reply(stream, method),
    );
  }

  #connectionOf(socket: Socket): Connection {
    const known = connections.get(socket);
    if (known) return known;
    const { remoteAddress = '', remotePort = 0, localAddress = '' } = socket;
    const tls = socket instanceof TLSSocket;
    const connection: Connection = {
      port: this.configured,
      tls,
      sni: tls ? servername(socket) : undefined,
      source: formatSource(remoteAddress, remotePort),
      localAddress: formatHost(localAddress),
    };
    connections.set(socket, connection);
    return connection;
  }
}

/** What Node tells of a new stream; its types leave the raw fields out. */
type StreamEvent = [
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: string[],
];

/** The END_STREAM flag of a HEADERS frame (RFC 9113 §6.2). */
const END_STREAM = 1;

const connections = new WeakMap<object, Connection>();
const openedAt = new WeakMap<object, number>();

/** Whether a connection has lasted as long as it may; it ends with its next answer. */
function hasExpired(socket: Socket, { maxConnectionDurationMs: most }: NormalConfig): boolean {
  return (
    most !== undefined && performance.now() - (openedAt.get(socket) ?? performance.now()) >= most
  );
}

function formatSource(address: string, port: number): string {
  return `${formatHost(address)}:${port}`;
}

/** As rules compare them: neither IPv4 inside IPv6, nor the zone of a link. */
function formatHost(address: string): string {
  const [plain] = address.replace(/^::ffff:/, '').split('%');
  return plain.includes(':') ? `[${plain}]` : plain;
}

/** A request has a body exactly when its head says so (RFC 9112 §6.3). */
function bodyOf(request: IncomingMessage): BodySource | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0') ? request : null;
}

/** What the parser's errors are answered with; others are 400. */
const MALFORMED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
