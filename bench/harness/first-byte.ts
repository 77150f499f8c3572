import { connect, type Socket } from 'node:net';

export interface StreamedRequest {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const EVENT = 'data: ';
const LAST_CHUNK = '\r\n0\r\n\r\n';

/** Asks for one stream after another on one connection, as clients of models do. */
export class StreamClient {
  static async connect(request: StreamedRequest): Promise<StreamClient> {
    const socket = connect({ port: request.port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    await new Promise<void>((connected, failed) => {
      socket.once('connect', connected);
      socket.once('error', failed);
    });
    return new StreamClient(socket, request);
  }

  readonly #text: string;

  private constructor(
    private readonly socket: Socket,
    { port, path, headers, body }: StreamedRequest,
  ) {
    const fields = Object.entries({
      ...{ host: `127.0.0.1:${port}`, 'content-length': Buffer.byteLength(body) },
      ...headers,
    });
    const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.#text = `POST ${path} HTTP/1.1\r\n${head}\r\n${body}`;
  }

  /** Milliseconds from sending a request to the first event of its answer. Resolves at the end of the stream. */
  firstEventMs(): Promise<number> {
    const { socket } = this;
    return new Promise((resolve, reject) => {
      let received = '';
      let firstMs: number | undefined;
      const broken = () => reject(new Error(`the stream broke off:\n${received}`));
      const take = (text: string) => {
        received += text;
        if (received.includes(EVENT)) firstMs ??= performance.now() - sent;
        if (firstMs === undefined || !received.endsWith(LAST_CHUNK)) return;
        socket.off('data', take).off('close', broken);
        resolve(firstMs);
      };
      socket.on('data', take).once('close', broken);
      const sent = performance.now();
      socket.write(this.#text);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
