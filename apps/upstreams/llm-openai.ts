import type { IncomingHttpHeaders, Server } from 'node:http';
import { bearerOf } from './llm-bearer';
import { completion } from './llm-openai-completion';
import { embedding } from './llm-openai-embedding';
import { response } from './llm-openai-response';
import type { LlmOptions } from './llm-options';
import { LlmProblem } from './llm-problem';
import { createLlmServer, type Provider } from './llm-server';

/**
 * A stand-in for OpenAI's API that answers without a model: it says what was said to it, calls the first tool that it is
 * offered, and counts a token per word.
 *
 * POST /v1/chat/completions · POST /v1/responses · POST /v1/embeddings · GET /v1/models. The key comes in
 * `Authorization: Bearer`, or in `api-key` as at Azure.
 */
export function createOpenai(options: LlmOptions = {}): Server {
  return createLlmServer(openai, options);
}

const MODELS = ['gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano', 'text-embedding-3-small'];

const openai: Provider = {
  handlers: {
    'POST /chat/completions': completion,
    'POST /responses': response,
    'POST /embeddings': embedding,
    'GET /models': ({ options: { models = MODELS } }) => ({
      body: {
        object: 'list',
        data: models.map((id) => ({
          id,
          object: 'model',
          created: 1_700_000_000,
          owned_by: 'demo',
        })),
      },
    }),
  },
  admit,
  requestIdHeader: 'x-request-id',
  errorBody: (problem) => ({ error: errorOf(problem) }),
  errorEvent: (problem) => `data: ${JSON.stringify({ error: errorOf(problem) })}\n\n`,
};

function admit(headers: IncomingHttpHeaders, { key }: LlmOptions): void {
  const sent = bearerOf(headers.authorization) ?? headers['api-key'];
  if (sent === undefined || sent === '')
    throw new LlmProblem(401, 'no key was sent: it belongs into the header Authorization');
  if (key !== undefined && sent !== key)
    throw new LlmProblem(401, 'this key is not known', { code: 'invalid_api_key' });
}

const TYPES: Readonly<Record<number, string>> = {
  403: 'permission_error',
  429: 'requests',
  500: 'server_error',
  503: 'server_error',
};

function errorOf({ status, message, details }: LlmProblem): unknown {
  const otherwise = status >= 500 ? 'server_error' : 'invalid_request_error';
  return {
    message,
    type: TYPES[status] ?? otherwise,
    param: details.param ?? null,
    code: details.code ?? (status === 429 ? 'rate_limit_exceeded' : null),
  };
}
