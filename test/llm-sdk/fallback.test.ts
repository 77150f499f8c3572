import { describe, expect, it } from 'vitest';
import type { LlmOptions } from '../../apps/upstreams/llm-options';
import { drained, gatewayWithFallback, MODELS } from './model-gateway';

const ASKED = {
  model: MODELS.openAI,
  messages: [{ role: 'user' as const, content: 'hello there' }],
};

describe('a client of OpenAI, where OpenAI fails', () => {
  it('is answered by Claude in the same request, in its own form', async () => {
    const options: { openAI: LlmOptions; anthropic: LlmOptions } = {
      openAI: { failWith: 503 },
      anthropic: {},
    };
    const { openai, gateway } = await gatewayWithFallback(options);
    const answer = await openai.chat.completions.create(ASKED);
    expect(answer).toMatchObject({
      ...{ object: 'chat.completion', model: MODELS.anthropic },
      choices: [{ message: { content: 'You said: hello there' }, finish_reason: 'stop' }],
    });
    const stream = await openai.chat.completions.create({ ...ASKED, stream: true });
    const { parts, error } = await drained(stream);
    expect(error).toBeUndefined();
    expect(parts.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(
      'You said: hello there',
    );
    const lines = await gateway.logged(2);
    for (const line of lines) expect(line).toContain('gen_ai.provider.name=anthropic');
    expect(lines.map((line) => line.includes('retry.attempt=1'))).toEqual([true, false]);
  });

  it('gets the error of the last that was asked where all fail', async () => {
    const { openai } = await gatewayWithFallback({
      openAI: { failWith: 503 },
      anthropic: { failWith: 500 },
    });
    await expect(openai.chat.completions.create(ASKED)).rejects.toMatchObject({ status: 500 });
  });

  it('gets 400 for what Claude does not serve, counted for no provider where none was asked', async () => {
    const { openai, gateway } = await gatewayWithFallback({
      openAI: { failWith: 503 },
      anthropic: {},
    });
    const asked = { model: 'text-embedding-3-small', input: 'hello' };
    for (let i = 0; i < 2; i++) {
      await expect(openai.embeddings.create(asked)).rejects.toMatchObject({ status: 400 });
    }
    const [tried, untried] = await gateway.logged(2);
    expect(tried).toMatch(/ endpoint=127\.0\.0\.1:\d+ .* retry\.attempt=1 /);
    expect(untried).not.toContain('endpoint=');
    const counted = (await gateway.metrics.exposition())
      .split('\n')
      .filter((line) => line.startsWith('agentgateway_requests_total{'));
    expect(counted.map((line) => /backend="([^"]*)"/.exec(line)?.[1]).sort()).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'unknown',
    ]);
  });
});
