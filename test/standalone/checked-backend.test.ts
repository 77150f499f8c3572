import { describe, expect, it } from 'vitest';
import { isChecked } from '../../lib/standalone/checked-backend';

const closed = { extAuthz: { host: 'authz.test:80' } };
const open = { extAuthz: { host: 'authz.test:80', failureMode: 'allow' } };
const busy = { extAuthz: { host: 'authz.test:80', failureMode: { denyWithStatus: 503 } } };

describe('a backend is checked by the strongest of its policies', () => {
  it.each([
    ['none says so', [], false],
    ['none says so, in several', [{}, undefined, 'odd'], false],
    ['it refuses when nobody answers', [closed], true],
    ['it refuses with another status', [busy], true],
    ['it lets pass when nobody answers', [open], false],
    ['a stronger one lets pass', [closed, open], false],
    ['a stronger one refuses', [open, closed], true],
    ['the stronger ones say nothing of it', [closed, {}, { extAuthz: null }], true],
  ])('%s', (_, levels, checked) => {
    expect(isChecked(levels)).toBe(checked);
  });
});
