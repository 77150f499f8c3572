import { describe, expect, it } from 'vitest';
import type { LlmFormat } from '../../lib/llm/format';
import type { JsonRecord } from '../../lib/llm/json';
import { modelAliases } from '../../lib/llm/model-alias';
import type { Prompt } from '../../lib/llm/prompts';
import { readRequest } from '../../lib/llm/request';
import { applyRequestPolicy, type RequestPolicy } from '../../lib/llm/request-policy';

function applied(
  body: unknown,
  policy: RequestPolicy,
  format: LlmFormat = 'completions',
): JsonRecord {
  const request = readRequest(Buffer.from(JSON.stringify(body)), format);
  if ('problem' in request) return { ...request };
  const edited = applyRequestPolicy(request, { format, provider: 'custom' }, policy);
  return 'problem' in edited ? { ...edited } : JSON.parse(edited.json);
}

const chat = { model: 'mine', messages: [] };

describe('the policy of a request', () => {
  it('runs each step on what those before it have left', () => {
    const seen: unknown[] = [];
    const policy: RequestPolicy = {
      model: 'first',
      overrides: { model: 'second', user: 'u' },
      transformations: (body) => {
        seen.push(body.model, body.user, body.top_p);
        return new Map<string, unknown>([
          ['model', 'third'],
          ['user', undefined],
        ]);
      },
      defaults: { user: 'nobody', model: 'never', top_p: 1 },
      modelAliases: modelAliases({ third: 'last', first: 'never' }),
    };
    expect(applied(chat, policy)).toEqual({ ...chat, model: 'last', user: 'nobody', top_p: 1 });
    expect(seen).toEqual(['second', 'u', undefined]);
  });

  it('takes a null of the client for given', () => {
    expect(applied({ ...chat, user: null }, { defaults: { user: 'nobody' } })).toMatchObject({
      user: null,
    });
  });

  it('refuses a request that has no model in the end', () => {
    const policy = { transformations: () => new Map([['model', undefined]]) };
    expect(applied(chat, policy)).toEqual({
      status: 400,
      problem: 'missing field: model not specified',
    });
    expect(applied({ messages: [] }, { defaults: { model: 'd' } })).toMatchObject({ model: 'd' });
  });

  it('sets a field of any name as a field', () => {
    const overrides = JSON.parse('{"__proto__":{"polluted":true}}') as JsonRecord;
    const body = applied(chat, { overrides });
    expect(Object.keys(body)).toContain('__proto__');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('asks streams for their usage unless the client says what it wants', () => {
    const stream = { ...chat, stream: true };
    expect(applied(stream, {})).toMatchObject({ stream_options: { include_usage: true } });
    const wanted = { include_usage: false };
    expect(applied({ ...stream, stream_options: wanted }, {})).toMatchObject({
      stream_options: wanted,
    });
    expect(applied(chat, {})).not.toHaveProperty('stream_options');
  });
});

describe('prompts', () => {
  const system: Prompt = { role: 'system', content: 'S' };
  const user: Prompt = { role: 'user', content: 'U' };
  const prompts = { prepend: [system, user], append: [user, system] };

  it.each<[LlmFormat, JsonRecord, JsonRecord]>([
    [
      'completions',
      { messages: [{ role: 'user', content: 'hi' }] },
      { messages: [system, user, { role: 'user', content: 'hi' }, user, system] },
    ],
    [
      'messages',
      { messages: [{ role: 'user', content: 'hi' }] },
      { system: 'S\nS', messages: [user, { role: 'user', content: 'hi' }, user] },
    ],
    ['messages', { messages: [], system: 'own' }, { system: 'S\nown\nS', messages: [user, user] }],
    [
      'messages',
      { messages: [], system: [{ type: 'text', text: 'own' }] },
      {
        system: [
          { type: 'text', text: 'S' },
          { type: 'text', text: 'own' },
          { type: 'text', text: 'S' },
        ],
        messages: [user, user],
      },
    ],
    [
      'responses',
      { input: 'hi' },
      {
        input: [system, user, { role: 'user', content: 'hi' }, user, system].map((prompt) => ({
          type: 'message',
          ...prompt,
        })),
      },
    ],
    ['embeddings', { input: 'hi' }, { input: 'hi' }],
  ])('go where %s has them: %j', (format, body, expected) => {
    expect(applied({ model: 'm', ...body }, { prompts }, format)).toEqual({
      model: 'm',
      ...expected,
    });
  });

  it('of users leave the system prompt alone', () => {
    const body = applied(
      { model: 'm', messages: [], system: 'own' },
      { prompts: { append: [user] } },
      'messages',
    );
    expect(body).toEqual({ model: 'm', system: 'own', messages: [user] });
  });
});
