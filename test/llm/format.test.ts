import { describe, expect, it } from 'vitest';
import { ROUTER_ROUTES, routeFinder } from '../../lib/llm/format';

describe('a path', () => {
  it.each([
    ['/v1/chat/completions', 'completions'],
    ['/openai/v1/chat/completions', 'completions'],
    ['/v1/messages', 'messages'],
    ['/v1/messages/count_tokens', 'anthropicTokenCount'],
    ['/v1/projects/p/models/claude:rawPredict', 'messages'],
    ['/v1beta/models/gemini:streamGenerateContent', 'generateContent'],
    ['/v1beta/models/gemini:countTokens', 'geminiCountTokens'],
    ['/v1/responses', 'responses'],
    ['/v1/responses/compact', 'detect'],
    ['/v1/images/edits', 'detect'],
    ['/v1/embeddings', 'embeddings'],
    ['/v2/rerank', 'rerank'],
    ['/v1/models', 'models'],
    ['/v1/files', 'passthrough'],
    ['/', 'passthrough'],
  ])('%s means %s to a router', (path, route) => {
    expect(routeFinder(ROUTER_ROUTES)(path)).toBe(route);
  });

  it('is a chat completion where a backend has no map, and where its map says nothing', () => {
    expect(routeFinder()('/openai')).toBe('completions');
    expect(routeFinder({ '/v1/messages': 'messages' })('/openai')).toBe('completions');
  });

  it('goes to the longest suffix, and to the star last', () => {
    const find = routeFinder({
      '*': 'passthrough',
      messages: 'detect',
      '/v1/messages': 'messages',
    });
    expect(find('/v1/messages')).toBe('messages');
    expect(find('/v2/messages')).toBe('detect');
    expect(find('/v1/other')).toBe('passthrough');
  });
});
