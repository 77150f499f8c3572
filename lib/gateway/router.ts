import type { HeaderList } from '../effects';
import { queryValue } from '../http/query';
import type { PathMatch } from '../standalone/document';
import type { NormalRoute } from '../standalone/normal-document';
import { compileRegex, type Regex } from '../standalone/regex';
import { HostnameIndex } from './hostnames';
import { append } from './multimap';

/** What of a request decides its route. */
export interface RouteQuestion {
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: HeaderList;
  /** Without its question mark. */
  readonly query: string;
}

/** A route, and the path prefix by which the request found it, which rewrites and redirects replace. */
export interface RouteAnswer<R> {
  readonly route: R;
  /** @default - the match was not by prefix */
  readonly prefix: string | undefined;
}

/**
 * Chooses a route as Gateway API orders them: the most specific hostname first; in it an exact path, then the longest
 * prefix, then a regular expression; among equals a method, then more headers, then more query parameters, then the
 * name in text order.
 */
export class Router<R> {
  readonly #hosts = new HostnameIndex<HostRoutes<R>>();

  constructor(routes: Iterable<{ readonly definition: NormalRoute; readonly route: R }>) {
    const candidates = [...routes]
      .flatMap(({ definition, route }) =>
        definition.matches.map((match) => candidate(definition, match, route)),
      )
      .sort(rank);
    for (const entry of candidates) {
      for (const hostname of entry.hostnames) this.#hostRoutes(hostname).add(entry);
    }
  }

  find(question: RouteQuestion): RouteAnswer<R> | undefined {
    return this.#hosts.find(question.host, (routes) => routes.find(question));
  }

  #hostRoutes(hostname: string): HostRoutes<R> {
    const known = this.#hosts.get(hostname);
    if (known) return known;
    const routes = new HostRoutes<R>();
    this.#hosts.set(hostname, routes);
    return routes;
  }
}

/** One match of one route. */
interface Candidate<R> {
  readonly hostnames: readonly string[];
  readonly path: PathMatch;
  readonly answer: RouteAnswer<R>;
  readonly regex: Regex | undefined;
  readonly accepts: (question: RouteQuestion) => boolean;
  readonly weights: readonly [method: number, headers: number, query: number];
  /** Decides between equals. */
  readonly key: string;
}

function candidate<R>(
  definition: NormalRoute,
  match: NormalRoute['matches'][number],
  route: R,
): Candidate<R> {
  const { path } = match;
  return {
    hostnames: definition.hostnames.length > 0 ? definition.hostnames : [''],
    path,
    answer: { route, prefix: 'pathPrefix' in path ? trimSlash(path.pathPrefix) : undefined },
    regex: 'regex' in path ? compileRegex(path.regex) : undefined,
    accepts: compileConditions(match),
    weights: [match.method ? 1 : 0, match.headers?.length ?? 0, match.query?.length ?? 0],
    key: `${definition.namespace}/${definition.name}`,
  };
}

/** Negative when `a` goes first. Paths are not compared: they are looked up. */
function rank(a: Candidate<unknown>, b: Candidate<unknown>): number {
  for (const i of [0, 1, 2]) {
    if (a.weights[i] !== b.weights[i]) return b.weights[i] - a.weights[i];
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** The routes of one hostname, by path. Lists are in the order of `rank`. */
class HostRoutes<R> {
  readonly #exact = new Map<string, Candidate<R>[]>();
  readonly #prefixes = new Map<string, Candidate<R>[]>();
  readonly #regexes: Candidate<R>[] = [];

  add(entry: Candidate<R>): void {
    const { path } = entry;
    if ('exact' in path) append(this.#exact, path.exact, entry);
    else if ('pathPrefix' in path) append(this.#prefixes, trimSlash(path.pathPrefix), entry);
    else this.#regexes.push(entry);
  }

  find(question: RouteQuestion): RouteAnswer<R> | undefined {
    return (
      first(this.#exact.get(question.path), question) ??
      this.#findPrefix(question) ??
      this.#findRegex(question)
    );
  }

  /** `/a/b` asks `/a/b`, `/a`, then the empty prefix: prefixes match whole segments. */
  #findPrefix(question: RouteQuestion): RouteAnswer<R> | undefined {
    if (!question.path.startsWith('/')) return undefined;
    let prefix = trimSlash(question.path);
    for (;;) {
      const found = first(this.#prefixes.get(prefix), question);
      if (found !== undefined || prefix === '') return found;
      prefix = prefix.slice(0, prefix.lastIndexOf('/'));
    }
  }

  #findRegex(question: RouteQuestion): RouteAnswer<R> | undefined {
    for (const entry of this.#regexes) {
      if (entry.regex?.(question.path) && entry.accepts(question)) return entry.answer;
    }
    return undefined;
  }
}

function first<R>(
  candidates: readonly Candidate<R>[] | undefined,
  question: RouteQuestion,
): RouteAnswer<R> | undefined {
  if (candidates === undefined) return undefined;
  for (const entry of candidates) {
    if (entry.accepts(question)) return entry.answer;
  }
  return undefined;
}

/** `/foo/` and `/foo` are one prefix; `/` is the empty one. */
function trimSlash(path: string): string {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--;
  return path.slice(0, end);
}

const SLASH = 47;

const ACCEPT_ALL = () => true;

function compileConditions(match: NormalRoute['matches'][number]): (q: RouteQuestion) => boolean {
  const conditions = [
    ...(match.method ? [methodIs(match.method)] : []),
    ...(match.headers ?? []).map(({ name, value }) => headerIs(name.toLowerCase(), test(value))),
    ...(match.query ?? []).map(({ name, value }) => queryIs(name, test(value))),
  ];
  if (conditions.length === 0) return ACCEPT_ALL;
  return (question) => conditions.every((condition) => condition(question));
}

type Test = (value: string) => boolean;

function test(value: { exact: string } | { regex: string }): Test {
  return 'exact' in value ? (text) => text === value.exact : compileRegex(value.regex);
}

function methodIs(method: string) {
  return (question: RouteQuestion) => question.method === method;
}

/** A repeated field is one list (RFC 9110 §5.3). */
function headerIs(name: string, accepts: Test) {
  return ({ headers }: RouteQuestion) => {
    const values = headers.filter((_, i) => i % 2 === 1 && headers[i - 1] === name);
    return values.length > 0 && accepts(values.join(', '));
  };
}

function queryIs(name: string, accepts: Test) {
  return ({ query }: RouteQuestion) => {
    const value = queryValue(query, name);
    return value !== undefined && accepts(value);
  };
}
