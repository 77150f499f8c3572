import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources';
import { describe, expect, it } from 'vitest';
import { drained, KINDS, modelGateway, oddGateway, Signal, STREAMS } from './model-gateway';

const HELLO: ChatCompletionMessageParam[] = [
  { role: 'system', content: 'be brief' },
  { role: 'user', content: 'hello there' },
];
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WEATHER: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'the weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

describe.each(KINDS)('the client of OpenAI, in front of %s', (kind) => {
  it('gets a completion, and the log line what it cost', async () => {
    const { openai, model, gateway, seen } = await modelGateway(kind);
    const answer = await openai.chat.completions.create({ model, messages: HELLO });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'You said: hello there' },
        },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 },
    });
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain('of-the-client');
    const [line] = await gateway.logged(1);
    expect(line).toContain(`gen_ai.request.model=${model}`);
    expect(line).toMatch(/gen_ai\.usage\.input_tokens=4 .*gen_ai\.usage\.output_tokens=4/);
  });

  it('gets a stream, piece by piece, with what it cost at its end', async () => {
    const { openai, model, gateway } = await modelGateway(kind);
    const stream = await openai.chat.completions.create({
      ...{ model, messages: HELLO, stream: true },
      stream_options: { include_usage: true },
    });
    const { parts, error } = await drained(stream);
    expect(error).toBeUndefined();
    const texts = parts.flatMap(({ choices }) => choices[0]?.delta.content || []);
    expect(texts).toEqual(['You', ' said:', ' hello', ' there']);
    expect(parts.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(parts.at(-1)?.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 4 });
    const [line] = await gateway.logged(1);
    expect(line).toMatch(/gen_ai\.usage\.input_tokens=4 .*gen_ai\.usage\.output_tokens=4/);
    expect(line).toContain('agw.ai.time_to_first_token=');
  });

  it('need not ask what a stream costs for the log line to tell it', async () => {
    const { openai, model, gateway } = await modelGateway(kind);
    await drained(await openai.chat.completions.create({ model, messages: HELLO, stream: true }));
    const [line] = await gateway.logged(1);
    expect(line).toContain('gen_ai.usage.output_tokens=4');
  });

  it('calls tools, and says what they returned', async () => {
    const { openai, model } = await modelGateway(kind);
    const asked = { model, tools: [WEATHER] };
    const first = await openai.chat.completions.create({ ...asked, messages: HELLO });
    const [{ message, finish_reason }] = first.choices;
    expect(finish_reason).toBe('tool_calls');
    const [call] = message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no function was called');
    expect(call.function.name).toBe('weather');
    expect(JSON.parse(call.function.arguments)).toEqual({ city: 'hello there' });
    const second = await openai.chat.completions.create({
      ...asked,
      messages: [...HELLO, message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }],
    });
    expect(second.choices[0].message.content).toBe('The tool says: sunny');
  });

  it('gathers the calls of tools from a stream', async () => {
    const { openai, model } = await modelGateway(kind);
    const stream = openai.chat.completions.stream({ model, messages: HELLO, tools: [WEATHER] });
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0].finish_reason).toBe('tool_calls');
    const [call] = choices[0].message.tool_calls ?? [];
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather' } });
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual({
      city: 'hello there',
    });
  });

  it('shows images', async () => {
    const { openai, model } = await modelGateway(kind);
    const answer = await openai.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image_url', image_url: { url: PIXEL } },
          ],
        },
      ],
    });
    expect(answer.choices[0].message.content).toBe('You said: look You showed 1 image.');
  });

  it('limits what is answered, and is told so', async () => {
    const { openai, model } = await modelGateway(kind);
    const answer = await openai.chat.completions.create({
      ...{ model, messages: HELLO, max_completion_tokens: 2 },
    });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'You said:' },
    });
    const stopped = await openai.chat.completions.create({
      ...{ model, messages: HELLO, stop: ['there'] },
    });
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'You said: hello' },
    });
  });

  it.each([
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [400, BadRequestError],
    [429, RateLimitError],
    [500, InternalServerError],
    [503, InternalServerError],
  ])('meets %d as the error of that kind, with the words of the provider', async (status, type) => {
    const { openai, model, options } = await modelGateway(kind);
    options.failWith = status;
    const failed = openai.chat.completions.create({ model, messages: HELLO });
    const error = await failed.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, message: expect.stringContaining('stand-in') });
    if (status === 429) expect((error as APIError).headers?.get('retry-after')).toBe('1');
  });

  it('meets an error before a stream begins', async () => {
    const { openai, model } = await modelGateway(kind, { failWith: 529 });
    const failed = openai.chat.completions.create({ model, messages: HELLO, stream: true });
    await expect(failed).rejects.toMatchObject({ status: 529 });
  });

  it('gets the first part of a stream before the last is sent', async () => {
    const { first, rest } = STREAMS[kind];
    const arrived = new Signal();
    const { openai, model } = await oddGateway(kind, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(first);
      void arrived.happened.then(() => response.end(rest));
    });
    const stream = await openai.chat.completions.create({ model, messages: HELLO, stream: true });
    const texts: string[] = [];
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content;
      if (!text) continue;
      texts.push(text);
      arrived.give();
    }
    expect(texts).toEqual(['first', ' last']);
  });

  it('meets an error where the connection is cut in the middle of a stream', async () => {
    const { openai, model, gateway } = await modelGateway(kind, { cutAfterEvents: 4 });
    const stream = await openai.chat.completions.create({ model, messages: HELLO, stream: true });
    const { parts, error } = await drained(stream);
    expect(parts.length).toBeGreaterThan(0);
    expect(error).toBeInstanceOf(Error);
    const [line] = await gateway.logged(1);
    expect(line).toContain('error=');
  });

  it('meets an error where the provider ends a stream with one', async () => {
    const { openai, model, gateway } = await modelGateway(kind, { failAfterEvents: 4 });
    const stream = await openai.chat.completions.create({ model, messages: HELLO, stream: true });
    const { parts, error } = await drained(stream);
    expect(parts.length).toBeGreaterThan(0);
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('stand-in');
    const [line] = await gateway.logged(1);
    expect(line).toMatch(/ http.status=200 .* error="the stream ended with an error: \w+" reason=/);
    expect(line).not.toContain('stand-in');
  });

  it('meets an error where an answer breaks off', async () => {
    const { openai, model } = await oddGateway(kind, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"id": "x", "choices": [');
      setTimeout(() => response.destroy(), 10);
    });
    const failed = openai.chat.completions.create({ model, messages: HELLO });
    await expect(failed).rejects.toBeInstanceOf(APIError);
  });

  it('reaches the upstream when it goes away in the middle of a stream', async () => {
    const { openai, model, closed } = await modelGateway(kind, { eventDelayMs: 30 });
    const messages: ChatCompletionMessageParam[] = [
      { role: 'user', content: 'many words '.repeat(500) },
    ];
    const stream = await openai.chat.completions.create({ model, messages, stream: true });
    for await (const part of stream) if (part.choices[0]?.delta.content) break;
    expect(await closed).toBe(false);
  });

  it('reaches the upstream when it goes away before there is an answer', async () => {
    const asked = new Signal();
    const left = new Signal();
    const { openai, model, gateway } = await oddGateway(kind, (request, response) => {
      response.on('close', left.give);
      request.on('end', asked.give).resume();
    });
    const leaving = new AbortController();
    const answer = openai.chat.completions.create(
      { model, messages: HELLO },
      { signal: leaving.signal },
    );
    void asked.happened.then(() => leaving.abort());
    await expect(answer).rejects.toBeInstanceOf(APIUserAbortError);
    await left.happened;
    expect((await gateway.logged(1))[0]).toContain('the client closed the connection');
  });

  it('gets an answer of the shape that it asks for', async () => {
    const { openai, model } = await modelGateway(kind);
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    };
    const answer = await openai.chat.completions.create({
      ...{ model, messages: HELLO },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', strict: true, schema },
      },
    });
    expect(JSON.parse(answer.choices[0].message.content ?? '')).toEqual({ city: 'hello there' });
  });

  it('sends the key of the gateway in place of its own', async () => {
    const { openai, model } = await modelGateway(kind);
    const other = new OpenAI({ apiKey: 'sk-fake-other', baseURL: openai.baseURL, maxRetries: 0 });
    await other.chat.completions.create({ model, messages: HELLO });
  });
});

describe('the client of OpenAI', () => {
  it('gets a response, whole and as a stream', async () => {
    const { openai, model } = await modelGateway('openAI');
    const asked = { model, instructions: 'be brief', input: 'hello there' };
    const whole = await openai.responses.create(asked);
    expect(whole).toMatchObject({
      ...{ object: 'response', status: 'completed', output_text: 'You said: hello there' },
      usage: { input_tokens: 4, output_tokens: 4, total_tokens: 8 },
    });
    const { parts, error } = await drained(
      await openai.responses.create({ ...asked, stream: true }),
    );
    expect(error).toBeUndefined();
    const texts = parts.flatMap((part) =>
      part.type === 'response.output_text.delta' ? [part.delta] : [],
    );
    expect(texts.join('')).toBe('You said: hello there');
    expect(parts[0].type).toBe('response.created');
    expect(parts.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { status: 'completed', usage: { output_tokens: 4 } },
    });
  });

  it('is told that Claude gives no responses', async () => {
    const { openai, model } = await modelGateway('anthropic');
    const failed = openai.responses.create({ model, input: 'hello' });
    await expect(failed).rejects.toBeInstanceOf(BadRequestError);
    await expect(failed).rejects.toThrow('unsupported conversion: from responses');
  });

  it('gets embeddings', async () => {
    const { openai, gateway } = await modelGateway('openAI');
    const model = 'text-embedding-3-small';
    const { data, usage } = await openai.embeddings.create({ model, input: ['one two', 'three'] });
    expect(data.map(({ index, embedding }) => [index, embedding.length > 0])).toEqual([
      [0, true],
      [1, true],
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 3 });
    expect((await gateway.logged(1))[0]).toContain('gen_ai.operation.name=embeddings');
  });

  it('gets the list of models', async () => {
    const { openai } = await modelGateway('openAI', { models: ['one', 'two'] });
    const { data } = await openai.models.list();
    expect(data.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it.each([
    ['that stops', ''],
    ['with half an event', 'data: {"type": "content_block'],
    ['with nonsense at its end', 'data: {"type": \n\n'],
  ])('meets an error where Claude ends a stream too early, %s', async (_name, end) => {
    const { openai, model, gateway } = await oddGateway('anthropic', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${STREAMS.anthropic.first}${end}`);
    });
    const stream = await openai.chat.completions.create({ model, messages: HELLO, stream: true });
    const { parts, error } = await drained(stream);
    expect(parts).toHaveLength(1);
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('the stream ended before the answer did');
    expect((await gateway.logged(1))[0]).toContain('the stream ended before the answer did');
  });
});
