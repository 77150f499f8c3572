import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of one of the process's own endpoints. */
export interface EndpointAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The methods that there are, where another was used. */
  readonly allow?: string;
}

export type EndpointPaths = Readonly<Record<string, () => Promise<EndpointAnswer>>>;

/** A small read-only HTTP server for the process itself: readiness, metrics. */
export class Endpoint {
  readonly #server: Server;

  constructor(paths: EndpointPaths) {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0];
      void answer(Object.hasOwn(paths, path) ? paths[path] : undefined, request.method).then(
        ({ status, contentType, body, allow }) => {
          response.writeHead(status, { 'content-type': contentType, ...(allow && { allow }) });
          response.end(request.method === 'HEAD' ? undefined : body);
        },
      );
    });
  }

  /** @throws the operating system's error, for example when the port is in use */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const TEXT = 'text/plain; charset=utf-8';

async function answer(
  handle: (() => Promise<EndpointAnswer>) | undefined,
  method: string | undefined,
): Promise<EndpointAnswer> {
  if (!handle) return { status: 404, contentType: TEXT, body: 'not found\n' };
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, contentType: TEXT, body: 'method not allowed\n', allow: 'GET, HEAD' };
  }
  return handle();
}
