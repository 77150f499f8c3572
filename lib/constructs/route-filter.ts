import type { Duration } from 'cdk8s';
import { wholeMillis } from './duration';
import { checkDistinctHeaders, checkHeaderName } from './header-name';
import { checkHostname } from './hostname';
import { foreignNamespace } from './object-reference';
import type { PathRewrite } from './path-rewrite';
import type { BackendRefConfig, IBackend } from './route-answer';

const MAX_HEADERS = 16;
const MAX_VALUE = 4096;
const ORIGIN = /^https?:\/\/((\*\.)?([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\*)(:[0-9]{1,5})?$/;

/** Options of `RouteFilter.requestHeaders` and `RouteFilter.responseHeaders`, applied in this order. */
export interface HeaderModifierOptions {
  /**
   * Values that are added beside those that are there.
   *
   * @default - none
   */
  readonly add?: { readonly [name: string]: string };
  /**
   * Values that replace those that are there.
   *
   * @default - none
   */
  readonly set?: { readonly [name: string]: string };
  /**
   * Headers that are removed.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/** Options of `RouteFilter.rewrite`: at least one. */
export interface RewriteOptions {
  /**
   * The `Host` that the backend sees.
   *
   * @default - unchanged
   */
  readonly hostname?: string;
  /** @default - unchanged */
  readonly path?: PathRewrite;
}

/** Options of `RouteFilter.mirror`. */
export interface MirrorOptions {
  /**
   * How many of a hundred requests are copied, 0 to 100.
   *
   * @default 100
   */
  readonly percent?: number;
}

/** Options of `RouteFilter.cors`. */
export interface CorsOptions {
  /**
   * Origins whose pages may read the answers, like `https://app.example.com` or `https://*.example.com`; `*` alone for all.
   *
   * @default - none
   */
  readonly allowOrigins?: string[];
  /**
   * Methods that those pages may use; `*` alone for all.
   *
   * @default - none beyond what browsers always allow
   */
  readonly allowMethods?: string[];
  /**
   * Request headers that those pages may send; `*` alone for all.
   *
   * @default - none beyond what browsers always allow
   */
  readonly allowHeaders?: string[];
  /**
   * Response headers that those pages may read.
   *
   * @default - none beyond what browsers always allow
   */
  readonly exposeHeaders?: string[];
  /**
   * Whether cookies and other credentials may be sent along.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;
  /**
   * How long a browser may remember the answer, in whole seconds.
   *
   * @default Duration.seconds(5)
   */
  readonly maxAge?: Duration;
}

/** A filter as a rule renders it: its type in Gateway API and what follows from where it stands. */
interface Rendering {
  readonly type: string;
  readonly field: string;
  readonly value: unknown;
  readonly replacesPrefix?: boolean;
  readonly mirror?: IBackend;
}

/** What a rule changes about requests and responses on their way. */
export class RouteFilter {
  /** Changes the headers that the backend sees. */
  public static requestHeaders(options: HeaderModifierOptions): RouteFilter {
    return new RouteFilter({
      type: 'RequestHeaderModifier',
      field: 'requestHeaderModifier',
      value: headerModifier(options),
    });
  }

  /** Changes the headers that the client sees. */
  public static responseHeaders(options: HeaderModifierOptions): RouteFilter {
    return new RouteFilter({
      type: 'ResponseHeaderModifier',
      field: 'responseHeaderModifier',
      value: headerModifier(options),
    });
  }

  /** Changes the host or path that the backend sees. */
  public static rewrite(options: RewriteOptions): RouteFilter {
    const { hostname, path } = options;
    if (hostname === undefined && path === undefined)
      throw new Error('a rewrite that changes nothing; give it a hostname or a path');
    if (hostname !== undefined) checkHostname(hostname, 'hostname of a rewrite');
    return new RouteFilter({
      type: 'URLRewrite',
      field: 'urlRewrite',
      value: { hostname, path: path?._toKube() },
      replacesPrefix: path?._needsPrefix,
    });
  }

  /** Sends a copy of requests to another backend, whose answers are dropped. */
  public static mirror(backend: IBackend, options: MirrorOptions = {}): RouteFilter {
    const { percent } = options;
    if (percent !== undefined && !(Number.isInteger(percent) && percent >= 0 && percent <= 100))
      throw new Error(`percent of a mirror must be a whole number from 0 to 100, got ${percent}`);
    return new RouteFilter({
      type: 'RequestMirror',
      field: 'requestMirror',
      value: { percent },
      mirror: backend,
    });
  }

  /** Lets pages of other origins call the route, and answers their preflight requests. */
  public static cors(options: CorsOptions): RouteFilter {
    return new RouteFilter({ type: 'CORS', field: 'cors', value: cors(options) });
  }

  private constructor(private readonly rendering: Rendering) {}

  /** @internal */
  public get _type(): string {
    return this.rendering.type;
  }

  /** @internal */
  public get _replacesPrefix(): boolean {
    return this.rendering.replacesPrefix ?? false;
  }

  /** @internal */
  public get _mirror(): IBackend | undefined {
    return this.rendering.mirror;
  }

  /** @internal */
  public _toKube(routeNamespace: string): unknown {
    const { type, field, value, mirror } = this.rendering;
    if (!mirror) return { type, [field]: value };
    const backendRef = toBackendRef(mirror.toBackendRefConfig(), routeNamespace);
    return { type, [field]: { ...(value as object), backendRef } };
  }
}

/** A reference from a route's namespace, as manifests write it. */
export function toBackendRef(config: BackendRefConfig, routeNamespace: string): object {
  const { group, kind, name, port } = config;
  return { group, kind, name, namespace: foreignNamespace(config.namespace, routeNamespace), port };
}

function headerModifier(options: HeaderModifierOptions): unknown {
  const { add = {}, set = {}, remove = [] } = options;
  const lists = { add: Object.keys(add), set: Object.keys(set), remove };
  if (Object.values(lists).every((names) => names.length === 0))
    throw new Error('a header filter that changes nothing; give it add, set or remove');
  for (const [field, names] of Object.entries(lists)) checkHeaderNames(names, field);
  return {
    add: headerList(add),
    set: headerList(set),
    remove: remove.length > 0 ? [...remove] : undefined,
  };
}

function checkHeaderNames(names: readonly string[], field: string): void {
  if (names.length > MAX_HEADERS)
    throw new Error(
      `${field} of a header filter takes at most ${MAX_HEADERS} headers, got ${names.length}`,
    );
  for (const name of names) checkHeaderName(name, `${field} of a header filter:`);
  checkDistinctHeaders(names, `${field} of a header filter`);
}

function headerList(values: { readonly [name: string]: string }): unknown {
  const entries = Object.entries(values);
  for (const [name, value] of entries)
    if (value.length < 1 || value.length > MAX_VALUE || /[\r\n\0]/.test(value))
      throw new Error(
        `value of header "${name}" must have 1 to ${MAX_VALUE} characters on one line; to take a header away use remove`,
      );
  return entries.length > 0 ? entries.map(([name, value]) => ({ name, value })) : undefined;
}

function cors(options: CorsOptions): unknown {
  const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials } = options;
  for (const [field, values] of Object.entries({ allowOrigins, allowMethods, allowHeaders }))
    if (values && values.length > 1 && values.includes('*'))
      throw new Error(`${field} of a CORS filter mixes "*" with others; write "*" alone`);
  for (const origin of allowOrigins ?? [])
    if (origin !== '*' && !ORIGIN.test(origin))
      throw new Error(
        `"${origin}" in allowOrigins is not an origin; write scheme and host without a path, for example "https://app.example.com"`,
      );
  for (const name of [...(allowHeaders ?? []), ...(exposeHeaders ?? [])])
    checkHeaderName(name, 'a CORS filter:');
  return {
    allowOrigins,
    allowMethods,
    allowHeaders,
    exposeHeaders,
    allowCredentials,
    maxAge: options.maxAge && maxAgeSeconds(options.maxAge),
  };
}

function maxAgeSeconds(maxAge: Duration): number {
  const millis = wholeMillis(maxAge, 'maxAge of a CORS filter');
  if (millis >= 1000 && millis % 1000 === 0) return millis / 1000;
  throw new Error(
    `maxAge of a CORS filter must be whole seconds and at least one, got ${millis}ms`,
  );
}
