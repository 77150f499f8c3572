import { expect, it } from 'vitest';
import { readSettings } from '../../apps/upstreams/llm-settings';

it('a stand-in for a provider may be told to fail, to be slow and to break off', () => {
  expect(readSettings(['failWith=503', 'eventDelayMs=200', 'cutAfterEvents=0'])).toEqual({
    failWith: 503,
    eventDelayMs: 200,
    cutAfterEvents: 0,
  });
  expect(readSettings([])).toEqual({});
});

it.each([
  'failWith=200',
  'failWith',
  'failWith=',
  'failwith=503',
  'key=1',
  'toString=1',
  'failWith=5e2',
])('%s is no setting', (setting) => {
  expect(() => readSettings([setting])).toThrow(
    `no setting: ${setting}; write one of failWith=400…599`,
  );
});
