import { Readable } from 'node:stream';
import type { BodySource, HeaderList } from '../effects';
import type { GatewayRequest, Reply } from './message';

/** A request that comes from a test or a script rather than from a connection. */
export interface InProcessRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** `http://www.example.com/headers?x=1`: its host is what the client asks for; `https` means that it came over TLS. */
  readonly url: string;
  /** @default - none but `Host` */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - no body */
  readonly body?: string | Uint8Array;
  /** The port that it comes in on. @default - the only one that the gateway has, else the URL's */
  readonly port?: number;
}

/** A whole answer. */
export interface InProcessResponse {
  readonly status: number;
  /** Names in lower case; repeated fields are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The body as UTF-8. */
  readonly text: string;
}

export function toGatewayRequest(
  request: InProcessRequest,
  onlyPort: number | undefined,
): GatewayRequest {
  if (!URL.canParse(request.url)) {
    throw new Error(`\`${request.url}\` is no URL; write \`http://www.example.com/path\``);
  }
  const { protocol, host, hostname, port, pathname, search } = new URL(request.url);
  const tls = protocol === 'https:';
  const body = request.body === undefined ? undefined : Buffer.from(request.body as Uint8Array);
  const headers: HeaderList = ['host', host, ...Object.entries(request.headers ?? {}).flat()];
  return {
    connection: {
      port: request.port ?? onlyPort ?? (Number(port) || (tls ? 443 : 80)),
      tls,
      sni: tls ? hostname : undefined,
      source: '127.0.0.1:0',
    },
    method: request.method ?? 'GET',
    target: `${pathname}${search}`,
    httpVersion: 'HTTP/1.1',
    headers: body ? [...headers, 'content-length', String(body.length)] : headers,
    body: body ? (Readable.from([body]) as BodySource) : null,
  };
}

/** Gathers an answer. */
export class GatheringReply implements Reply {
  readonly response: Promise<InProcessResponse>;
  #settle!: (response: InProcessResponse) => void;
  #fail!: (error: Error) => void;
  #status = 0;
  #headers: HeaderList = [];
  readonly #chunks: Uint8Array[] = [];

  constructor() {
    this.response = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
  }

  start(status: number, headers: HeaderList): void {
    this.#status = status;
    this.#headers = headers;
  }

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  end(body?: string): void {
    if (body) this.write(Buffer.from(body));
    const bytes = Buffer.concat(this.#chunks);
    this.#settle({
      status: this.#status,
      headers: joinedFields(this.#headers),
      body: bytes,
      text: bytes.toString('utf8'),
    });
  }

  endWithTrailers(): void {
    this.end();
  }

  abort(): void {
    this.#fail(new Error('the gateway broke the answer off'));
  }

  upgrade(): void {
    this.#fail(new Error('an answer in process cannot switch protocols'));
  }

  onDrain(): void {}

  onClose(): void {}
}

/** Fields by name; repeated ones are one list (RFC 9110 §5.3). */
export function joinedFields(headers: HeaderList): Record<string, string> {
  const fields = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) {
    const known = fields.get(headers[i]);
    fields.set(headers[i], known === undefined ? headers[i + 1] : `${known}, ${headers[i + 1]}`);
  }
  return Object.fromEntries(fields);
}
