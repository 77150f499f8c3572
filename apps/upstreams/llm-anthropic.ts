import type { IncomingHttpHeaders, Server } from 'node:http';
import { countTokens, message } from './llm-anthropic-message';
import { bearerOf } from './llm-bearer';
import type { LlmOptions } from './llm-options';
import { invalid, LlmProblem } from './llm-problem';
import { createLlmServer, type Provider } from './llm-server';

/**
 * A stand-in for Anthropic's API that answers without a model: it says what was said to it, calls the first tool that it
 * is offered, and counts a token per word.
 *
 * POST /v1/messages · POST /v1/messages/count_tokens · GET /v1/models. The key comes in `x-api-key`, or in
 * `Authorization: Bearer` as Anthropic's own client sends it, and every request says its `anthropic-version`.
 */
export function createAnthropic(options: LlmOptions = {}): Server {
  return createLlmServer(anthropic, options);
}

const MODELS = ['claude-haiku-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5'];

const anthropic: Provider = {
  handlers: {
    'POST /messages': message,
    'POST /messages/count_tokens': countTokens,
    'GET /models': ({ options: { models = MODELS } }) => ({
      body: {
        data: models.map((id) => ({
          type: 'model',
          id,
          display_name: id,
          created_at: '2025-01-01T00:00:00Z',
        })),
        has_more: false,
        first_id: models[0] ?? null,
        last_id: models.at(-1) ?? null,
      },
    }),
  },
  admit,
  requestIdHeader: 'request-id',
  errorBody: (problem, requestId) => ({ ...errorOf(problem), request_id: requestId }),
  errorEvent: (problem) => `event: error\ndata: ${JSON.stringify(errorOf(problem))}\n\n`,
};

function admit(headers: IncomingHttpHeaders, { key }: LlmOptions): void {
  const sent = headers['x-api-key'] ?? bearerOf(headers.authorization);
  if (sent === undefined || sent === '')
    throw new LlmProblem(401, 'no key was sent: it belongs into the header x-api-key');
  if (key !== undefined && sent !== key) throw new LlmProblem(401, 'this key is not known');
  if (headers.origin !== undefined && !headers['anthropic-dangerous-direct-browser-access'])
    throw new LlmProblem(401, 'browsers are not let in: the request has the header origin');
  const version = headers['anthropic-version'];
  if (typeof version !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(version))
    throw invalid('anthropic-version: a date such as 2023-06-01 is required');
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function errorOf({ status, message }: LlmProblem): object {
  const otherwise = status >= 500 ? 'api_error' : 'invalid_request_error';
  return { type: 'error', error: { type: TYPES[status] ?? otherwise, message } };
}
