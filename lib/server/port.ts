import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
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
import type { NormalConfig } from '../standalone/document';
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
  #content: PortContent;
  #draining = false;

  constructor(
    /** As the configuration names it; the one that is open may be another. */
    readonly configured: number,
    content: PortContent,
    private readonly metrics: Metrics,
  ) {
    const { config } = content.gateway.document;
    this.#content = content;
    this.replace(content);
    this.#http1 = this.#createHttp1(config);
    this.#http2 = this.#createHttp2(config);
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
    content.tls?.onSecure((secure) => this.#serve(secure, secure.alpnProtocol === 'h2'));
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
    socket.setTimeout(FIRST_BYTE_MS, () => socket.destroy());
    socket.once('readable', () => this.#sniff(socket));
  }

  #sniff(socket: Socket): void {
    const start: Buffer | null = socket.read();
    if (start === null) return;
    socket.setTimeout(0);
    socket.removeAllListeners('timeout');
    socket.unshift(start);
    this.#serve(
      socket,
      start.subarray(0, HTTP2_PREFACE.length).toString('latin1') === HTTP2_PREFACE,
    );
  }

  #serve(socket: Socket, http2: boolean): void {
    openedAt.set(socket, performance.now());
    (http2 ? this.#http2 : this.#http1).emit('connection', socket);
  }

  // ------------------------------------------------------------ HTTP/1

  #createHttp1(config: NormalConfig): HttpServer {
    const server = createHttpServer({
      maxHeaderSize: MAX_HEAD_BYTES,
      keepAliveTimeout: config.http1IdleTimeoutMs,
      headersTimeout: Math.min(HEAD_MS, config.http1IdleTimeoutMs),
      // A long upload is no attack by itself; `timeout` policies bound requests.
      requestTimeout: 0,
      connectionsCheckingInterval: 1_000,
      // The gateway answers a missing Host itself.
      requireHostHeader: false,
      insecureHTTPParser: false,
    });
    // Node would drop the fields beyond its limit in silence; the gateway counts and refuses.
    server.maxHeadersCount = 0;
    server.on('request', (request, response) => {
      if (this.#draining || hasExpired(request.socket, config))
        response.setHeader('connection', 'close');
      const reply = new Http1Reply(request, response);
      this.#content.gateway.serve(this.#http1Request(request, bodyOf(request)), reply);
    });
    server.on('upgrade', (request, socket, head) => this.#serveBare(request, socket, head));
    server.on('connect', (request, socket, head) => this.#serveBare(request, socket, head));
    server.on('clientError', refuseMalformed);
    return server;
  }

  #serveBare(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const reply = new UpgradeReply(request, socket, head);
    this.#content.gateway.serve(this.#http1Request(request, null), reply);
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

  #createHttp2(config: NormalConfig): Http2Server {
    const server = createHttp2Server({
      settings: { maxHeaderListSize: MAX_HEAD_BYTES, enableConnectProtocol: false },
    });
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
      session.setTimeout(config.http1IdleTimeoutMs, () => session.close());
      const { maxConnectionDurationMs: most } = config;
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
    const { remoteAddress = '', remotePort = 0 } = socket;
    const sni = socket instanceof TLSSocket ? servername(socket) : undefined;
    const connection: Connection = {
      port: this.configured,
      tls: this.#content.tls !== undefined,
      sni,
      source: formatSource(remoteAddress, remotePort),
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
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** A request has a body exactly when its head says so (RFC 9112 §6.3). */
function bodyOf(request: IncomingMessage): BodySource | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0') ? request : null;
}

/** What Node's parser refused: malformed, smuggling, too large or too slow. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const status = MALFORMED[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}

const MALFORMED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
