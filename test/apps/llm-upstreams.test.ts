import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { createAnthropic } from '../../apps/upstreams/llm-anthropic';
import { createOpenai } from '../../apps/upstreams/llm-openai';
import type { LlmOptions, SeenRequest } from '../../apps/upstreams/llm-options';

const KEY = 'demo-provider-key-not-a-secret';
const PIXEL = `data:image/png;base64,${Buffer.from('no image').toString('base64')}`;
const WEATHER = {
  type: 'object' as const,
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
};

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(server: Server): Promise<string> {
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The options themselves, so that a test may change them later. */
function withKey(options: LlmOptions): LlmOptions {
  options.key = KEY;
  return options;
}

async function openai(options: LlmOptions = {}, apiKey = KEY): Promise<OpenAI> {
  const origin = await listen(createOpenai(withKey(options)));
  return new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 });
}

async function anthropic(options: LlmOptions = {}, apiKey = KEY): Promise<Anthropic> {
  const baseURL = await listen(createAnthropic(withKey(options)));
  return new Anthropic({ apiKey, baseURL, maxRetries: 0 });
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const event of events) list.push(event);
  return list;
}

const hello = { role: 'user' as const, content: 'Hello there' };
const weatherTool = {
  type: 'function' as const,
  function: { name: 'weather', parameters: WEATHER },
};

describe('the stand-in for OpenAI, asked by its own client', () => {
  const model = 'gpt-4.1-nano';

  it('says what was said to it, and counts a token per word', async () => {
    const client = await openai();
    const completion = await client.chat.completions.create({ model, messages: [hello] });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'You said: Hello there' },
    });
    expect(completion.usage).toMatchObject({
      prompt_tokens: 2,
      completion_tokens: 4,
      total_tokens: 6,
    });
  });

  it('streams the same words, with their usage where it is asked for', async () => {
    const client = await openai();
    const stream = await client.chat.completions.create({
      model,
      messages: [hello],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await all(stream);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe('You said: Hello there');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 6 } });
    expect(chunks.at(-2)?.choices[0].finish_reason).toBe('stop');
  });

  it('calls the first tool, streamed as well, and takes its result', async () => {
    const client = await openai();
    const asked = { model, messages: [hello], tools: [weatherTool] };
    const { choices } = await client.chat.completions.create(asked);
    const streamed = await client.chat.completions
      .stream({ ...asked, stream: true })
      .finalChatCompletion();
    for (const [choice] of [choices, streamed.choices]) {
      const [call] = choice.message.tool_calls ?? [];
      expect(choice.finish_reason).toBe('tool_calls');
      expect(call).toMatchObject({
        type: 'function',
        function: { name: 'weather', arguments: '{"city":"Hello there","days":1}' },
      });
    }
    const [{ message }] = choices;
    const id = message.tool_calls?.[0].id ?? '';
    const result = { role: 'tool' as const, tool_call_id: id, content: 'sunny' };
    const answered = await client.chat.completions.create({
      ...asked,
      messages: [hello, message, result],
    });
    expect(answered.choices[0].message.content).toBe('The tool says: sunny');
    const astray = client.chat.completions.create({ ...asked, messages: [hello, result] });
    await expect(astray).rejects.toMatchObject({ status: 400 });
  });

  it('looks at images, obeys limits and stops, and answers JSON', async () => {
    const client = await openai();
    const ask = async (more: object) => {
      const completion = await client.chat.completions.create({
        model,
        messages: [hello],
        ...more,
      });
      return [completion.choices[0].message.content, completion.choices[0].finish_reason];
    };
    const image = { type: 'image_url', image_url: { url: PIXEL } };
    const content = [{ type: 'text', text: 'What is it?' }, image];
    expect(await ask({ messages: [{ role: 'user', content }] })).toEqual([
      'You said: What is it? You showed 1 image.',
      'stop',
    ]);
    expect(await ask({ max_completion_tokens: 2 })).toEqual(['You said:', 'length']);
    expect(await ask({ stop: ' there' })).toEqual(['You said: Hello', 'stop']);
    const json_schema = { name: 'weather', schema: WEATHER };
    expect(await ask({ response_format: { type: 'json_schema', json_schema } })).toEqual([
      '{"city":"Hello there","days":1}',
      'stop',
    ]);
  });

  it('answers responses, whole and streamed, with text and with tools', async () => {
    const client = await openai();
    const asked = { model, instructions: 'Be brief.', input: 'Hello there' };
    const response = await client.responses.create(asked);
    expect(response.output_text).toBe('You said: Hello there');
    expect(response.usage).toMatchObject({ input_tokens: 4, output_tokens: 4, total_tokens: 8 });
    const streamed = await client.responses.stream(asked).finalResponse();
    expect(streamed.output).toMatchObject([{ content: [{ text: 'You said: Hello there' }] }]);
    const tools = [
      { type: 'function' as const, name: 'weather', parameters: WEATHER, strict: false },
    ];
    const called = await client.responses.stream({ ...asked, tools }).finalResponse();
    expect(called.output).toMatchObject([{ type: 'function_call', name: 'weather' }]);
    await expect(
      client.responses.create({ ...asked, previous_response_id: 'resp_1' }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
  });

  it('embeds texts: the same text the same way, in both encodings', async () => {
    const client = await openai();
    const asked = { model: 'text-embedding-3-small', input: ['one', 'two', 'one'], dimensions: 8 };
    const packed = await client.embeddings.create(asked);
    const plain = await client.embeddings.create({ ...asked, encoding_format: 'float' });
    const [first, second, third] = packed.data.map(({ embedding }) => embedding);
    expect(first).toEqual(third);
    expect(first).not.toEqual(second);
    expect(first).toHaveLength(8);
    expect(plain.data[0].embedding).toEqual(first);
  });

  it('lists its models, and has no others once they are given', async () => {
    const client = await openai({ models: [model] });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual([model]);
    const other = client.chat.completions.create({ model: 'gpt-0', messages: [hello] });
    await expect(other).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('lets nobody in without its key, which it never repeats', async () => {
    const client = await openai({}, 'guessed-key');
    const asked = client.chat.completions.create({ model, messages: [hello] });
    await expect(asked).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(asked).rejects.not.toThrow('guessed-key');
  });

  it.each([
    { messages: [] },
    { messages: [{ role: 'robot', content: 'x' }] },
    { messages: [{ role: 'user' }] },
    { max_tokens: 0 },
    { stream_options: { include_usage: true } },
    { system: 'a field of Anthropic' },
    { model: 5 },
  ])('refuses $0 with 400 and a message', async (wrong) => {
    const origin = await listen(createOpenai());
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ model, messages: [hello], ...wrong }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        param: expect.any(String),
        code: null,
      },
    });
  });

  it('fails, waits and breaks off as it is told to', async () => {
    const options: LlmOptions = { failWith: 429 };
    const client = await openai(options);
    const ask = () =>
      client.chat.completions.create({ model, messages: [hello], stream: true }).then(all);
    await expect(ask()).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    options.failWith = undefined;
    options.eventDelayMs = 20;
    const started = performance.now();
    expect((await ask()).length).toBe(6);
    expect(performance.now() - started).toBeGreaterThan(6 * 19);
    options.cutAfterEvents = 2;
    await expect(ask()).rejects.toThrow('terminated');
    options.cutAfterEvents = undefined;
    options.failAfterEvents = 2;
    await expect(ask()).rejects.toThrow('failing');
  });

  it('tells what reached it', async () => {
    const seen: SeenRequest[] = [];
    const client = await openai({ onRequest: (request) => seen.push(request) });
    await client.chat.completions.create({ model, messages: [hello] });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { authorization: `Bearer ${KEY}` },
        body: { model, messages: [hello] },
      },
    ]);
  });
});

describe('the stand-in for Anthropic, asked by its own client', () => {
  const model = 'claude-haiku-4-5';
  const asked = { model, max_tokens: 100, messages: [hello] };
  const tools = [{ name: 'weather', input_schema: WEATHER }];

  it('says what was said to it, and counts a token per word', async () => {
    const client = await anthropic();
    const message = await client.messages.create({ ...asked, system: 'Be brief.' });
    expect(message).toMatchObject({
      content: [{ type: 'text', text: 'You said: Hello there' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 4, output_tokens: 4 },
    });
    expect(await client.messages.countTokens({ model, messages: [hello] })).toEqual({
      input_tokens: 2,
    });
  });

  it('streams the same message, its thoughts before it', async () => {
    const client = await anthropic();
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
    const stream = client.messages.stream({ ...asked, max_tokens: 2000, thinking });
    const events = await all(stream);
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Let me see.', signature: expect.any(String) },
      { type: 'text', text: 'You said: Hello there' },
    ]);
    expect(message.usage.output_tokens).toBe(4);
    expect([events[0].type, events.at(-1)?.type]).toEqual(['message_start', 'message_stop']);
  });

  it('calls the first tool, streamed as well, and takes its result', async () => {
    const client = await anthropic();
    const called = await client.messages.create({ ...asked, tools });
    const streamed = await client.messages.stream({ ...asked, tools }).finalMessage();
    for (const message of [called, streamed])
      expect(message).toMatchObject({
        stop_reason: 'tool_use',
        content: [{ type: 'tool_use', name: 'weather', input: { city: 'Hello there', days: 1 } }],
      });
    const [call] = called.content;
    const id = call.type === 'tool_use' ? call.id : '';
    const turn = { role: 'assistant' as const, content: called.content };
    const result = {
      role: 'user' as const,
      content: [{ type: 'tool_result' as const, tool_use_id: id, content: 'sunny' }],
    };
    const answered = await client.messages.create({
      ...asked,
      tools,
      messages: [hello, turn, result],
    });
    expect(answered.content).toMatchObject([{ text: 'The tool says: sunny' }]);
    const unanswered = client.messages.create({ ...asked, messages: [hello, turn, hello] });
    await expect(unanswered).rejects.toMatchObject({ status: 400 });
  });

  it('looks at images, and obeys limits and stops', async () => {
    const client = await anthropic();
    const [, data] = PIXEL.split(',');
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data };
    const image = [{ type: 'image' as const, source }];
    const shown = await client.messages.create({
      ...asked,
      messages: [{ role: 'user', content: image }],
    });
    expect(shown.content).toMatchObject([{ text: 'You said:  You showed 1 image.' }]);
    expect(await client.messages.create({ ...asked, max_tokens: 2 })).toMatchObject({
      content: [{ text: 'You said:' }],
      stop_reason: 'max_tokens',
    });
    expect(await client.messages.create({ ...asked, stop_sequences: [' there'] })).toMatchObject({
      content: [{ text: 'You said: Hello' }],
      stop_reason: 'stop_sequence',
      stop_sequence: ' there',
    });
  });

  it('lists its models, and has no others once they are given', async () => {
    const client = await anthropic({ models: [model] });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual([model]);
    const other = client.messages.create({ ...asked, model: 'claude-0' });
    await expect(other).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
  });

  it('lets nobody in without its key, nor a browser', async () => {
    const client = await anthropic({}, 'guessed-key');
    const wrong = client.messages.create(asked);
    await expect(wrong).rejects.toMatchObject({ status: 401, type: 'authentication_error' });
    const origin = await listen(createAnthropic());
    const headers = { 'anthropic-version': '2023-06-01' };
    expect((await fetch(`${origin}/v1/models`, { headers })).status).toBe(401);
    const browser = (await anthropic()).messages.create(asked, {
      headers: { origin: 'https://app.example.com' },
    });
    await expect(browser).rejects.toMatchObject({ status: 401 });
  });

  it.each([
    [{ messages: [] }, {}],
    [{ messages: [{ role: 'system', content: 'x' }] }, {}],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }, {}],
    [{ max_tokens: undefined }, {}],
    [{ n: 2 }, {}],
    [{ thinking: { type: 'enabled', budget_tokens: 10 } }, {}],
    [{}, { 'anthropic-version': '' }],
  ])('refuses %j %j with 400 and a message', async (wrong, headers) => {
    const origin = await listen(createAnthropic());
    const response = await fetch(`${origin}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01', ...headers },
      body: JSON.stringify({ ...asked, ...wrong }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.any(String) },
      request_id: 'req_demo_1',
    });
  });

  it('fails and breaks off as it is told to', async () => {
    const options: LlmOptions = { failWith: 529 };
    const client = await anthropic(options);
    const ask = () => client.messages.create({ ...asked, stream: true }).then(all);
    await expect(ask()).rejects.toMatchObject({ status: 529, type: 'overloaded_error' });
    options.failWith = undefined;
    options.failAfterEvents = 4;
    await expect(ask()).rejects.toMatchObject({ type: 'overloaded_error' });
    options.failAfterEvents = undefined;
    options.cutAfterEvents = 4;
    await expect(ask()).rejects.toThrow('terminated');
  });
});

describe.each([
  ['OpenAI', createOpenai],
  ['Anthropic', createAnthropic],
])('the stand-in for %s', (_name, create) => {
  it.each([
    ['/v1/nowhere', 404],
    ['/v1/constructor', 404],
    ['/v1x/models', 404],
    ['/', 404],
  ])('answers %s with %i', async (path, status) => {
    const headers = {
      authorization: `Bearer ${KEY}`,
      'x-api-key': KEY,
      'anthropic-version': '2023-06-01',
    };
    expect((await fetch((await listen(create())) + path, { headers })).status).toBe(status);
  });

  it('answers what is no JSON with 400', async () => {
    const origin = await listen(create());
    const path = create === createOpenai ? '/v1/chat/completions' : '/v1/messages';
    const headers = {
      authorization: `Bearer ${KEY}`,
      'x-api-key': KEY,
      'anthropic-version': '2023-06-01',
    };
    for (const body of ['', '{', '[]', 'null'])
      expect((await fetch(origin + path, { method: 'POST', headers, body })).status).toBe(400);
  });
});
