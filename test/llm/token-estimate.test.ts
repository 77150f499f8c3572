import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../lib/llm/token-estimate';

const english = 'The quick brown fox jumps over the lazy dog and then it rests below a tree.';

describe('the estimate of tokens', () => {
  it('is near what a tokenizer counts', () => {
    // 17 tokens in o200k, and 4 for the message, 3 for the answer.
    const estimate = estimateTokens({ messages: [{ role: 'user', content: english }] });
    expect(Math.abs(estimate - 24)).toBeLessThanOrEqual(6);
  });

  it('is the same in every format', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: english }] }];
    const claudes = estimateTokens({ system: english, messages });
    const chat = estimateTokens({ messages: [{ role: 'system', content: english }, ...messages] });
    const responses = estimateTokens({ instructions: english, input: english });
    expect(new Set([claudes, chat, responses]).size).toBe(1);
  });

  it('counts letters of other scripts for more', () => {
    const of = (content: string) => estimateTokens({ messages: [{ content }] });
    expect(of('漢字漢字漢字漢字')).toBeGreaterThan(of('abcdefgh'));
  });

  it('of what is no conversation is small', () => {
    expect(estimateTokens({ messages: 'x', input: 7, system: null })).toBe(3);
  });
});
