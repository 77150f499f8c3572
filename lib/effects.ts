/**
 * What the pure layers may ask of the world. `compile` takes these as a parameter; their real forms live in `server`,
 * those of tests in `testing`.
 */
export interface Effects {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1), for weights. */
  readonly random: () => number;
  /** The bytes of a file. Throws when there is none. */
  readonly readFile: (path: string) => Uint8Array;
  /** Gets a document that a configuration names by its URL. Rejects where there is no answer within the limits. */
  readonly fetch: (url: string, limits: FetchLimits) => Promise<FetchedDocument>;
  /** Opens connections to upstreams. */
  readonly upstreams: Upstreams;
  /** Writes one finished access-log line, without its line break. */
  readonly writeLog: (line: string) => void;
}

export interface FetchLimits {
  /** From asking to the last byte. */
  readonly timeoutMs: number;
  /** Of the body. */
  readonly maxBytes: number;
}

/** An answer, whatever its status; redirects are answers too. */
export interface FetchedDocument {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** Where a request is sent: decided when the configuration is compiled, so that pools are found by identity. */
export interface UpstreamAddress {
  /** A host name or an IP address without brackets; empty for a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** The path of a Unix socket. @default - TCP */
  readonly socketPath?: string;
  readonly httpVersion: 'HTTP/1.1' | 'HTTP/2.0';
  /** @default - the connection is not encrypted */
  readonly tls?: UpstreamTls;
  /** @default - the configuration's, for all */
  readonly connectTimeoutMs?: number;
  /** How long a connection is silent before it is probed. @default - it is not */
  readonly keepAliveMs?: number;
}

/** How an upstream is known. Certificates and keys are PEM, read when the configuration is compiled. */
export interface UpstreamTls {
  /** The name that the certificate must bear, and SNI. @default - the host */
  readonly serverName?: string;
  /** @default - the system's authorities */
  readonly roots?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Takes any certificate. @default false */
  readonly insecure?: boolean;
  /** Takes a certificate of any name. @default false */
  readonly insecureHost?: boolean;
  /** Names of which the certificate must bear one, in place of the host's. */
  readonly subjectAltNames?: readonly string[];
  /** @default - as the version of HTTP demands */
  readonly alpn?: readonly string[];
}

/** Pools of connections, one per address. */
export interface Upstreams {
  open(address: UpstreamAddress): Upstream;
}

/** One upstream's pool. Several handlers may be running on it. */
export interface Upstream {
  /** Where it connects, as the access log's `endpoint` shows it: `10.0.0.7:8080`. */
  readonly endpoint: string;
  send(request: UpstreamRequest, handler: UpstreamHandler): void;
}

/**
 * Header fields as a flat list, name then value: the shape in which Node gives and takes them. Keeping it
 * spares an object per request and keeps repeated fields apart.
 */
export type HeaderList = string[];

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: HeaderList;
  readonly body: BodySource | Uint8Array | null;
  /** The protocol that an upgrade asks for, such as `websocket`. @default - no upgrade */
  readonly upgrade?: string;
}

/** What the gateway needs of a Node readable stream. */
export interface BodySource {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
  destroy(error?: Error): unknown;
}

/** Told what an upstream answers, in this order. After `onError` or `onComplete` nothing more comes. */
export interface UpstreamHandler {
  /** Sending starts; `abort` ends the exchange and leads to `onError`. */
  onStart(abort: (reason: Error) => void): void;
  /** `resume` asks for more after `onData` has answered false. */
  onHeaders(status: number, headers: HeaderList, resume: () => void): void;
  /** Answers whether more may come at once. */
  onData(chunk: Uint8Array): boolean;
  onComplete(trailers: HeaderList): void;
  onError(error: UpstreamError): void;
  /** The upstream has switched protocols; `socket` is theirs from here on. */
  onUpgrade(status: number, headers: HeaderList, socket: DuplexSocket): void;
}

/** Why an upstream call failed. */
export interface UpstreamError {
  readonly kind: 'connect' | 'timeout' | 'dns' | 'reset' | 'protocol' | 'upgrade' | 'aborted';
  /** Without addresses: clients see it. */
  readonly message: string;
  /** Whether there was an answer, and more of it than is read. @default false */
  readonly tooLong?: boolean;
}

/** A connection that has left HTTP: only a server joins it to another. */
export interface DuplexSocket {
  destroy(error?: Error): unknown;
}
