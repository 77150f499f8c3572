import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  answers,
  type Behaviour,
  completes,
  fails,
  type LlmBenchOptions,
  llmGateway,
  OPENAI,
  streams,
} from './llm-gateway';

const HELLO = { model: 'gpt-x', messages: [{ role: 'user', content: 'hello' }] };

function anthropic(provider: object = { model: 'claude-x' }): Pick<LlmBenchOptions, 'ai'> {
  return { ai: { name: 'claude', provider: { anthropic: provider } } };
}

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x-1',
  content: [{ type: 'text', text: 'hi there' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 9, output_tokens: 3 },
};

describe('a chat completion', () => {
  it('reaches the provider at its own host with the configured key', async () => {
    const bench = llmGateway();
    const answer = await bench.ask(HELLO, { authorization: 'Bearer of-the-client' });
    expect([answer.status, answer.json]).toEqual([200, OPENAI.completion]);
    const [{ address, request }] = bench.tries;
    expect(address).toEqual({
      host: 'api.openai.com',
      port: 443,
      httpVersion: 'HTTP/1.1',
      tls: {},
    });
    expect(request.path).toBe('/v1/chat/completions');
    expect(request.fields).toEqual({
      host: 'api.openai.com',
      'content-type': 'application/json',
      authorization: 'Bearer sk-demo-not-a-key',
    });
    expect(request.json).toEqual(HELLO);
  });

  it('keeps every byte that nothing changes', async () => {
    const body = '{ "model":"gpt-x", "messages":[], "seed":12345678901234567890 }';
    const bench = llmGateway();
    await bench.ask(body);
    expect(bench.tries[0].request.body).toBe(body);
  });

  it('leaves a line that tells what it cost', async () => {
    const bench = llmGateway();
    await bench.ask({ ...HELLO, temperature: 0.5 });
    expect(bench.line).toBe(
      'protocol=llm gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=gpt-x ' +
        'gen_ai.response.model=gpt-x-2026 gen_ai.usage.input_tokens=9 gen_ai.usage.output_tokens=3 ' +
        'gen_ai.request.temperature=0.5 duration=0ms',
    );
    expect(bench.log[0]).toContain('endpoint=api.openai.com:443 ');
  });

  it('quotes models in the line that would forge another field', async () => {
    const bench = llmGateway();
    await bench.ask({ ...HELLO, model: 'gpt jwt.sub=admin' });
    expect(bench.line).toContain('gen_ai.request.model="gpt jwt.sub=admin" ');
  });

  it('leaves out of the line what the configuration removes', async () => {
    const accessLog = { remove: ['gen_ai.request.model', 'protocol'] };
    const bench = llmGateway({ config: { frontendPolicies: { accessLog } } });
    await bench.ask(HELLO);
    expect(bench.log[0]).not.toMatch(/gen_ai\.request\.model|protocol=/);
    expect(bench.log[0]).toContain('gen_ai.response.model=gpt-x-2026');
  });

  it('has the headers of the provider, but for those of its connection', async () => {
    const script = [
      answers(200, JSON.stringify(OPENAI.completion), [
        ...['content-type', 'application/json', 'X-Request-Id', 'req_1'],
        ...['x-ratelimit-remaining-tokens', '99', 'connection', 'x-hop', 'x-hop', '1'],
      ]),
    ];
    const { fields } = await llmGateway({ script }).ask(HELLO);
    expect(fields).toEqual({
      'content-type': 'application/json',
      'x-request-id': 'req_1',
      'x-ratelimit-remaining-tokens': '99',
      'content-length': String(JSON.stringify(OPENAI.completion).length),
    });
  });

  it('is unpacked where the provider packs it unasked, and says how long it is then', async () => {
    const json = JSON.stringify(OPENAI.completion);
    const packed = answers(200, gzipSync(json), ['content-encoding', 'gzip', 'etag', '"x"']);
    const bench = llmGateway({ script: [packed] });
    const answer = await bench.ask(HELLO);
    expect(answer.text).toBe(json);
    expect(answer.fields).toEqual({ 'content-length': String(json.length) });
    expect(bench.line).toContain('gen_ai.usage.output_tokens=3');
  });
});

describe('what is wrong with a request', () => {
  const text = 'failed to process LLM request: ';

  it.each<
    [name: string, body: unknown, headers: Record<string, string>, status: number, said: string]
  >([
    ['no JSON', 'hello', {}, 400, 'failed to parse request: the body is not JSON'],
    ['nothing at all', '', {}, 400, 'failed to parse request: the body is not JSON'],
    ['no messages', { model: 'm' }, {}, 400, 'failed to parse request: missing field `messages`'],
    ['no model', { messages: [] }, {}, 400, 'missing field: model not specified'],
    ['packed', HELLO, { 'content-encoding': 'br' }, 415, 'unsupported content encoding: br'],
    ['too long', { ...HELLO, x: 'x'.repeat(2000) }, {}, 413, 'request was too large'],
  ])('%s', async (_name, body, headers, status, said) => {
    const bench = llmGateway({ config: { frontendPolicies: { http: { maxBufferSize: 1000 } } } });
    const answer = await bench.ask(body, headers);
    expect([answer.status, answer.text]).toEqual([status, `${text}${said}`]);
    expect(answer.fields['content-type']).toBe('text/plain');
    expect(bench.tries).toEqual([]);
    expect(bench.line).toBe(
      `protocol=llm error=${JSON.stringify(`${text}${said}`)} reason=Internal duration=0ms`,
    );
  });

  it('a question that the provider cannot be asked names both', async () => {
    const bench = llmGateway({ ...anthropic(), ...routed({ '*': 'embeddings' }, 'anthropic') });
    const answer = await bench.ask({ model: 'm', input: 'x' });
    expect([answer.status, answer.text]).toEqual([
      400,
      `${text}unsupported conversion: from embeddings to provider anthropic`,
    ]);
  });
});

function routed(routes: object, kind = 'openAI'): Pick<LlmBenchOptions, 'ai'> {
  return { ai: { name: 'p', provider: { [kind]: {} }, policies: { ai: { routes } } } };
}

describe('what is wrong with an answer', () => {
  it.each<[name: string, behaviour: Behaviour, status: number, said: string]>([
    [
      'no JSON',
      answers(200, 'oops'),
      503,
      'failed to parse response: the body is not a JSON object',
    ],
    ['too long', answers(200, 'x'.repeat(2000)), 502, 'response was too large'],
    [
      'damaged',
      answers(200, 'no gzip', ['content-encoding', 'gzip']),
      502,
      'the response cannot be unpacked',
    ],
    [
      'larger once unpacked',
      answers(200, gzipSync('x'.repeat(100_000)), ['content-encoding', 'gzip']),
      502,
      'the response cannot be unpacked',
    ],
  ])('%s', async (_name, behaviour, status, said) => {
    const bench = llmGateway({
      script: [behaviour],
      config: { frontendPolicies: { http: { maxBufferSize: 1000 } } },
    });
    const answer = await bench.ask(HELLO);
    expect([answer.status, answer.text]).toEqual([
      status,
      `failed to process LLM response: ${said}`,
    ]);
    expect(bench.line).toContain('gen_ai.request.model=gpt-x error="failed to process LLM resp');
  });

  it('an error of the provider passes as it came', async () => {
    const body = '{"error":{"message":"no such model","type":"invalid_request_error"}}';
    const bench = llmGateway({ script: [answers(404, body)] });
    const answer = await bench.ask(HELLO);
    expect([answer.status, answer.text]).toEqual([404, body]);
    expect(bench.line).not.toContain('error=');
  });

  it('an error of another format is told in that of the client', async () => {
    const body = '{"type":"error","error":{"type":"overloaded_error","message":"busy"}}';
    const bench = llmGateway({
      ...anthropic(),
      script: [answers(529, body, ['content-type', 'application/json', 'etag', '"x"'])],
    });
    const answer = await bench.ask(HELLO);
    expect(answer.status).toBe(529);
    expect(answer.json).toMatchObject({ error: { message: 'busy' } });
    expect(answer.fields).toEqual({
      'content-type': 'application/json',
      'content-length': String(answer.text.length),
    });
  });

  it('no answer at all is one of the gateway, without the address of the provider', async () => {
    const bench = llmGateway({ script: [fails('connect')] });
    const answer = await bench.ask(HELLO);
    expect([answer.status, answer.text]).toEqual([503, 'upstream call failed: connection refused']);
    expect(bench.line).toContain('reason=UpstreamFailure');
  });
});

describe('Claude for clients of OpenAI', () => {
  it('is asked at its own path, with its own headers, and answers in theirs', async () => {
    const bench = llmGateway({ ...anthropic(), script: [completes(MESSAGE)] });
    const answer = await bench.ask(HELLO, {
      authorization: 'Bearer of-the-client',
      origin: 'https://app.example.com',
    });
    const { path, fields, json } = bench.tries[0].request;
    expect(path).toBe('/v1/messages');
    expect(fields).toEqual({
      host: 'api.anthropic.com',
      'content-type': 'application/json',
      'x-api-key': 'sk-demo-not-a-key',
      'anthropic-version': '2023-06-01',
    });
    expect(json).toMatchObject({
      model: 'claude-x',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
    });
    expect(answer.json).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'hi there' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
    });
    expect(bench.line).toContain(
      'gen_ai.provider.name=anthropic gen_ai.request.model=claude-x gen_ai.response.model=claude-x-1 ',
    );
  });

  it('counts tokens by itself for a provider that cannot', async () => {
    const bench = llmGateway(routed({ '*': 'anthropicTokenCount' }));
    const answer = await bench.ask(HELLO, {}, { path: '/v1/messages/count_tokens' });
    expect([answer.status, answer.fields['content-type']]).toEqual([200, 'application/json']);
    expect(answer.json).toEqual({ input_tokens: expect.any(Number) });
    expect(bench.tries).toEqual([]);
  });
});

describe('paths', () => {
  const routes = {
    '/v1/chat/completions': 'completions',
    '/v1/images/generations': 'detect',
    '/v1/models': 'models',
    '/v1/realtime': 'realtime',
    '*': 'passthrough',
  };

  it('that nothing is known of pass as they are, and so do their answers', async () => {
    const bench = llmGateway({ ...routed(routes), script: [answers(200, 'no JSON', ['a', 'b'])] });
    const answer = await bench.ask('bytes', { 'accept-encoding': 'br' }, { path: '/v1/files?a=b' });
    const { path, body, fields } = bench.tries[0].request;
    expect([path, body]).toEqual(['/v1/files?a=b', 'bytes']);
    expect(fields).toMatchObject({
      'accept-encoding': 'br',
      'content-length': '5',
      authorization: 'Bearer sk-demo-not-a-key',
    });
    expect([answer.text, answer.fields]).toEqual(['no JSON', { a: 'b', 'content-length': '7' }]);
    expect(bench.line).toBe('protocol=llm duration=0ms');
  });

  it('that nothing is known of pass however long what is sent there is', async () => {
    const bench = llmGateway({
      ...routed(routes),
      config: { frontendPolicies: { http: { maxBufferSize: 1000 } } },
      script: [answers(200, 'x'.repeat(5000))],
    });
    const { status, text } = await bench.ask('y'.repeat(5000), {}, { path: '/v1/files' });
    expect([status, text.length, bench.tries[0].request.body.length]).toEqual([200, 5000, 5000]);
  });

  it('of models are not served', async () => {
    const bench = llmGateway(routed(routes));
    const answer = await bench.ask('', {}, { path: '/v1/models', method: 'GET' });
    expect([answer.status, answer.json]).toEqual([
      501,
      { error: "Route 'Models' not implemented" },
    ]);
    expect(answer.fields['content-type']).toBe('application/json');
  });

  it('of unknown formats are looked into, and longer answers than may be kept pass too', async () => {
    const image = { data: [{ b64_json: 'x'.repeat(5000) }], usage: { total_tokens: 7 } };
    const bench = llmGateway({
      ...routed(routes),
      script: [
        completes({ ...image, usage: { input_tokens: 4, output_tokens: 3 } }),
        completes(image),
      ],
      config: { frontendPolicies: { http: { maxBufferSize: 5070 } } },
    });
    const path = '/v1/images/generations';
    const first = await bench.ask({ model: 'image-x', prompt: 'a cat' }, {}, { path });
    expect([first.status, first.text.length > 5000]).toEqual([200, true]);
    expect(bench.line).not.toContain('gen_ai.usage.input_tokens');
    const second = await bench.ask({ model: 'image-x', prompt: 'a cat' }, {}, { path });
    expect(second.json).toEqual(image);
    expect(bench.line).toContain('gen_ai.request.model=image-x ');
  });

  it('of web sockets are switched, with the credential', async () => {
    const switches: Behaviour = (handler) => {
      handler.onStart(() => {});
      handler.onUpgrade(101, ['upgrade', 'websocket'], { destroy: () => {} });
    };
    const bench = llmGateway({ ...routed(routes), script: [switches] });
    const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
    const answer = await bench.ask('', upgrade, {
      path: '/v1/realtime?model=gpt-r',
      method: 'GET',
    });
    expect(answer.status).toBe(101);
    expect(bench.tries[0].request).toMatchObject({
      path: '/v1/realtime?model=gpt-r',
      upgrade: 'websocket',
      fields: { authorization: 'Bearer sk-demo-not-a-key' },
    });
  });
});

describe('a stream', () => {
  const STREAM = { ...HELLO, stream: true };
  const part = (content: string) =>
    `data: ${JSON.stringify({ model: 'gpt-x-2026', choices: [{ delta: { content } }] })}\n\n`;
  const usage = `data: ${JSON.stringify({ model: 'gpt-x-2026', choices: [], usage: OPENAI.completion.usage })}\n\n`;
  const done = 'data: [DONE]\n\n';

  it('passes piece by piece, asks for its cost, and is logged when it ends', async () => {
    const upstream = streams();
    const bench = llmGateway({ script: [upstream.behaviour] });
    const answer = bench.ask(STREAM, {}, { onReply: (reply) => upstream.to(reply) });
    await upstream.started;
    expect(bench.tries[0].request.json).toEqual({
      ...STREAM,
      stream_options: { include_usage: true },
    });
    bench.clock = 20;
    upstream.send(part('hi'));
    expect(upstream.reply.chunks).toEqual([part('hi')]);
    bench.clock = 60;
    upstream.send(part(' there').slice(0, 10));
    upstream.send(part(' there').slice(10) + usage + done);
    expect(bench.log).toEqual([]);
    upstream.end();
    const { status, fields, text } = await answer;
    expect([status, fields]).toEqual([200, { 'content-type': 'text/event-stream' }]);
    expect(text).toBe(part('hi') + part(' there') + usage + done);
    expect(bench.line).toContain(
      'gen_ai.usage.output_tokens=3 agw.ai.time_to_first_token=0.02 agw.ai.time_per_output_token=0.02 duration=60ms',
    );
  });

  it('that breaks off does not look whole', async () => {
    const upstream = streams();
    const bench = llmGateway({ script: [upstream.behaviour], route: { retry: RETRY } });
    const answer = bench.ask(STREAM);
    await upstream.started;
    upstream.send(part('hi'));
    upstream.break();
    expect(await answer).toMatchObject({ aborted: true, text: part('hi') });
    expect(bench.tries).toHaveLength(1);
    expect(bench.line).toContain(
      'error="upstream call failed: connection closed" reason=UpstreamFailure',
    );
  });

  it('ends upstream when the client goes away', async () => {
    const upstream = streams();
    const bench = llmGateway({ script: [upstream.behaviour] });
    const answer = bench.ask(STREAM, {}, { onReply: (reply) => upstream.to(reply) });
    await upstream.started;
    upstream.send(part('hi'));
    upstream.reply.leave();
    await answer;
    expect(upstream.aborted).toBe(true);
    expect(bench.line).toContain('gen_ai.response.model=gpt-x-2026');
    expect(bench.line).toContain('error="the client closed the connection"');
  });

  it('waits for a slow client', async () => {
    const upstream = streams();
    const bench = llmGateway({ script: [upstream.behaviour] });
    const answer = bench.ask(STREAM, {}, { onReply: (reply) => upstream.to(reply) });
    await upstream.started;
    upstream.reply.takesMore = false;
    expect(upstream.send(part('hi'))).toBe(false);
    expect(upstream.resumed).toBe(0);
    upstream.reply.drain();
    expect(upstream.resumed).toBe(1);
    upstream.end();
    await answer;
  });

  it('of Claude is told in the events of OpenAI', async () => {
    const upstream = streams();
    const bench = llmGateway({ ...anthropic(), script: [upstream.behaviour] });
    const answer = bench.ask(STREAM, {}, { onReply: (reply) => upstream.to(reply) });
    await upstream.started;
    const event = (type: string, fields: object) =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
    upstream.send(event('message_start', { message: { ...MESSAGE, content: [] } }));
    const delta = { index: 0, delta: { type: 'text_delta', text: 'hi' } };
    upstream.send(event('content_block_delta', delta));
    expect(upstream.reply.chunks.join('')).toContain('"content":"hi"');
    upstream.send(
      event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } }),
    );
    upstream.send(event('message_stop', {}));
    upstream.end();
    const { text, fields } = await answer;
    expect(fields).toEqual({ 'content-type': 'text/event-stream' });
    expect(text.endsWith(done)).toBe(true);
    expect(bench.line).toContain('gen_ai.usage.input_tokens=9 gen_ai.usage.output_tokens=3');
  });

  it('with an event that is too large ends with an error instead of a gap', async () => {
    const upstream = streams();
    const bench = llmGateway({ ...anthropic(), script: [upstream.behaviour] });
    const answer = bench.ask(STREAM);
    await upstream.started;
    upstream.send(`data: ${'x'.repeat(5 * 1024 * 1024)}\n\n`);
    const { text, aborted } = await answer;
    expect(text).toContain('an event of the stream was too large');
    expect(text).not.toContain('[DONE]');
    expect([aborted, upstream.aborted]).toEqual([false, true]);
    expect(bench.line).toContain('error="failed to process LLM response: an event');
  });

  it('of Claude that ends before its answer does ends with an error', async () => {
    const upstream = streams();
    const bench = llmGateway({ ...anthropic(), script: [upstream.behaviour] });
    const answer = bench.ask(STREAM);
    await upstream.started;
    upstream.send(`data: ${JSON.stringify({ type: 'message_start', message: MESSAGE })}\n\n`);
    upstream.end();
    const { text } = await answer;
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
    expect(bench.line).toContain('error="failed to process LLM response: the stream ended before');
  });

  it('that was asked for and refused is an error as a whole', async () => {
    const bench = llmGateway({
      ...anthropic(),
      script: [answers(429, '{"error":{"message":"slow down"}}')],
    });
    const answer = await bench.ask(STREAM);
    expect([answer.status, answer.fields['content-type']]).toEqual([429, 'application/json']);
    expect(answer.json).toMatchObject({ error: { message: 'slow down' } });
  });
});

const RETRY = { attempts: 2, codes: [503] };
