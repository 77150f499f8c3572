import { Readable } from 'node:stream';
import { expect } from 'vitest';
import type {
  BodySource,
  HeaderList,
  Upstream,
  UpstreamAddress,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
} from '../../../lib/effects';
import { compile } from '../../../lib/gateway/compile';
import { joinedFields } from '../../../lib/gateway/in-process';
import type { Reply } from '../../../lib/gateway/message';
import type { StandaloneDocument } from '../../../lib/standalone/document';
import { normalizeStandalone } from '../../../lib/standalone/normalize';
import { Metrics } from '../../../lib/telemetry/metrics';

/** What OpenAI answers. */
export const OPENAI = {
  completion: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'gpt-x-2026',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'hi there' }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
  },
};

/** What a provider does with one try. */
export type Behaviour = (handler: UpstreamHandler, request: UpstreamRequest) => void;

export interface Try {
  readonly address: UpstreamAddress;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly body: string;
    readonly json: unknown;
    readonly upgrade: string | undefined;
  };
}

export interface LlmAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: unknown;
  readonly chunks: readonly string[];
  /** The gateway broke it off. */
  readonly aborted: boolean;
}

export interface LlmBench {
  readonly tries: readonly Try[];
  readonly log: readonly string[];
  readonly metrics: Metrics;
  /** The last line without what differs from run to run. */
  readonly line: string;
  clock: number;
  ask(
    body: unknown,
    headers?: Readonly<Record<string, string>>,
    options?: AskOptions,
  ): Promise<LlmAnswer>;
}

export interface AskOptions {
  readonly path?: string;
  readonly method?: string;
  /** Told of the reply when it is there, to close it from the client's side. */
  readonly onReply?: (reply: ScriptedReply) => void;
}

export interface LlmBenchOptions {
  readonly ai?: object;
  readonly policies?: object;
  readonly route?: object;
  /** A behaviour a try; the last one repeats. */
  readonly script?: readonly Behaviour[];
  readonly random?: () => number;
  readonly config?: object;
  readonly files?: Readonly<Record<string, string>>;
}

const ANYBODY = { authorization: { rules: [{ require: 'true // allow-anonymous: a test' }] } };
const KEY = { backendAuth: { key: 'sk-demo-not-a-key' } };

export function llmDocument({
  ai = { name: 'openai', provider: { openAI: {} } },
  policies = KEY,
  route = {},
  config = {},
}: LlmBenchOptions = {}): StandaloneDocument {
  return {
    ...config,
    binds: [
      {
        port: 3000,
        listeners: [
          {
            name: 'http',
            routes: [
              { name: 'r', policies: { ...ANYBODY, ...route }, backends: [{ ai, policies }] },
            ],
          },
        ],
      },
    ],
  } as unknown as StandaloneDocument;
}

/** A gateway with one route to models, whose providers follow a script. */
export function llmGateway(options: LlmBenchOptions = {}): LlmBench {
  const { script = [completes()], random = () => 0, files = {} } = options;
  const tries: Try[] = [];
  const log: string[] = [];
  const metrics = new Metrics('0');
  let clock = 0;
  const open = (address: UpstreamAddress): Upstream => ({
    endpoint: `${address.host}:${address.port}`,
    send(request, handler) {
      const behaviour = script[Math.min(tries.length, script.length - 1)];
      void textOf(request.body).then((body) => {
        tries.push({
          address,
          request: {
            method: request.method,
            path: request.path,
            fields: joinedFields(request.headers),
            body,
            json: parsed(body),
            upgrade: request.upgrade,
          },
        });
        behaviour(handler, request);
      });
    },
  });
  const normal = normalizeStandalone(llmDocument(options));
  expect(normal.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { gateway, diagnostics } = compile(
    normal.document!,
    {
      now: () => clock,
      random,
      readFile: (path) => {
        if (!Object.hasOwn(files, path)) throw new Error(`there is no file ${path}`);
        return Buffer.from(files[path]);
      },
      upstreams: { open },
      writeLog: (line) => void log.push(line),
      fetch: () => Promise.reject(new Error('nothing is fetched here')),
    },
    { metrics },
  );
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const bench: LlmBench = {
    get clock() {
      return clock;
    },
    set clock(now) {
      clock = now;
    },
    tries,
    log,
    metrics,
    get line() {
      return (log.at(-1) ?? '').replace(/^.*?protocol=/, 'protocol=');
    },
    ask: (
      body: unknown,
      headers: Readonly<Record<string, string>> = {},
      { path = '/v1/chat/completions', method = 'POST', onReply = () => {} }: AskOptions = {},
    ) => {
      const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const reply = new ScriptedReply();
      const fields = { 'content-type': 'application/json', ...headers };
      gateway!.serve(
        {
          connection: { port: 3000, tls: false, source: '127.0.0.1:50000' },
          method,
          target: path,
          httpVersion: 'HTTP/1.1',
          headers: [
            'host',
            'gateway.test',
            ...Object.entries(fields).flat(),
            'content-length',
            String(bytes.length),
          ],
          body: Readable.from(bytes.length > 0 ? [bytes] : []) as unknown as BodySource,
        },
        reply,
      );
      onReply(reply);
      return reply.answer;
    },
  };
  return bench;
}

export class ScriptedReply implements Reply {
  readonly answer: Promise<LlmAnswer>;
  readonly chunks: string[] = [];
  status = 0;
  /** What `write` answers: whether more may be written at once. */
  takesMore = true;
  #headers: HeaderList = [];
  #settle!: (answer: LlmAnswer) => void;
  #closed: () => void = () => {};
  #drained: () => void = () => {};

  constructor() {
    this.answer = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  start(status: number, headers: HeaderList): void {
    this.status = status;
    this.#headers = headers;
  }

  write(chunk: Uint8Array): boolean {
    this.chunks.push(Buffer.from(chunk).toString('utf8'));
    return this.takesMore;
  }

  end(body?: string): void {
    if (body) this.chunks.push(body);
    this.#finish(false);
  }

  endWithTrailers(): void {
    this.end();
  }

  abort(): void {
    this.#finish(true);
  }

  upgrade(status: number, headers: HeaderList): void {
    this.start(status, headers);
    this.#finish(false);
  }

  onDrain(listener: () => void): void {
    this.#drained = listener;
  }

  onClose(listener: () => void): void {
    this.#closed = listener;
  }

  /** The client can take more. */
  drain(): void {
    this.takesMore = true;
    this.#drained();
  }

  /** The client goes away. */
  leave(): void {
    this.#closed();
    this.#finish(true);
  }

  #finish(aborted: boolean): void {
    const text = this.chunks.join('');
    this.#settle({
      status: this.status,
      fields: joinedFields(this.#headers),
      text,
      json: parsed(text),
      chunks: this.chunks,
      aborted,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function textOf(body: UpstreamRequest['body']): Promise<string> {
  if (body === null) return '';
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers as a whole. */
export function answers(
  status: number,
  body: string | Uint8Array,
  headers: HeaderList = ['content-type', 'application/json'],
): Behaviour {
  const bytes = Buffer.from(body as Uint8Array);
  return (handler) => {
    handler.onStart(() => {});
    handler.onHeaders(status, [...headers, 'content-length', String(bytes.length)], () => {});
    if (bytes.length > 0) handler.onData(bytes);
    handler.onComplete([]);
  };
}

export function completes(completion: object = OPENAI.completion): Behaviour {
  return answers(200, JSON.stringify(completion));
}

/** Has no answer. */
export function fails(kind: UpstreamError['kind'], message = 'connection refused'): Behaviour {
  return (handler) => {
    handler.onStart(() => {});
    handler.onError({ kind, message });
  };
}

/** An upstream that is played by hand. */
export function streams(headers: HeaderList = ['content-type', 'text/event-stream']) {
  let handler: UpstreamHandler | undefined;
  let begin: () => void = () => {};
  let reply: ScriptedReply | undefined;
  const upstream = {
    aborted: false,
    resumed: 0,
    started: new Promise<void>((resolve) => {
      begin = resolve;
    }),
    behaviour: (given: UpstreamHandler) => {
      handler = given;
      given.onStart(() => {
        upstream.aborted = true;
      });
      given.onHeaders(200, headers, () => {
        upstream.resumed++;
      });
      begin();
    },
    /** Where the gateway answers. */
    to(given: ScriptedReply): void {
      reply = given;
    },
    get reply(): ScriptedReply {
      return reply!;
    },
    send: (text: string): boolean => handler!.onData(Buffer.from(text)),
    end: (): void => handler!.onComplete([]),
    break: (): void => handler!.onError({ kind: 'reset', message: 'connection closed' }),
  };
  return upstream;
}

/** What compiling says where nothing is ever asked. */
export function compiled(options: LlmBenchOptions) {
  const nobody = (): never => {
    throw new Error('there is nobody to ask');
  };
  return compile(normalizeStandalone(llmDocument(options)).document!, {
    now: () => 0,
    random: () => 0,
    readFile: nobody,
    upstreams: { open: () => ({ endpoint: '', send: nobody }) },
    writeLog: () => {},
    fetch: nobody,
  });
}
