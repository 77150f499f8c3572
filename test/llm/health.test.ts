import { describe, expect, it } from 'vitest';
import {
  afterOutcome,
  chooseProvider,
  type EvictionPolicy,
  HEALTHY,
  isEvicted,
  isUnhealthyStatus,
  type ProviderHealth,
  restored,
  retryAfterMs,
} from '../../lib/llm/health';

const bad = (at: number, retryAfter?: number) => ({
  at,
  unhealthy: true,
  retryAfterMs: retryAfter,
});
const good = (at: number) => ({ at, unhealthy: false });

describe('an answer of a provider', () => {
  it.each([
    [200, false],
    [400, false],
    [401, false],
    [429, false],
    [500, true],
    [503, true],
    [undefined, true],
  ])('with status %s counts against it: %s', (status, unhealthy) => {
    expect(isUnhealthyStatus(status)).toBe(unhealthy);
  });

  it.each<[string, EvictionPolicy | undefined, number, number | undefined]>([
    ['nobody without a policy', undefined, 9, undefined],
    ['for three seconds at once', {}, 1, 3000],
    ['as long as the policy says', { durationMs: 500 }, 1, 500],
    ['not before enough came in a row', { consecutiveFailures: 3 }, 2, undefined],
    ['when enough came in a row', { consecutiveFailures: 3 }, 3, 3000],
    ['not while the score is good', { healthThreshold: 0.5 }, 2, undefined],
    ['when the score was bad already', { healthThreshold: 0.5 }, 3, 3000],
    ['when either says so', { healthThreshold: 0.5, consecutiveFailures: 2 }, 2, 3000],
    ['nobody when none in a row are enough', { consecutiveFailures: 0 }, 9, undefined],
  ])('leaves out %s', (_what, policy, answers, until) => {
    let health = HEALTHY;
    for (let i = 0; i < answers; i++) health = afterOutcome(health, bad(0), policy);
    expect(health.evictedUntil).toBe(until);
  });

  it('leaves out for as long as the provider asks where no policy says how long', () => {
    expect(afterOutcome(HEALTHY, bad(100, 45_000), {}).evictedUntil).toBe(45_100);
    expect(afterOutcome(HEALTHY, bad(100, 45_000), { durationMs: 5 }).evictedUntil).toBe(105);
  });

  it('leaves out longer each time until one is good', () => {
    const policy = { durationMs: 10 };
    const once = afterOutcome(HEALTHY, bad(0), policy);
    const twice = afterOutcome(once, bad(20), policy);
    expect(twice.evictedUntil).toBe(40);
    const well = afterOutcome(twice, good(50), policy);
    expect(afterOutcome(well, bad(60), policy).evictedUntil).toBe(70);
  });

  it('restores the score that the policy names when the time is over', () => {
    const policy = { durationMs: 10, restoreHealth: 0.2 };
    const evicted = afterOutcome(HEALTHY, bad(0), policy);
    expect(restored(evicted, 9, policy)).toBe(evicted);
    expect(restored(evicted, 10, policy)).toMatchObject({ score: 0.2, failures: 1 });
    expect(isEvicted(evicted, 9)).toBe(true);
    expect(isEvicted(evicted, 10)).toBe(false);
  });
});

describe('`Retry-After`', () => {
  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 1970 00:00:09 GMT', 8000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['9999999999', 86_400_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s means %s ms', (value, wait) => {
    expect(retryAfterMs(value, 1000)).toBe(wait);
  });
});

describe('the provider that is asked', () => {
  const out: ProviderHealth = { ...HEALTHY, evictedUntil: 100 };
  const weak: ProviderHealth = { ...HEALTHY, score: 0.1 };
  const sequence =
    (...numbers: number[]) =>
    () =>
      numbers.shift() ?? 0;

  it('is in the first group that has one', () => {
    expect(
      chooseProvider(
        [
          [out, out],
          [out, HEALTHY],
        ],
        50,
        sequence(),
      ),
    ).toEqual({ group: 1, index: 1 });
    expect(chooseProvider([[out], [HEALTHY]], 100, sequence())).toEqual({ group: 0, index: 0 });
  });

  it('is the healthier of two', () => {
    expect(chooseProvider([[weak, HEALTHY, weak]], 0, sequence(0, 0))).toMatchObject({ index: 1 });
    expect(chooseProvider([[weak, HEALTHY, weak]], 0, sequence(0.99, 0.99))).toMatchObject({
      index: 1,
    });
    expect(chooseProvider([[weak, HEALTHY, weak]], 0, sequence(0.99, 0))).toMatchObject({
      index: 2,
    });
  });

  it('is one of the first group where all are left out', () => {
    expect(chooseProvider([[out], [out]], 0, sequence())).toEqual({ group: 0, index: 0 });
    expect(chooseProvider([[], []], 0, sequence())).toBeUndefined();
  });
});
