import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { toGatewayDuration } from '../../lib/constructs/duration';

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** What a reader of Gateway API's grammar understands. */
function read(text: string): number {
  expect(text).toMatch(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/);
  const groups = [...text.matchAll(/(\d+)(ms|[hms])/g)];
  return groups.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit], 0);
}

describe('a duration', () => {
  it.each([
    [Duration.millis(0), '0s'],
    [Duration.millis(250), '250ms'],
    [Duration.seconds(90), '1m30s'],
    [Duration.minutes(1.5), '1m30s'],
    [Duration.days(1), '24h'],
    [Duration.millis(3_723_004), '1h2m3s4ms'],
  ])('is written in the grammar of Gateway API: %s', (duration, text) => {
    expect(toGatewayDuration(duration, 'request')).toBe(text);
  });

  it('keeps every whole millisecond', () => {
    for (let millis = 1; millis < 360_000_000_000; millis = Math.ceil(millis * 1.7) + 1)
      if (millis <= 99_999 * UNITS.h)
        expect(read(toGatewayDuration(Duration.millis(millis), 'request'))).toBe(millis);
  });

  it.each([Duration.millis(0.5), Duration.hours(100_000), Duration.millis(Number.NaN)])(
    'is refused where the grammar cannot say it: %s',
    (duration) => {
      expect(() => toGatewayDuration(duration, 'request')).toThrow(
        'request must be whole milliseconds and at most 99999 hours',
      );
    },
  );
});
