import { describe, expect, it } from 'vitest';
import { VerifiedCache } from '../../lib/gateway/verified-cache';

describe('what was verified before', () => {
  it('is known until it expires, and not at that moment', () => {
    const cache = new VerifiedCache<string>(2);
    cache.set('a', 'alice', 100);
    expect(cache.get('a', 99)).toBe('alice');
    expect(cache.get('a', 100)).toBeUndefined();
    expect(cache.get('a', 99)).toBeUndefined();
  });

  it('goes when there is too much of it, the longest unused first', () => {
    const cache = new VerifiedCache<number>(3);
    for (const [i, key] of ['a', 'b', 'c'].entries()) cache.set(key, i, 100);
    cache.get('a', 0);
    cache.set('d', 3, 100);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key, 0))).toEqual([0, undefined, 2, 3]);
  });

  it('is forgotten when the keys change', () => {
    const cache = new VerifiedCache<string>(3);
    cache.set('a', 'alice', 100, 1);
    expect(cache.get('a', 0, 1)).toBe('alice');
    expect(cache.get('a', 0, 2)).toBeUndefined();
    expect(cache.get('a', 0, 1)).toBeUndefined();
  });

  it('is not kept where it was verified by keys of before', () => {
    const cache = new VerifiedCache<string>(3);
    cache.get('a', 0, 2);
    cache.set('a', 'alice', 100, 1);
    expect(cache.get('a', 0, 2)).toBeUndefined();
  });
});
