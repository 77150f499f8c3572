import { describe, expect, it } from 'vitest';
import { HttpMethod, PathMatch, RouteMatch, ValueMatch } from '../../lib/constructs/route-match';

const rendered = (match: RouteMatch): unknown => JSON.parse(JSON.stringify(match._toKube()));

describe('a match', () => {
  it.each([
    [RouteMatch.any(), {}],
    [RouteMatch.pathPrefix('/'), { path: { type: 'PathPrefix', value: '/' } }],
    [RouteMatch.pathExact('/a%20b'), { path: { type: 'Exact', value: '/a%20b' } }],
    [
      RouteMatch.pathRegex('/v[12]/.*'),
      { path: { type: 'RegularExpression', value: '/v[12]/.*' } },
    ],
    [
      RouteMatch.header('x-env', 'dev'),
      { headers: [{ name: 'x-env', type: 'Exact', value: 'dev' }] },
    ],
    [RouteMatch.query('q', '1'), { queryParams: [{ name: 'q', type: 'Exact', value: '1' }] }],
    [RouteMatch.method(HttpMethod.PATCH), { method: 'PATCH' }],
    [
      RouteMatch.of({
        path: PathMatch.exact('/a'),
        method: HttpMethod.GET,
        headers: { 'x-env': ValueMatch.regex('dev|test') },
        query: { page: ValueMatch.exact('2') },
      }),
      {
        path: { type: 'Exact', value: '/a' },
        method: 'GET',
        headers: [{ name: 'x-env', type: 'RegularExpression', value: 'dev|test' }],
        queryParams: [{ name: 'page', type: 'Exact', value: '2' }],
      },
    ],
  ])('renders what a request must fit: %#', (match, expected) => {
    expect(rendered(match)).toEqual(expected);
  });

  it.each([
    ['', 'path must have 1 to 1024 characters, got 0'],
    ['api', 'path "api" cannot be matched; start it with "/"'],
    ['/a?b=1', 'match the query with RouteMatch.query'],
    ['/a#b', 'leave the fragment out'],
    ['/a//b', 'write single slashes'],
    ['/a/../b', 'without "." and ".." segments'],
    ['/a/.', 'without "." and ".." segments'],
    ['/a%2Fb', 'an encoded slash cannot be matched literally'],
    ['/a b', 'percent-encode characters'],
    ['/50%', 'percent-encode characters'],
    ['/ä', 'percent-encode characters'],
  ])('refuses the path "%s"', (path, message) => {
    expect(() => RouteMatch.pathPrefix(path)).toThrow(message);
    expect(() => RouteMatch.pathExact(path)).toThrow(message);
  });

  it.each([
    [() => RouteMatch.pathRegex(''), 'path expression must have 1 to 1024 characters, got 0'],
    [() => RouteMatch.header('x env', 'a'), 'header "x env" is not a valid name'],
    [() => RouteMatch.header(':path', '/'), 'pseudo headers cannot be named here'],
    [() => RouteMatch.header('x', ''), 'value of header "x" must have 1 to 4096 characters, got 0'],
    [() => RouteMatch.query('a b', '1'), 'query parameter "a b" is not a valid name'],
    [
      () =>
        RouteMatch.of({ headers: { 'X-A': ValueMatch.exact('1'), 'x-a': ValueMatch.exact('2') } }),
      'a match names one header twice, as "X-A" and "x-a"; keep one',
    ],
    [
      () =>
        RouteMatch.of({
          query: Object.fromEntries(
            Array.from({ length: 17 }, (_, i) => [`q${i}`, ValueMatch.exact('1')]),
          ),
        }),
      'a match takes at most 16 query parameters, got 17; split it',
    ],
  ])('refuses what no request can fit: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
