import { checkDistinctHeaders, checkHeaderName } from './header-name';

/** Gateway API's own bounds. */
const MAX_PATH = 1024;
const MAX_VALUE = { header: 4096, 'query parameter': 1024 };
const MAX_ENTRIES = 16;

/** Methods of HTTP requests that a match can ask for. */
export enum HttpMethod {
  GET = 'GET',
  HEAD = 'HEAD',
  POST = 'POST',
  PUT = 'PUT',
  DELETE = 'DELETE',
  CONNECT = 'CONNECT',
  OPTIONS = 'OPTIONS',
  TRACE = 'TRACE',
  PATCH = 'PATCH',
}

/** What the path of a request must be. */
export class PathMatch {
  /** Exactly this path: `/login` fits `/login` and not `/login/`. */
  public static exact(path: string): PathMatch {
    checkPath(path);
    return new PathMatch('Exact', path);
  }

  /** This path and all below it, by whole segments: `/api` fits `/api` and `/api/v1`, not `/apix`. */
  public static prefix(path: string): PathMatch {
    checkPath(path);
    return new PathMatch('PathPrefix', path);
  }

  /** A regular expression (RE2) that must fit the whole path. */
  public static regex(expression: string): PathMatch {
    checkText(expression, 'path expression', MAX_PATH);
    return new PathMatch('RegularExpression', expression);
  }

  private constructor(
    private readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression',
    private readonly value: string,
  ) {}

  /** @internal */
  public get _isPrefix(): boolean {
    return this.type === 'PathPrefix';
  }

  /** @internal */
  public _toKube(): unknown {
    return { type: this.type, value: this.value };
  }
}

/** What the value of a header or query parameter must be. */
export class ValueMatch {
  /** Exactly this value. */
  public static exact(value: string): ValueMatch {
    return new ValueMatch('Exact', value);
  }

  /** A regular expression (RE2) that must fit the whole value. */
  public static regex(expression: string): ValueMatch {
    return new ValueMatch('RegularExpression', expression);
  }

  private constructor(
    private readonly type: 'Exact' | 'RegularExpression',
    private readonly value: string,
  ) {}

  /** @internal */
  public _check(kind: 'header' | 'query parameter', name: string): void {
    checkText(this.value, `value of ${kind} "${name}"`, MAX_VALUE[kind]);
  }

  /** @internal */
  public _toKube(name: string): unknown {
    return { name, type: this.type, value: this.value };
  }
}

/** Options of `RouteMatch.of`: a request must fit all that are given. */
export interface RouteMatchOptions {
  /** @default - any path */
  readonly path?: PathMatch;
  /** @default - any method */
  readonly method?: HttpMethod;
  /**
   * Headers by name, whose case does not matter.
   *
   * @default - any headers
   */
  readonly headers?: { readonly [name: string]: ValueMatch };
  /**
   * Query parameters by name.
   *
   * @default - any query
   */
  readonly query?: { readonly [name: string]: ValueMatch };
}

/** Which requests a rule is for. */
export class RouteMatch {
  /** Every request. */
  public static any(): RouteMatch {
    return RouteMatch.of({});
  }

  /** The path and all below it, by whole segments: `/api` fits `/api` and `/api/v1`, not `/apix`. */
  public static pathPrefix(path: string): RouteMatch {
    return RouteMatch.of({ path: PathMatch.prefix(path) });
  }

  /** Exactly this path. */
  public static pathExact(path: string): RouteMatch {
    return RouteMatch.of({ path: PathMatch.exact(path) });
  }

  /** A regular expression (RE2) that must fit the whole path. */
  public static pathRegex(expression: string): RouteMatch {
    return RouteMatch.of({ path: PathMatch.regex(expression) });
  }

  /** A header with exactly this value. */
  public static header(name: string, value: string): RouteMatch {
    return RouteMatch.of({ headers: { [name]: ValueMatch.exact(value) } });
  }

  /** A query parameter with exactly this value. */
  public static query(name: string, value: string): RouteMatch {
    return RouteMatch.of({ query: { [name]: ValueMatch.exact(value) } });
  }

  /** A method. */
  public static method(method: HttpMethod): RouteMatch {
    return RouteMatch.of({ method });
  }

  /**
   * Several conditions that a request must fit together.
   *
   * @example
   * RouteMatch.of({ path: PathMatch.prefix('/api'), method: HttpMethod.GET, headers: { 'x-env': ValueMatch.regex('dev|test') } })
   */
  public static of(options: RouteMatchOptions): RouteMatch {
    return new RouteMatch(options);
  }

  private readonly options: RouteMatchOptions;

  private constructor(options: RouteMatchOptions) {
    const { headers = {}, query = {} } = options;
    checkDistinctHeaders(Object.keys(headers), 'a match');
    checkValues('header', headers);
    checkValues('query parameter', query);
    this.options = { ...options };
  }

  /** @internal */
  public get _hasPrefix(): boolean {
    return this.options.path?._isPrefix ?? true;
  }

  /** @internal */
  public _toKube(): unknown {
    const { path, method, headers, query } = this.options;
    return {
      path: path?._toKube(),
      method,
      headers: named(headers),
      queryParams: named(query),
    };
  }
}

function named(values: RouteMatchOptions['headers']): unknown {
  const entries = Object.entries(values ?? {});
  return entries.length > 0 ? entries.map(([name, value]) => value._toKube(name)) : undefined;
}

function checkValues(
  kind: 'header' | 'query parameter',
  values: { readonly [name: string]: ValueMatch },
): void {
  const entries = Object.entries(values);
  if (entries.length > MAX_ENTRIES)
    throw new Error(
      `a match takes at most ${MAX_ENTRIES} ${kind}s, got ${entries.length}; split it`,
    );
  for (const [name, value] of entries) {
    checkHeaderName(name, kind);
    value._check(kind, name);
  }
}

function checkText(text: string, field: string, max: number): void {
  if (text.length >= 1 && text.length <= max) return;
  throw new Error(`${field} must have 1 to ${max} characters, got ${text.length}`);
}

/** What the API server refuses in a literal path, and what to write instead. */
const PATH_FAULTS: readonly { readonly fault: RegExp; readonly hint: string }[] = [
  { fault: /^(?!\/)/, hint: 'start it with "/"' },
  { fault: /[?]/, hint: 'match the query with RouteMatch.query' },
  { fault: /#/, hint: 'leave the fragment out; browsers never send it' },
  { fault: /\/\//, hint: 'write single slashes' },
  { fault: /\/\.\.?(\/|$)/, hint: 'write the path without "." and ".." segments' },
  { fault: /%2f/i, hint: 'an encoded slash cannot be matched literally; use a regular expression' },
  {
    fault: /%(?![0-9a-fA-F]{2})|[^-A-Za-z0-9/._~!$&'()*+,;=:@%]/,
    hint: 'percent-encode characters that a URL path does not allow',
  },
];

function checkPath(path: string): void {
  checkText(path, 'path', MAX_PATH);
  const found = PATH_FAULTS.find(({ fault }) => fault.test(path));
  if (found) throw new Error(`path "${path}" cannot be matched; ${found.hint}`);
}
