import { describe, expect, it } from 'vitest';
import { GOLDENS, golden, objectWith, verdictOn } from './verdict';

describe.each(GOLDENS)('the verdict on %s', (name) => {
  const file = golden(name);
  it.each(file.cases.map((entry) => [entry.case, entry] as const))('%s', (_, entry) => {
    expect(verdictOn(objectWith(file, entry.spec))).toEqual(entry.findings ?? []);
  });
});

describe('the matches of a route', () => {
  function routeWith(...amounts: number[]): unknown {
    const rules = amounts.map((amount) => ({
      matches: Array.from({ length: amount }, (_, index) => ({ path: { value: `/${index}` } })),
    }));
    return objectWith(golden('http-route'), { rules: [...rules, { name: 'everything' }] });
  }

  it('may be 128 together, one of a rule without any included', () => {
    expect(verdictOn(routeWith(64, 63))).toEqual([]);
    expect(verdictOn(routeWith(64, 64))).toEqual([
      'Invalid spec.rules: the rules have more than 128 matches together (spread them over several routes)',
    ]);
  });

  it('may be 64 in one rule', () => {
    expect(verdictOn(routeWith(65))).toEqual([
      'TooMany spec.rules[0].matches: has 65 entries; 64 fit here',
    ]);
  });
});
