import type { BodySource, DuplexSocket, HeaderList } from '../effects';

/** A connection from a client: what its requests share. */
export interface Connection {
  /** The port that it came in on. */
  readonly port: number;
  readonly tls: boolean;
  /** The name that the client asked for in the TLS handshake. @default - none, or no TLS */
  readonly sni?: string;
  /** `127.0.0.1:51234`, `[::1]:51234`. */
  readonly source: string;
  /** The address that the client connected to, an IPv6 one in brackets. @default - it came from no connection */
  readonly localAddress?: string;
}

/** A request as a server hands it over. */
export interface GatewayRequest {
  readonly connection: Connection;
  readonly method: string;
  /** The request target as it was written: `/headers?x=1`, `http://a.example/`, `*`. */
  readonly target: string;
  readonly httpVersion: HttpVersion;
  /** As they came, HTTP/2's pseudo-fields included. */
  readonly headers: HeaderList;
  /** @default - the request has no body */
  readonly body: BodySource | null;
}

export type HttpVersion = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2.0';

/** Where the answer to one request goes. */
export interface Reply {
  start(status: number, headers: HeaderList): void;
  /** Answers whether more may be written at once; when not, `onDrain` tells when. */
  write(chunk: Uint8Array): boolean;
  end(body?: string): void;
  /** Ends with trailers, which gRPC needs. */
  endWithTrailers(trailers: HeaderList): void;
  /** Breaks the exchange off where the answer has begun and cannot be finished. */
  abort(): void;
  /** Switches protocols and passes bytes between client and upstream until either ends, which `closed` tells. */
  upgrade(status: number, headers: HeaderList, upstream: DuplexSocket, closed: () => void): void;
  /** Tells once, the next time that more may be written. */
  onDrain(listener: () => void): void;
  /** The client is gone, or everything has been sent. */
  onClose(listener: () => void): void;
}
