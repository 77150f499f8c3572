import { describe, expect, it } from 'vitest';
import { expressionFaults } from '../../lib/standalone/expression-faults';

const hints = (text: string) =>
  expressionFaults(text, { phase: 'response', use: 'value' }).map(({ hint }) => hint);

describe('a time that stands where an expression must', () => {
  it.each(['5m', '1h30m', '250ms'])('is shown as one: %s', (text) => {
    expect(hints(text)).toEqual([`write \`duration("${text}")\``]);
  });

  it.each(['5 m', '5x', '5m+'])('is none: %s', (text) => {
    expect(hints(text)).toEqual([undefined]);
  });
});
