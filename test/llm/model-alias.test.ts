import { describe, expect, it } from 'vitest';
import { modelAliases } from '../../lib/llm/model-alias';

describe('the model that', () => {
  const meant = modelAliases({
    fast: 'gpt-5-mini',
    'claude-*': 'claude-haiku-4-5',
    'claude-*-4': 'claude-sonnet-4',
    '*-turbo*x': 'turbo',
    '*': 'gpt-5',
  });

  it.each([
    ['fast', 'gpt-5-mini'],
    ['claude-opus-4', 'claude-sonnet-4'],
    ['claude-opus-5', 'claude-haiku-4-5'],
    ['claude-', 'claude-haiku-4-5'],
    ['gpt-turbo-16kx', 'turbo'],
    ['-turbox', 'turbo'],
    ['-turbo', 'gpt-5'],
    ['', 'gpt-5'],
  ])('%j means is %s', (name, model) => {
    expect(meant(name)).toBe(model);
  });

  it('nobody means is itself', () => {
    expect(modelAliases({ a: 'b' })('constructor')).toBe('constructor');
    expect(modelAliases()('x')).toBe('x');
    expect(modelAliases({ 'ab*ba': 'x' })('aba')).toBe('aba');
  });

  it('a hostile name means is found without trying every way', () => {
    const many = modelAliases({ [`${'a*'.repeat(30)}b`]: 'x' });
    expect(many(`${'a'.repeat(100_000)}c`)).toHaveLength(100_001);
  });
});
