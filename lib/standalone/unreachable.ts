import type { PathMatch, RouteMatch } from './document';

/** Routes of one listener, as far as they decide which of them a request finds. */
export interface Reach {
  /** Empty for any. */
  readonly hostnames: readonly string[];
  readonly matches: readonly RouteMatch[];
}

export interface Unreachable<R> {
  readonly route: R;
  /** Which of its matches. */
  readonly match: number;
  /** Who takes its requests. */
  readonly by: R;
}

/**
 * Matches by regular expression that no request finds, since another route takes every path of the same hosts: a prefix
 * goes before every regular expression. A key that such a route demands protects nothing.
 */
export function unreachableMatches<R extends Reach>(routes: readonly R[]): Unreachable<R>[] {
  const takers = new Map<string, R>();
  for (const route of routes) {
    if (!route.matches.some(takesAll)) continue;
    for (const hostname of hostsOf(route)) takers.set(hostname, takers.get(hostname) ?? route);
  }
  if (takers.size === 0) return [];
  return routes.flatMap((route) => {
    const by = hostsOf(route).map((hostname) => takers.get(hostname));
    const [first] = by;
    if (first === undefined || by.some((taker) => taker === undefined || taker === route))
      return [];
    return route.matches.flatMap(({ path }, match) =>
      path && 'regex' in path ? [{ route, match, by: first }] : [],
    );
  });
}

function hostsOf({ hostnames }: Reach): readonly string[] {
  return hostnames.length > 0 ? hostnames : ANY;
}

const ANY = [''];

function takesAll({ path, method, headers = [], query = [] }: RouteMatch): boolean {
  return everyPath(path) && !method && headers.length === 0 && query.length === 0;
}

function everyPath(path: PathMatch = { pathPrefix: '/' }): boolean {
  return 'pathPrefix' in path && /^\/*$/.test(path.pathPrefix);
}

/** How a finding says it; `by` names the other route. */
export function unreachableMessage(by: string): string {
  return `no request finds this match: ${by} takes every path of the same hosts, and a prefix goes before every regular expression`;
}

export const UNREACHABLE_HINT =
  'write a prefix or an exact path instead, or give the other route a narrower match';
