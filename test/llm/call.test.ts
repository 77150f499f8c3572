import { describe, expect, it } from 'vitest';
import {
  isStreamed,
  type LlmCall,
  type LlmTarget,
  prepareCall,
  responseStream,
} from '../../lib/llm/call';
import type { RouteType } from '../../lib/llm/format';
import { sseEvent } from '../../lib/llm/sse';

function callOf(target: LlmTarget, body: object = {}, route: RouteType = 'completions'): LlmCall {
  const asked = { route, path: '/', query: '' };
  const bytes = Buffer.from(JSON.stringify({ model: 'm', messages: [], ...body }));
  const call = prepareCall(target, asked, bytes);
  if (!('path' in call)) throw new Error(JSON.stringify(call));
  return call;
}

const openAi: LlmTarget = { provider: { kind: 'openAI' } };
const anthropic: LlmTarget = { provider: { kind: 'anthropic' } };

describe('an answer', () => {
  it.each([
    [true, 200, 'text/event-stream; charset=utf-8', true],
    [true, 200, undefined, true],
    [true, 200, 'application/json', false],
    [true, 429, 'text/event-stream', false],
    [false, 200, 'Text/Event-Stream', true],
    [false, 200, 'application/json', false],
    [false, 200, undefined, false],
  ])('to stream: %s with %s and %s is read as a stream: %s', (stream, status, type, streamed) => {
    expect(isStreamed(callOf(openAi, { stream }), status, type)).toBe(streamed);
  });

  it('that streams tells when its first part came, not when it began', () => {
    let now = 0;
    const stream = responseStream(callOf(anthropic, { stream: true }, 'messages'), () => now);
    const send = (at: number, type: string) => {
      now = at;
      stream.push(Buffer.from(sseEvent(type, JSON.stringify({ type }))));
    };
    send(10, 'message_start');
    send(20, 'ping');
    send(30, 'content_block_delta');
    send(40, 'content_block_delta');
    expect(stream.seen.firstTokenAt).toBe(30);
  });

  it('that streams is counted by its last usage', () => {
    const stream = responseStream(callOf(openAi, { stream: true }), () => 0);
    const chunks = [
      { model: 'm-1', usage: null },
      { choices: [{ delta: { content: 'the "usage" : { of braces' } }], usage: null },
      { usage: { prompt_tokens: 1, completion_tokens: 1 } },
      { usage: { prompt_tokens: 1, completion_tokens: 9 } },
    ];
    for (const chunk of chunks)
      stream.push(Buffer.from(sseEvent('', JSON.stringify(chunk, null, ' ').replaceAll('\n', ''))));
    expect(stream.seen).toMatchObject({ model: 'm-1', usage: { inputTokens: 1, outputTokens: 9 } });
  });

  it('of a chat completion that fails in the stream is an error that Claude’s clients read', () => {
    const stream = responseStream(
      callOf(openAi, { stream: true, max_tokens: 1 }, 'messages'),
      () => 0,
    );
    const error = { error: { message: 'Overloaded', type: 'server_error' } };
    const told = String(stream.push(Buffer.from(sseEvent('', JSON.stringify(error)))));
    expect(told).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"server_error","message":"Overloaded"}}\n\n',
    );
  });
});

describe('computed fields of what the provider gets', () => {
  it('are set after translation, and see it', () => {
    const target: LlmTarget = {
      ...anthropic,
      finalTransformations: (body) =>
        new Map<string, unknown>([
          ['max_tokens', Number(body.max_tokens) * 2],
          ['temperature', undefined],
        ]),
    };
    const { body } = callOf(target, { max_completion_tokens: 5, temperature: 1 });
    expect(JSON.parse(String(body))).toEqual({ model: 'm', max_tokens: 10, messages: [] });
  });
});

describe('the reasoning that a client asks for', () => {
  const thinking = (model: string, body: object) => {
    const { thinking, output_config } = JSON.parse(
      String(callOf(anthropic, { model, ...body }).body),
    );
    return { thinking, effort: output_config?.effort };
  };

  it.each([
    [
      'claude-sonnet-4-20250514',
      { reasoning_effort: 'low' },
      { type: 'enabled', budget_tokens: 1024 },
      undefined,
    ],
    [
      'claude-opus-4-5-20251101',
      { reasoning_effort: 'high', max_tokens: 9999 },
      { type: 'enabled', budget_tokens: 4096 },
      undefined,
    ],
    [
      'claude-opus-4-5',
      { reasoning_effort: 'high', max_tokens: 2000 },
      { type: 'enabled', budget_tokens: 1999 },
      undefined,
    ],
    ['claude-opus-4-5', { reasoning_effort: 'high', max_tokens: 1024 }, undefined, undefined],
    [
      'claude-opus-4-5',
      { thinking_budget_tokens: 3000 },
      { type: 'enabled', budget_tokens: 3000 },
      undefined,
    ],
    ['claude-opus-4-6', { reasoning_effort: 'minimal' }, { type: 'adaptive' }, 'low'],
    ['claude-sonnet-5', { thinking_budget_tokens: 3000 }, { type: 'adaptive' }, 'high'],
    ['claude-opus-4-6', { reasoning_effort: 'none' }, undefined, undefined],
    ['claude-opus-4-6', { reasoning_effort: 'constructor' }, undefined, undefined],
    ['other', {}, undefined, undefined],
  ])('of %s with %j is %j', (model, body, expected, effort) => {
    expect(thinking(model, body)).toEqual({ thinking: expected, effort });
  });
});
