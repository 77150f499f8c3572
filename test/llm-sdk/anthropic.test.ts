import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import type { MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, it } from 'vitest';
import { drained, KINDS, modelGateway, oddGateway, Signal, STREAMS } from './model-gateway';

const HELLO: MessageParam[] = [{ role: 'user', content: 'hello there' }];
const ASKED = { system: 'be brief', messages: HELLO, max_tokens: 100 };
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WEATHER: Tool = {
  name: 'weather',
  description: 'the weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe.each(KINDS)('the client of Anthropic, in front of %s', (kind) => {
  it('gets a message, and the log line what it cost', async () => {
    const { anthropic, model, gateway, seen } = await modelGateway(kind);
    const message = await anthropic.messages.create({ model, ...ASKED });
    expect(message).toMatchObject({
      ...{ type: 'message', role: 'assistant', model, stop_reason: 'end_turn' },
      content: [{ type: 'text', text: 'You said: hello there' }],
      usage: { input_tokens: 4, output_tokens: 4 },
    });
    expect(JSON.stringify(seen)).not.toContain('of-the-client');
    const [line] = await gateway.logged(1);
    expect(line).toMatch(/gen_ai\.usage\.input_tokens=4 .*gen_ai\.usage\.output_tokens=4/);
  });

  it('gets a stream, piece by piece, and what it cost', async () => {
    const { anthropic, model, gateway } = await modelGateway(kind);
    const stream = anthropic.messages.stream({ model, ...ASKED });
    const texts: string[] = [];
    stream.on('text', (text) => texts.push(text));
    const message = await stream.finalMessage();
    expect(texts).toEqual(['You', ' said:', ' hello', ' there']);
    expect(message).toMatchObject({
      ...{ role: 'assistant', stop_reason: 'end_turn', model },
      content: [{ type: 'text', text: 'You said: hello there' }],
      usage: { output_tokens: 4 },
    });
    const [line] = await gateway.logged(1);
    expect(line).toMatch(/gen_ai\.usage\.input_tokens=4 .*gen_ai\.usage\.output_tokens=4/);
    expect(line).toContain('agw.ai.time_to_first_token=');
  });

  it('calls tools, and says what they returned', async () => {
    const { anthropic, model } = await modelGateway(kind);
    const asked = { model, ...ASKED, tools: [WEATHER] };
    const first = await anthropic.messages.create(asked);
    expect(first.stop_reason).toBe('tool_use');
    const call = first.content.find((block) => block.type === 'tool_use');
    expect(call).toMatchObject({ name: 'weather', input: { city: 'hello there' } });
    const result = { type: 'tool_result' as const, tool_use_id: call?.id ?? '', content: 'sunny' };
    const second = await anthropic.messages.create({
      ...asked,
      messages: [
        ...HELLO,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(second.content).toMatchObject([{ type: 'text', text: 'The tool says: sunny' }]);
  });

  it('gathers the calls of tools from a stream', async () => {
    const { anthropic, model } = await modelGateway(kind);
    const stream = anthropic.messages.stream({ model, ...ASKED, tools: [WEATHER] });
    const { content, stop_reason } = await stream.finalMessage();
    expect(stop_reason).toBe('tool_use');
    expect(content).toMatchObject([
      { type: 'tool_use', name: 'weather', input: { city: 'hello there' } },
    ]);
  });

  it('shows images', async () => {
    const { anthropic, model } = await modelGateway(kind);
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL };
    const { content } = await anthropic.messages.create({
      ...{ model, max_tokens: 100 },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image', source },
          ],
        },
      ],
    });
    expect(content).toMatchObject([{ text: 'You said: look You showed 1 image.' }]);
  });

  it('limits what is answered, and is told so', async () => {
    const { anthropic, model } = await modelGateway(kind);
    const message = await anthropic.messages.create({ model, ...ASKED, max_tokens: 2 });
    expect(message).toMatchObject({
      stop_reason: 'max_tokens',
      content: [{ type: 'text', text: 'You said:' }],
    });
  });

  it('counts tokens before it asks', async () => {
    const { anthropic, model } = await modelGateway(kind);
    const { max_tokens: _, ...counted } = ASKED;
    const { input_tokens } = await anthropic.messages.countTokens({ model, ...counted });
    expect(input_tokens).toBeGreaterThanOrEqual(4);
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
    const { anthropic, model, options } = await modelGateway(kind);
    options.failWith = status;
    const failed = anthropic.messages.create({ model, ...ASKED });
    const error = await failed.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, error: { type: 'error' } });
    expect(String(error)).toContain('stand-in');
    if (status === 429) expect((error as APIError).headers?.get('retry-after')).toBe('1');
  });

  it('gets the first part of a stream before the last is sent', async () => {
    const { first, rest } = STREAMS[kind];
    const arrived = new Signal();
    const { anthropic, model } = await oddGateway(kind, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(first);
      void arrived.happened.then(() => response.end(rest));
    });
    const stream = await anthropic.messages.create({ model, ...ASKED, stream: true });
    const texts: string[] = [];
    for await (const event of stream) {
      if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue;
      texts.push(event.delta.text);
      arrived.give();
    }
    expect(texts).toEqual(['first', ' last']);
  });

  it('meets an error where the connection is cut in the middle of a stream', async () => {
    const { anthropic, model, gateway } = await modelGateway(kind, { cutAfterEvents: 4 });
    const stream = await anthropic.messages.create({ model, ...ASKED, stream: true });
    const { parts, error } = await drained(stream);
    expect(parts.length).toBeGreaterThan(0);
    expect(error).toBeInstanceOf(Error);
    expect((await gateway.logged(1))[0]).toContain('error=');
  });

  it('meets an error where the provider ends a stream with one', async () => {
    const { anthropic, model, gateway } = await modelGateway(kind, { failAfterEvents: 4 });
    const stream = await anthropic.messages.create({ model, ...ASKED, stream: true });
    const { parts, error } = await drained(stream);
    expect(parts.length).toBeGreaterThan(0);
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('stand-in');
    const [line] = await gateway.logged(1);
    expect(line).toMatch(/ http.status=200 .* error="the stream ended with an error: \w+" reason=/);
    expect(line).not.toContain('stand-in');
  });

  it('meets an error where a stream ends too early', async () => {
    const { anthropic, model } = await oddGateway(kind, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(STREAMS[kind].first);
    });
    const stream = anthropic.messages.stream({ model, ...ASKED });
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Error);
  });

  it('reaches the upstream when it goes away in the middle of a stream', async () => {
    const { anthropic, model, closed } = await modelGateway(kind, { eventDelayMs: 30 });
    const messages: MessageParam[] = [{ role: 'user', content: 'many words '.repeat(500) }];
    const stream = await anthropic.messages.create({
      ...{ model, messages, max_tokens: 1000, stream: true },
    });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    expect(await closed).toBe(false);
  });
});

describe('the client of Anthropic', () => {
  it('gets a whole message of a provider that ends its stream without a mark', async () => {
    const { first, rest } = STREAMS.openAI;
    const { anthropic, model } = await oddGateway('openAI', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${first}${rest}`.replace('data: [DONE]\n\n', ''));
    });
    const message = await anthropic.messages.stream({ model, ...ASKED }).finalMessage();
    expect(message).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'first last' }],
    });
  });

  it('gets the list of models', async () => {
    const { anthropic } = await modelGateway('anthropic', { models: ['one', 'two'] });
    const { data } = await anthropic.models.list();
    expect(data.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it('lets Claude think, and shows what it thought', async () => {
    const { anthropic, model } = await modelGateway('anthropic');
    const message = await anthropic.messages.create({
      ...{ model, messages: HELLO, max_tokens: 4096 },
      thinking: { type: 'enabled', budget_tokens: 2048 },
    });
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
  });
});
