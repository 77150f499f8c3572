import { describe, expect, it } from 'vitest';
import { llmGateway, OPENAI } from './llm-gateway';

const HELLO = { model: 'gpt-x', messages: [{ role: 'user', content: 'hello' }] };

describe('a chat completion', () => {
  it('reaches the provider at its own host with the configured key', async () => {
    const bench = llmGateway();
    const answer = await bench.ask(HELLO, { authorization: 'Bearer of-the-client' });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(OPENAI.completion);
    const [{ address, request }] = bench.tries;
    expect(address).toEqual({
      host: 'api.openai.com',
      port: 443,
      httpVersion: 'HTTP/1.1',
      tls: {},
    });
    expect(request.path).toBe('/v1/chat/completions');
    expect(request.fields).toMatchObject({
      host: 'api.openai.com',
      authorization: 'Bearer sk-demo-not-a-key',
    });
    expect(request.json).toEqual(HELLO);
  });
});
