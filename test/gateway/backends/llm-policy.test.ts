import { describe, expect, it } from 'vitest';
import { compiled, type LlmBenchOptions, llmGateway } from './llm-gateway';

const HELLO = { model: 'fast', messages: [{ role: 'user', content: 'hello' }] };

function withPolicy(ai: object, provider: object = { openAI: {} }): LlmBenchOptions {
  return { ai: { name: 'p', provider, policies: { ai } } };
}

/** What the provider gets of a request. */
async function sent(options: LlmBenchOptions, body: object = HELLO, headers = {}) {
  const bench = llmGateway(options);
  const answer = await bench.ask(body, headers);
  expect(answer.status).toBe(200);
  return bench.tries[0].request.json;
}

describe('what a configuration does to a request', () => {
  it.each<[name: string, options: LlmBenchOptions, body: object, sent: object]>([
    ['another model', withPolicy({}, { openAI: { model: 'gpt-x' } }), HELLO, { model: 'gpt-x' }],
    [
      'an alias',
      withPolicy({ modelAliases: { fast: 'small-1', 'f*': 'other' } }),
      HELLO,
      { model: 'small-1' },
    ],
    [
      'an alias of the model of the provider',
      withPolicy({ modelAliases: { 'gpt*': 'big-1' } }, { openAI: { model: 'gpt-x' } }),
      HELLO,
      { model: 'big-1' },
    ],
    [
      'defaults where the client says nothing',
      withPolicy({ defaults: { temperature: 0.1, seed: 7 } }),
      { ...HELLO, seed: 1 },
      { temperature: 0.1, seed: 1 },
    ],
    [
      'overrides whatever the client says',
      withPolicy({ overrides: { seed: 7 } }),
      { ...HELLO, seed: 1 },
      { seed: 7 },
    ],
    [
      'prompts around what the client says',
      withPolicy({
        prompts: {
          prepend: [{ role: 'system', content: 'be brief' }],
          append: [{ role: 'user', content: 'thanks' }],
        },
      }),
      HELLO,
      {
        messages: [
          { role: 'system', content: 'be brief' },
          ...HELLO.messages,
          { role: 'user', content: 'thanks' },
        ],
      },
    ],
    [
      'computed fields over the request',
      withPolicy({
        transformations: {
          max_tokens: 'min(llmRequest.max_tokens, 100)',
          user: 'request.headers["x-user"]',
          metadata: '{"from": [request.path, string(size(llmRequest.messages))]}',
        },
      }),
      { ...HELLO, max_tokens: 500 },
      {
        max_tokens: 100,
        user: 'alice',
        metadata: { from: ['/v1/chat/completions', '1'] },
      },
    ],
  ])('%s', async (_name, options, body, expected) => {
    expect(await sent(options, body, { 'x-user': 'alice' })).toEqual({ ...body, ...expected });
  });

  it('an expression that fails takes its field away', async () => {
    const options = withPolicy({ transformations: { user: 'llmRequest.nobody', seed: '1' } });
    expect(await sent(options, { ...HELLO, user: 'mallory' })).toEqual({ ...HELLO, seed: 1 });
  });

  it('final expressions see what the provider gets', async () => {
    const options = withPolicy(
      { finalTransformations: { max_tokens: 'llmRequest.max_tokens + 1' } },
      { anthropic: { model: 'claude-x' } },
    );
    const body = { ...HELLO, max_tokens: 10 };
    const bench = llmGateway(options);
    await bench.ask(body);
    expect(bench.tries[0].request.json).toMatchObject({ model: 'claude-x', max_tokens: 11 });
  });
});

describe('an expression that cannot run is refused', () => {
  const at = 'binds[0].listeners[0].routes[0].backends[0].ai.policies';

  it.each<[name: string, options: LlmBenchOptions, code: string, path: string]>([
    [
      'no syntax',
      withPolicy({ transformations: { user: '1 +' } }),
      'InvalidExpression',
      `${at}.ai.transformations.user`,
    ],
    [
      'the answer, before there is one',
      withPolicy({ transformations: { user: 'response.code' } }),
      'InvalidExpression',
      `${at}.ai.transformations.user`,
    ],
    [
      'what is not told',
      withPolicy({ finalTransformations: { user: 'llm.requestModel' } }),
      'Unsupported',
      `${at}.ai.finalTransformations.user`,
    ],
    [
      'the body of an answer that is not read',
      {
        ai: {
          name: 'p',
          provider: { openAI: {} },
          policies: { health: { unhealthyExpression: 'size(response.body) == 0' } },
        },
      },
      'Unsupported',
      `${at}.health.unhealthyExpression`,
    ],
  ])('%s', (_name, options, code, path) => {
    expect(compiled(options).diagnostics).toMatchObject([{ severity: 'error', code, path }]);
  });
});
