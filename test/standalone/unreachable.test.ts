import { describe, expect, it } from 'vitest';
import type { RouteMatch } from '../../lib/standalone/document';
import { unreachableMatches } from '../../lib/standalone/unreachable';

const ADMIN: RouteMatch = { path: { regex: '/admin/.*' } };
const EVERYTHING: RouteMatch = { path: { pathPrefix: '/' } };

function found(routes: Record<string, { hostnames?: string[]; matches: RouteMatch[] }>): string[] {
  const named = Object.entries(routes).map(([name, { hostnames = [], matches }]) => ({
    name,
    hostnames,
    matches,
  }));
  return unreachableMatches(named).map(
    ({ route, match, by }) => `${route.name}[${match}] by ${by.name}`,
  );
}

describe('a regular expression that no request finds', () => {
  it('since another route takes every path of the same hosts', () => {
    expect(
      found({
        admin: { matches: [{ path: { exact: '/a' } }, ADMIN] },
        rest: { matches: [EVERYTHING] },
      }),
    ).toEqual(['admin[1] by rest']);
  });

  it('also where the other route has no path at all', () => {
    const hostnames = ['a.test', '*.b.test'];
    expect(
      found({ admin: { hostnames, matches: [ADMIN] }, rest: { hostnames, matches: [{}] } }),
    ).toEqual(['admin[0] by rest']);
  });
});

describe('a regular expression that some request finds', () => {
  it.each<[string, Parameters<typeof found>[0]]>([
    [
      'beside a narrower prefix',
      { admin: { matches: [ADMIN] }, rest: { matches: [{ path: { pathPrefix: '/x' } }] } },
    ],
    [
      'where the other asks for a method',
      { admin: { matches: [ADMIN] }, rest: { matches: [{ ...EVERYTHING, method: 'GET' }] } },
    ],
    [
      'at a host of its own',
      { admin: { hostnames: ['a.test'], matches: [ADMIN] }, rest: { matches: [EVERYTHING] } },
    ],
    [
      'at one of two hosts',
      {
        admin: { hostnames: ['a.test', 'b.test'], matches: [ADMIN] },
        rest: { hostnames: ['a.test'], matches: [EVERYTHING] },
      },
    ],
    ['where the same route takes the rest', { admin: { matches: [ADMIN, EVERYTHING] } }],
  ])('%s', (_, routes) => {
    expect(found(routes)).toEqual([]);
  });
});
