import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { createAnthropic } from '../../apps/upstreams/llm-anthropic';
import { createOpenai } from '../../apps/upstreams/llm-openai';
import type { LlmOptions, SeenRequest } from '../../apps/upstreams/llm-options';
import { parseResolution, type Resolution } from '../../lib/server/resolve';
import { type RunningGateway, runGateway } from '../support/running-gateway';

/** Whose language the upstream speaks. */
export type Kind = 'openAI' | 'anthropic';

export const KINDS: readonly Kind[] = ['openAI', 'anthropic'];

export const MODELS: Readonly<Record<Kind, string>> = {
  openAI: 'gpt-4.1-mini',
  anthropic: 'claude-haiku-4-5',
};

/** Where providers are asked, which the test leads to itself. */
const HOSTS: Readonly<Record<Kind, string>> = {
  openAI: 'api.openai.com:443',
  anthropic: 'api.anthropic.com:443',
};

const CREATE = { openAI: createOpenai, anthropic: createAnthropic };

/** The gateway's own key: what clients send in its place would not be let in. */
const UPSTREAM_KEY = 'sk-fake-of-the-gateway';
const CLIENT_KEY = 'sk-fake-of-the-client';

const ROUTES = {
  '/v1/chat/completions': 'completions',
  '/v1/messages': 'messages',
  '/v1/messages/count_tokens': 'anthropicTokenCount',
  '/v1/responses': 'responses',
  '/v1/embeddings': 'embeddings',
  '*': 'passthrough',
};

/** Claude has neither responses nor embeddings, which the routes promise. */
const UNSERVED: Readonly<Record<Kind, readonly string[]>> = {
  openAI: [],
  anthropic: ['UnservedFormat'],
};

/** A gateway in front of an upstream of models, and the official clients that call it. */
export interface ModelGateway {
  readonly gateway: RunningGateway;
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  readonly model: string;
  /** What reached the upstream. */
  readonly seen: readonly SeenRequest[];
  /** How the upstream behaves from now on. */
  readonly options: LlmOptions;
  /** Resolves when the upstream's side of an exchange has closed, with whether its answer was whole. */
  readonly closed: Promise<boolean>;
}

export async function modelGateway(kind: Kind, given: LlmOptions = {}): Promise<ModelGateway> {
  const seen: SeenRequest[] = [];
  const options: LlmOptions = {
    ...given,
    key: UPSTREAM_KEY,
    onRequest: (request) => void seen.push(request),
  };
  const upstream = await listen(CREATE[kind](options));
  const closed = new Promise<boolean>((settle) => {
    upstream.server.on('request', (_request, response) =>
      response.on('close', () => settle(response.writableFinished)),
    );
  });
  return { ...(await gatewayTo(kind, upstream.port)), seen, options, closed };
}

/** A gateway in front of an upstream that misbehaves as the test says. */
export async function oddGateway(kind: Kind, listener: RequestListener) {
  const { port } = await listen(createServer(listener));
  return gatewayTo(kind, port);
}

/** OpenAI is asked first, and Claude, as the model of its own, where that fails. */
export async function gatewayWithFallback(options: Readonly<Record<Kind, LlmOptions>>) {
  const providers = KINDS.map((kind) => {
    const provider = { [kind]: kind === 'anthropic' ? { model: MODELS.anthropic } : {} };
    const health = { eviction: { duration: '1h' } };
    return { name: kind, provider, policies: { health, backendAuth: { key: UPSTREAM_KEY } } };
  });
  const ports = await Promise.all(
    KINDS.map(async (kind) => (await listen(CREATE[kind](options[kind]))).port),
  );
  const gateway = await runModels(
    { groups: providers.map((provider) => ({ providers: [provider] })) },
    { ai: { routes: ROUTES } },
    KINDS.map((kind, index) => parseResolution(`${HOSTS[kind]}=http://127.0.0.1:${ports[index]}`)),
    UNSERVED.anthropic,
    { retry: { attempts: 1, codes: [500, 503] } },
  );
  return { gateway, ...clientsOf(gateway) };
}

async function gatewayTo(kind: Kind, port: number) {
  const gateway = await runModels(
    { name: kind, provider: { [kind]: {} } },
    { ai: { routes: ROUTES }, backendAuth: { key: UPSTREAM_KEY } },
    [parseResolution(`${HOSTS[kind]}=http://127.0.0.1:${port}`)],
    UNSERVED[kind],
  );
  return { gateway, ...clientsOf(gateway), model: MODELS[kind] };
}

/** Anybody may call: what the clients send for a key is none of the gateway's. */
function runModels(
  ai: object,
  policies: object,
  resolutions: readonly Resolution[],
  findings: readonly string[],
  onRoute: object = {},
): Promise<RunningGateway> {
  const anybody = { authorization: { rules: [{ require: 'true // allow-anonymous: a test' }] } };
  const route = {
    ...{ name: 'models', policies: { ...anybody, ...onRoute } },
    backends: [{ ai, policies }],
  };
  return runGateway(
    `binds: [{port: 3000, listeners: [{name: http, routes: [${JSON.stringify(route)}]}]}]`,
    { resolutions, findings },
  );
}

function clientsOf(gateway: RunningGateway) {
  const origin = `http://127.0.0.1:${gateway.port()}`;
  const settings = { apiKey: CLIENT_KEY, maxRetries: 0, timeout: 10_000 };
  return {
    openai: new OpenAI({ ...settings, baseURL: `${origin}/v1` }),
    anthropic: new Anthropic({ ...settings, baseURL: origin }),
  };
}

async function listen(server: Server) {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Something that happens once, and is waited for. */
export class Signal {
  readonly happened: Promise<void>;
  give!: () => void;

  constructor() {
    this.happened = new Promise((settle) => {
      this.give = settle;
    });
  }
}

/** All that an iterable gives, and what it ended with. */
export async function drained<T>(
  stream: AsyncIterable<T>,
): Promise<{ parts: T[]; error: unknown }> {
  const parts: T[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { parts, error: undefined };
  } catch (error) {
    return { parts, error };
  }
}

/** The beginning of a stream as the provider sends it, and all that follows. */
export const STREAMS: Readonly<Record<Kind, { readonly first: string; readonly rest: string }>> = {
  openAI: {
    first: openaiChunk({ role: 'assistant', content: 'first' }),
    rest: `${openaiChunk({ content: ' last' })}${openaiChunk({}, 'stop')}data: [DONE]\n\n`,
  },
  anthropic: {
    first: [
      anthropicEvent('message_start', {
        message: {
          ...{ id: 'msg_1', type: 'message', role: 'assistant', model: MODELS.anthropic },
          ...{ content: [], stop_reason: null, stop_sequence: null },
          usage: { input_tokens: 3, output_tokens: 1 },
        },
      }),
      anthropicEvent('content_block_start', {
        index: 0,
        content_block: { type: 'text', text: '' },
      }),
      textDelta('first'),
    ].join(''),
    rest: [
      textDelta(' last'),
      anthropicEvent('content_block_stop', { index: 0 }),
      anthropicEvent('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 2 },
      }),
      anthropicEvent('message_stop', {}),
    ].join(''),
  },
};

function openaiChunk(delta: object, finish_reason: string | null = null): string {
  const head = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: MODELS.openAI,
  };
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}

function textDelta(text: string): string {
  return anthropicEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
}

function anthropicEvent(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
