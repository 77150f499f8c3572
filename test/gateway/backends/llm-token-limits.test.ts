import { describe, expect, it } from 'vitest';
import {
  answers,
  completes,
  fails,
  type LlmBenchOptions,
  llmGateway,
  OPENAI,
  streams,
} from './llm-gateway';

const HELLO = { model: 'gpt-x', messages: [{ role: 'user', content: 'hello' }] };

/** What `OPENAI.completion` says that it has cost. */
const COST = OPENAI.completion.usage.total_tokens;

const MESSAGE = {
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [{ type: 'text', text: 'hi there' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 5, output_tokens: 5 },
};

function limitedTo(maxTokens: number, options: LlmBenchOptions = {}) {
  const limit = { maxTokens, tokensPerFill: maxTokens, fillInterval: '1m', type: 'tokens' };
  return llmGateway({ route: { localRateLimit: [limit] }, ...options });
}

async function statuses(bench: ReturnType<typeof llmGateway>, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push((await bench.ask(HELLO)).status);
  return found;
}

describe('a limit of tokens on a route to models', () => {
  it('lets in while one is left, and refuses before the provider is asked', async () => {
    const bench = limitedTo(2 * COST + 1);
    expect(await statuses(bench, 4)).toEqual([200, 200, 200, 429]);
    expect(bench.tries).toHaveLength(3);
    bench.clock = 60_000;
    expect(await statuses(bench, 1)).toEqual([200]);
  });

  it('answers as agentgateway does, and tells how much is left', async () => {
    const bench = limitedTo(COST);
    expect((await bench.ask(HELLO)).fields).not.toHaveProperty('x-ratelimit-limit');
    bench.clock = 20_000;
    const { status, text, fields } = await bench.ask(HELLO);
    expect([status, text]).toEqual([429, 'rate limit exceeded']);
    expect(fields).toMatchObject({
      'x-ratelimit-limit': String(COST),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '40',
    });
    expect(bench.log.at(-1)).toContain('reason=RateLimit');
  });

  it('counts what streams say that they have used', async () => {
    const events = [
      { choices: [{ index: 0, delta: { content: 'hi' } }] },
      { choices: [], usage: OPENAI.completion.usage },
    ].map((event) => `data: ${JSON.stringify(event)}\n\n`);
    const stream = answers(200, `${events.join('')}data: [DONE]\n\n`, [
      ...['content-type', 'text/event-stream'],
    ]);
    const bench = limitedTo(COST, { script: [stream] });
    const first = await bench.ask({ ...HELLO, stream: true });
    expect([first.status, (await bench.ask(HELLO)).status]).toEqual([200, 429]);
  });

  it('sets aside what a measured request will use at least', async () => {
    const ai = { name: 'openai', provider: { openAI: {} }, tokenize: true };
    const bench = limitedTo(4 * COST, { ai });
    const long = { ...HELLO, messages: [{ role: 'user', content: 'word '.repeat(1_000) }] };
    expect((await bench.ask(long)).status).toBe(429);
    expect(bench.tries).toHaveLength(0);
    expect((await bench.ask(HELLO)).status).toBe(200);
  });

  it('takes nothing for a call that failed', async () => {
    const bench = limitedTo(1, { script: [fails('connect'), answers(500, '{}'), completes()] });
    expect(await statuses(bench, 4)).toEqual([503, 500, 200, 429]);
  });

  it('lets tokens be counted whatever is left', async () => {
    const ai = { name: 'claude', provider: { anthropic: { model: 'claude-x' } } };
    const routes = { '/v1/messages/count_tokens': 'anthropicTokenCount', '*': 'completions' };
    const bench = limitedTo(1, {
      ai,
      policies: { ai: { routes }, backendAuth: { key: 'sk-demo-not-a-key' } },
      script: [answers(200, JSON.stringify(MESSAGE)), answers(200, '{"input_tokens":5}')],
    });
    await bench.ask(HELLO);
    expect((await bench.ask(HELLO)).status).toBe(429);
    const path = '/v1/messages/count_tokens';
    expect((await bench.ask(HELLO, {}, { path })).status).toBe(200);
  });

  it('holds together with one of requests, which is counted first', async () => {
    const minute = { maxTokens: 1, tokensPerFill: 1, fillInterval: '1m' };
    const localRateLimit = [
      { ...minute, type: 'tokens' },
      { ...minute, maxTokens: 3 },
    ];
    const bench = llmGateway({ route: { localRateLimit } });
    expect(await statuses(bench, 2)).toEqual([200, 429]);
    expect((await bench.ask(HELLO)).fields['x-ratelimit-limit']).toBe('3');
    expect((await bench.ask(HELLO)).fields['x-ratelimit-remaining']).toBe('0');
  });

  it.each([
    ['refused', answers(500, '{}')],
    ['not answered', fails('connect')],
  ])('gives back what was set aside for a request that was %s', async (_name, behaviour) => {
    const ai = { name: 'openai', provider: { openAI: {} }, tokenize: true };
    const bench = limitedTo(COST, { ai, script: [behaviour] });
    expect(await statuses(bench, 5)).not.toContain(429);
  });

  it.each([
    ['had told until then', false, [JSON.stringify({ usage: OPENAI.completion.usage })], COST],
    ['was set aside for, and what had come', true, Array(5).fill('{"choices":[]}'), 9 + 5],
    ['seems to have asked for, and what had come', false, Array(5).fill('{"choices":[]}'), 9 + 5],
  ])('takes what a stream that its client has left %s', async (_name, tokenize, events, cost) => {
    const costs = async (maxTokens: number) => {
      const upstream = streams();
      const bench = limitedTo(maxTokens, {
        ai: { name: 'openai', provider: { openAI: {} }, tokenize },
        script: [upstream.behaviour, completes()],
      });
      const answer = bench.ask({ ...HELLO, stream: true }, {}, { onReply: (r) => upstream.to(r) });
      await upstream.started;
      for (const event of events) upstream.send(`data: ${event}\n\n`);
      upstream.reply.leave();
      await answer;
      // What is measured needs as much again to be let in.
      return (await bench.ask(HELLO)).status;
    };
    expect(await costs(cost)).toBe(429);
    expect(await costs(cost + (tokenize ? 9 : 1))).toBe(200);
  });

  it('does not hold for what is passed on unread', async () => {
    const routes = { '*': 'passthrough' };
    const bench = limitedTo(1, {
      ai: { name: 'openai', provider: { openAI: {} }, policies: { ai: { routes } } },
    });
    expect(await statuses(bench, 3)).toEqual([200, 200, 200]);
  });
});
