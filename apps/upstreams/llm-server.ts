import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { LlmOptions } from './llm-options';
import { invalid, LlmProblem } from './llm-problem';

/** What a provider adds to the server: its paths and its shapes. */
export interface Provider {
  /** By method and path below the base path: `POST /messages`. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Refuses a request by its headers. */
  readonly admit: (headers: IncomingHttpHeaders, options: LlmOptions) => void;
  readonly requestIdHeader: string;
  readonly errorBody: (problem: LlmProblem, requestId: string) => unknown;
  /** The event that ends a stream which fails. */
  readonly errorEvent: (problem: LlmProblem) => string;
}

export type Handler = (asked: Asked) => Reply;

export interface Asked {
  /** The parsed body, `undefined` without one. */
  readonly body: unknown;
  readonly options: LlmOptions;
  /** The number of the request, from 1: identifiers are made of it. */
  readonly number: number;
}

export type Reply =
  | { readonly body: unknown }
  /** Each with the empty line that ends it. */
  | { readonly events: Iterable<string> };

const LIMIT_BYTES = 32 * 1024 * 1024;
const FAILED = 'failing, as this stand-in was asked to';

export function createLlmServer(provider: Provider, options: LlmOptions): Server {
  let number = 0;
  return createServer((request, response) => {
    number += 1;
    const exchange = { provider, options, request, response, number };
    serve(exchange).catch((error: Error) => fail(exchange, error));
  });
}

interface Exchange {
  readonly provider: Provider;
  readonly options: LlmOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly number: number;
}

async function serve(exchange: Exchange): Promise<void> {
  const { provider, options, request, response, number } = exchange;
  response.setHeader(provider.requestIdHeader, requestId(number));
  const text = await read(request);
  const body = parsed(text);
  options.onRequest?.({
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers as Record<string, string>,
    body,
  });
  provider.admit(request.headers, options);
  if (options.failWith !== undefined) throw new LlmProblem(options.failWith, FAILED);
  const handler = handlerOf(exchange);
  if (text !== '' && body === undefined) throw invalid('the body is not JSON');
  const reply = handler({ body, options, number });
  if ('body' in reply) return sendJson(response, 200, reply.body);
  await stream(exchange, reply.events);
}

function handlerOf({ provider, options, request }: Exchange): Handler {
  const method = request.method ?? '';
  const path = (request.url ?? '').split('?')[0];
  const base = options.basePath ?? '/v1';
  const name = `${method} ${path.startsWith(`${base}/`) ? path.slice(base.length) : ''}`;
  if (Object.hasOwn(provider.handlers, name)) return provider.handlers[name];
  throw new LlmProblem(404, `no such path: ${method} ${path}`);
}

async function stream(exchange: Exchange, events: Iterable<string>): Promise<void> {
  const { provider, options, response } = exchange;
  const { eventDelayMs = 0, cutAfterEvents, failAfterEvents } = options;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
  let sent = 0;
  for (const event of events) {
    if (sent === cutAfterEvents) return void response.destroy();
    if (sent === failAfterEvents)
      return void response.end(provider.errorEvent(new LlmProblem(529, FAILED)));
    if (eventDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, eventDelayMs));
    if (response.destroyed) return;
    await written(response, event);
    sent += 1;
  }
  response.end();
}

/** Resolves when the text has left, so that what is cut off afterwards has not taken it along. */
function written(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.write(text, () => resolve()));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LIMIT_BYTES) throw new LlmProblem(413, `the body is over ${LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requestId(number: number): string {
  return `req_demo_${number}`;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function fail({ provider, response, number }: Exchange, error: Error): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const problem = error instanceof LlmProblem ? error : new LlmProblem(500, error.message);
  if (problem.status === 429) response.setHeader('retry-after', '1');
  sendJson(response, problem.status, provider.errorBody(problem, requestId(number)));
}
