import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LlmCall, prepareCall, readResponse, responseStream } from '../../lib/llm/call';
import type { LlmFormat, RouteType } from '../../lib/llm/format';
import { requestProblemText } from '../../lib/llm/problem';
import type { ProviderKind } from '../../lib/llm/provider';
import { sseEvent } from '../../lib/llm/sse';

const PAIRS: readonly (readonly [RouteType, ProviderKind])[] = [
  ['completions', 'openAI'],
  ['completions', 'anthropic'],
  ['messages', 'anthropic'],
  ['messages', 'openAI'],
  ['responses', 'openAI'],
  ['responses', 'gemini'],
  ['embeddings', 'gemini'],
  ['anthropicTokenCount', 'gemini'],
  ['detect', 'openAI'],
];
const TRANSLATED: typeof PAIRS = [
  ['completions', 'anthropic'],
  ['messages', 'openAI'],
  ['responses', 'gemini'],
];

const prepare = (route: RouteType, kind: ProviderKind, body: string | Uint8Array) =>
  prepareCall(
    { provider: { kind }, policy: { prompts: { prepend: [{ role: 'system', content: 'x' }] } } },
    { route, path: '/v1/x', query: '' },
    Buffer.from(body),
  );

function callOf(route: LlmFormat, kind: ProviderKind): LlmCall {
  const body = { model: 'm', max_tokens: 9, stream: true, input: 'x', messages: [] };
  const call = prepare(route, kind, JSON.stringify(body));
  if (!('path' in call)) throw new Error(JSON.stringify(call));
  return call;
}

/** Words that the formats know, so that generated values reach far into the code. */
const WORDS = [
  'model',
  'messages',
  'role',
  'content',
  'type',
  'text',
  'tool_calls',
  'tools',
  'function',
  'name',
  'arguments',
  'input',
  'system',
  'user',
  'assistant',
  'tool',
  'tool_use',
  'tool_result',
  'image',
  'image_url',
  'url',
  'source',
  'data',
  'base64',
  'choices',
  'message',
  'delta',
  'usage',
  'index',
  'finish_reason',
  'stop_reason',
  'error',
  'stream',
  'tool_choice',
  'stop',
  'max_tokens',
  'thinking',
  'content_block',
  'partial_json',
  'id',
  'input_tokens',
  'prompt_tokens',
  'message_start',
  'metadata',
  'content_block_start',
  'content_block_delta',
  'message_delta',
  'response_format',
  'json_schema',
  'output_config',
  'format',
  'schema',
  'reasoning_effort',
  'high',
  '__proto__',
  'constructor',
  'toString',
] as const;

const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<unknown>(...WORDS),
    fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 2 ** 60, '', 'data:image/png;base64,x'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom<string>(...WORDS), tie('value'), { maxKeys: 6 }),
  ),
}));
const object = fc.dictionary(fc.constantFrom<string>(...WORDS), anything, { maxKeys: 10 });

describe('a hostile client', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"model":'],
    ['a list', '[]'],
    ['a number', '7'],
    ['a mark before JSON', '\uFEFF{"model":"m"}'],
    ['bytes that are no text', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['a model twice', '{"model":"a","model":"b","messages":[]}'],
    ['a model that is a list', '{"model":["a"],"messages":[]}'],
    ['messages that are a text', '{"model":"a","messages":"hi"}'],
    ['no messages', '{"model":"a"}'],
    ['a model without a name', '{"model":"","messages":[]}'],
    ['a stream that is a text', '{"model":"a","messages":[],"stream":"yes"}'],
    ['a million open brackets', `{"model":"a","messages":${'['.repeat(1e6)}${']'.repeat(1e6)}}`],
  ])('that sends %s gets a 400', (_what, body) => {
    expect(prepare('completions', 'anthropic', body)).toMatchObject({ status: 400 });
  });

  it('learns what is wrong without an echo of its content', () => {
    const told = prepare('completions', 'openAI', '{"model":"a","secret-prompt":}');
    expect(requestProblemText(told as never)).toBe(
      'failed to process LLM request: failed to parse request: the body is not JSON',
    );
  });

  it('that nests deeply passes where nothing has to be written anew', () => {
    const body = `{"model":"a","messages":[],"x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`;
    const call = prepareCall(
      { provider: { kind: 'openAI' } },
      { route: 'completions', path: '/', query: '' },
      Buffer.from(body),
    );
    expect(String((call as LlmCall).body)).toBe(body);
  });

  it('cannot reach a prototype', () => {
    const body =
      '{"model":"a","__proto__":{"polluted":1},"messages":[{"role":"user","content":"x","__proto__":{"polluted":1}}]}';
    for (const [route, kind] of PAIRS) prepare(route, kind, body);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(prepare('completions', 'openAI', body)).toMatchObject({
      body: expect.stringContaining('"__proto__":{"polluted":1}'),
    });
  });

  it('never makes anything throw, whatever it sends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PAIRS), object, ([route, kind], fields) => {
        const body = JSON.stringify({ model: 'm', messages: [], input: 'x', ...fields });
        const prepared = prepare(route, kind, body);
        if ('path' in prepared && typeof prepared.body === 'string') JSON.parse(prepared.body);
        else if ('problem' in prepared) expect(prepared.status).toBe(400);
      }),
      { numRuns: 1000 },
    );
  });

  it('with ten megabytes is read in the time of a few', () => {
    const message = (n: number) =>
      JSON.stringify({ model: 'm', messages: [{ role: 'user', content: '\\"x'.repeat(n) }] });
    const timed = (body: string) => {
      const start = performance.now();
      for (const [route, kind] of TRANSLATED) prepare(route, kind, body);
      return performance.now() - start;
    };
    timed(message(100_000));
    const small = Math.max(timed(message(200_000)), 2);
    expect(timed(message(2_000_000)) / small).toBeLessThan(60);
  });
});

describe('a hostile provider', () => {
  const format = fc.constantFrom(...TRANSLATED) as fc.Arbitrary<readonly [LlmFormat, ProviderKind]>;

  it('never makes anything throw, whatever it answers', () => {
    fc.assert(
      fc.property(
        format,
        anything,
        fc.constantFrom(200, 400, 500),
        ([route, kind], value, status) => {
          const body = Buffer.from(JSON.stringify(value));
          const read = readResponse(callOf(route, kind), status, body, 0);
          if ('body' in read) JSON.parse(String(read.body));
          else expect(read.status).toBe(503);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never makes anything throw, whatever it streams, and the client gets events', () => {
    const types = fc.constantFrom(
      'message_start',
      'content_block_start',
      'content_block_delta',
      'message_delta',
      'content_block_stop',
    );
    const event = fc.tuple(types, object).map(([type, fields]) => ({ ...fields, type }));
    const data = fc.oneof(event, anything).map((value) => JSON.stringify(value));
    const junk = fc.constantFrom(
      'data: {"cut',
      'data: [DONE]\n\n',
      ': ping\n\n',
      '\u0000\n\n',
      'event: x\n\n',
    );
    const piece = fc.oneof(
      { weight: 5, arbitrary: data.map((text) => sseEvent('', text)) },
      { weight: 1, arbitrary: junk },
    );
    fc.assert(
      fc.property(format, fc.array(piece, { maxLength: 12 }), ([route, kind], pieces) => {
        const stream = responseStream(callOf(route, kind), () => 0);
        const written = [...pieces.map((text) => stream.push(Buffer.from(text))), stream.end()];
        for (const block of written.map(String).join('').split('\n\n').filter(Boolean)) {
          expect(block).toMatch(/^(event: [\w.]+\n)?data: (\{.*\}|\[DONE\])$/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('whose event is too large ends the stream with an error that the client reads', () => {
    const stream = responseStream(callOf('completions', 'anthropic'), () => 0);
    for (let i = 0; i < 80; i++) stream.push(Buffer.alloc(64 * 1024, 'x'));
    const told = String(stream.push(Buffer.from('\n\n')));
    expect(told).toContain('"error":{"message":"an event of the stream was too large"');
    expect(stream.broken).toBe('an event of the stream was too large');
    expect(stream.push(Buffer.from('data: {}\n\n'))).toHaveLength(0);
  });

  it('that ends a stream before its answer leaves the client in no doubt', () => {
    const stream = responseStream(callOf('messages', 'openAI'), () => 0);
    const first = { id: 'c', model: 'm', choices: [{ delta: { content: 'hi' } }] };
    const told = String(stream.push(Buffer.from(sseEvent('', JSON.stringify(first)))));
    expect(told).toContain('text_delta');
    expect(String(stream.end())).toContain('the stream ended before the answer did');
    expect(stream.broken).toBe('the stream ended before the answer did');
  });

  it('tells no counts but whole ones', () => {
    const usage = { prompt_tokens: -5, completion_tokens: '7', total_tokens: 1e300 };
    const body = Buffer.from(JSON.stringify({ choices: [], usage }));
    const read = readResponse(callOf('completions', 'openAI'), 200, body, 0);
    expect(JSON.parse(JSON.stringify(read)).seen).toEqual({ usage: {} });
  });
});
