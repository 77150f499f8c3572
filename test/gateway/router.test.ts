import { describe, expect, it } from 'vitest';
import { type RouteQuestion, Router } from '../../lib/gateway/router';
import type { RouteMatch } from '../../lib/standalone/document';
import type { NormalRoute } from '../../lib/standalone/normal-document';

interface Route {
  readonly hostnames?: readonly string[];
  readonly match?: RouteMatch;
}

function router(routes: Readonly<Record<string, Route>>): Router<string> {
  return new Router(
    Object.entries(routes).map(([name, { hostnames = [], match = {} }]) => ({
      definition: definition(name, hostnames, match),
      route: name,
    })),
  );
}

function definition(name: string, hostnames: readonly string[], match: RouteMatch): NormalRoute {
  const matches = [{ path: { pathPrefix: '/' }, ...match }];
  return { path: '', namespace: 'default', name, hostnames, matches, policies: {}, backends: [] };
}

function ask(routes: Readonly<Record<string, Route>>, question: Partial<RouteQuestion>) {
  const defaults = { host: 'a.test', path: '/', method: 'GET', headers: [], query: '' };
  return router(routes).find({ ...defaults, ...question })?.route;
}

describe('which hostname goes first', () => {
  const routes = {
    any: {},
    wildcard: { hostnames: ['*.example.com'] },
    longer: { hostnames: ['*.b.example.com'] },
    exact: { hostnames: ['a.b.example.com'] },
  };

  it.each([
    ['a.b.example.com', 'exact'],
    ['c.b.example.com', 'longer'],
    ['x.y.b.example.com', 'longer'],
    ['c.example.com', 'wildcard'],
    ['example.com', 'any'],
    ['other.test', 'any'],
  ])('%s finds %s', (host, found) => {
    expect(ask(routes, { host })).toBe(found);
  });

  it('a hostname whose paths do not match leaves the request to a wider one', () => {
    const narrow = {
      exact: { hostnames: ['a.test'], match: { path: { exact: '/only' } } },
      any: {},
    };
    expect(ask(narrow, { host: 'a.test', path: '/other' })).toBe('any');
  });
});

describe('which path goes first', () => {
  const routes = {
    exact: { match: { path: { exact: '/a/b' } } },
    long: { match: { path: { pathPrefix: '/a/b' } } },
    slash: { match: { path: { pathPrefix: '/a/' } } },
    regex: { match: { path: { regex: '/[a-z]\\d+' } } },
    root: { match: { path: { pathPrefix: '/' } } },
  };

  it.each([
    ['/a/b', 'exact'],
    ['/a/b/', 'long'],
    ['/a/b/c', 'long'],
    ['/a/bc', 'slash'],
    ['/a', 'slash'],
    ['/a/', 'slash'],
    ['/ab', 'root'],
    ['/', 'root'],
    ['/a//b', 'slash'],
  ])('%s finds %s', (path, found) => {
    expect(ask(routes, { path })).toBe(found);
  });

  it('a regular expression matches whole paths, after every prefix', () => {
    const { regex, exact } = routes;
    expect(ask({ regex, exact }, { path: '/x12' })).toBe('regex');
    expect(ask({ regex, exact }, { path: '/x12/y' })).toBeUndefined();
    expect(ask({ regex, root: routes.root }, { path: '/x12' })).toBe('root');
  });

  it('a pattern that would hang a backtracking engine does not hang', () => {
    const hostile = { regex: { match: { path: { regex: '/(a+)+b' } } } };
    expect(ask(hostile, { path: `/${'a'.repeat(50_000)}` })).toBeUndefined();
  });

  it('the asterisk of OPTIONS is no path', () => {
    expect(ask(routes, { path: '*' })).toBeUndefined();
  });

  it('tells the prefix that matched, for rewrites', () => {
    const found = router(routes).find({
      host: 'a.test',
      path: '/a/x',
      method: 'GET',
      headers: [],
      query: '',
    });
    expect(found).toEqual({ route: 'slash', prefix: '/a' });
  });
});

describe('which of equal paths goes first', () => {
  const header = { name: 'X-Team', value: { exact: 'red' } };
  const other = { name: 'x-level', value: { regex: '[0-9]+' } };
  const routes = {
    b: {},
    a: {},
    method: { match: { method: 'POST' } },
    headers: { match: { headers: [header, other] } },
    header: { match: { headers: [header] } },
    query: { match: { query: [{ name: 'v', value: { exact: '2' } }] } },
  };
  const red = ['x-team', 'red'];

  it.each([
    ['a method', { method: 'POST', headers: red }, 'method'],
    ['more headers', { headers: [...red, 'x-level', '12'] }, 'headers'],
    ['a header', { headers: red, query: 'v=2' }, 'header'],
    ['a query parameter', { query: 'v=1&v=2' }, 'query'],
    ['the name in text order', { query: 'v=2&v=1', headers: ['x-team', 'blue'] }, 'a'],
  ])('%s', (_, question, found) => {
    expect(ask(routes, question)).toBe(found);
  });

  it('repeated header fields are one list', () => {
    const list = {
      list: { match: { headers: [{ name: 'x-team', value: { exact: 'red, blue' } }] } },
    };
    expect(ask(list, { headers: ['x-team', 'red', 'x-team', 'blue'] })).toBe('list');
  });
});
