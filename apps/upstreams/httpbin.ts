import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * A small stand-in for httpbin: it answers with what it received, so that a tutorial shows what a gateway let through.
 *
 * GET /headers · ANY /anything/… · GET /get · POST /post · ANY /status/404 · GET /delay/1.5 · GET /bytes/1024 ·
 * GET /stream/3 (lines of JSON) · GET /sse (three events) · GET /websocket/echo
 */
export function createHttpbin(): Server {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => fail(response, 500, error.message));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) === '/websocket/echo') sockets.handleUpgrade(request, socket, head, echo);
    else socket.destroy();
  });
  return server;
}

type Answer = (exchange: Exchange) => Promise<void> | void;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What follows the first segment: `404` in `/status/404`. */
  readonly argument: string;
}

const LIMIT_BYTES = 10 * 1024 * 1024;
const LIMIT_SECONDS = 60;
const LIMIT_LINES = 1_000;

const ANSWERS: Readonly<Record<string, Answer>> = {
  headers: ({ request, response }) => json(response, { headers: request.headers }),
  get: describeRequest,
  post: describeRequest,
  put: describeRequest,
  patch: describeRequest,
  delete: describeRequest,
  anything: describeRequest,
  status: ({ response, argument }) => {
    const status = Number(argument);
    const known = Number.isInteger(status) && status >= 200 && status < 600;
    response.writeHead(known ? status : 400).end();
  },
  delay: async ({ response, argument }) => {
    const seconds = bounded(argument, LIMIT_SECONDS);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    json(response, { delay: seconds });
  },
  bytes: ({ response, argument }) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(randomBytes(Math.floor(bounded(argument, LIMIT_BYTES))));
  },
  stream: ({ response, argument }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let id = 0; id < bounded(argument, LIMIT_LINES); id++)
      response.write(`${JSON.stringify({ id })}\n`);
    response.end();
  },
  sse: async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    for (const id of [0, 1, 2]) {
      response.write(`id: ${id}\nevent: ping\ndata: {"id":${id}}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    response.end();
  },
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [name, argument = ''] = pathOf(request).slice(1).split('/');
  const handler = Object.hasOwn(ANSWERS, name) ? ANSWERS[name] : undefined;
  if (!handler) return fail(response, 404, `no such path: ${pathOf(request)}`);
  await handler({ request, response, argument });
}

async function describeRequest({ request, response }: Exchange): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LIMIT_BYTES) return fail(response, 413, `body over ${LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  const url = new URL(request.url ?? '/', 'http://httpbin');
  json(response, {
    method: request.method,
    path: url.pathname,
    args: Object.fromEntries(url.searchParams),
    headers: request.headers,
    data: Buffer.concat(chunks).toString('utf8'),
  });
}

function echo(socket: WebSocket): void {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0];
}

function bounded(text: string, limit: number): number {
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), limit) : 0;
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${message}\n`);
}
