import { describe, expect, it } from 'vitest';
import { llmLogFields } from '../../lib/llm/log-fields';
import { seenInRequest } from '../../lib/llm/request-seen';

const line = (call: Parameters<typeof llmLogFields>[0]) =>
  llmLogFields(call).map(([name, value]) => `${name}=${value}`);

describe('the log line of a call', () => {
  it('tells what was asked and what it cost, in order', () => {
    const request = seenInRequest('completions', 'openai', {
      model: 'gpt-5',
      stream: true,
      temperature: 0.5,
      top_p: 1,
      max_tokens: 9,
      seed: 3,
      presence_penalty: 0,
    });
    const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, reasoningTokens: 2 };
    const response = { model: 'gpt-5-2025', usage, firstTokenAt: 1250 };
    expect(line({ request, response, times: { startedAt: 1000, finishedAt: 1650 } })).toEqual([
      'gen_ai.operation.name=chat',
      'gen_ai.provider.name=openai',
      'gen_ai.request.model=gpt-5',
      'gen_ai.response.model=gpt-5-2025',
      'gen_ai.usage.input_tokens=10',
      'gen_ai.usage.cache_read.input_tokens=4',
      'gen_ai.usage.output_tokens=5',
      'gen_ai.usage.reasoning_tokens=2',
      'agw.ai.time_to_first_token=0.25',
      'agw.ai.time_per_output_token=0.1',
      'gen_ai.request.temperature=0.5',
      'gen_ai.request.top_p=1',
      'gen_ai.request.max_tokens=9',
      'gen_ai.request.presence_penalty=0',
      'gen_ai.request.seed=3',
    ]);
  });

  it('leaves out what nobody told', () => {
    const request = seenInRequest('embeddings', 'openai', { model: 'e', temperature: 'hot' });
    const times = { startedAt: 0, finishedAt: 0 };
    expect(line({ request, response: { usage: {} }, times })).toEqual([
      'gen_ai.operation.name=embeddings',
      'gen_ai.provider.name=openai',
      'gen_ai.request.model=e',
    ]);
  });
});
