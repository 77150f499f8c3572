import type { Phase } from '../../cel/gateway/phase';
import type { Cel } from '../cel';
import { checkDistinctHeaders, checkHeaderName } from '../header-name';

/** The API's own bound, of every list and map here. */
const MAX_ENTRIES = 64;
const PSEUDO_HEADERS = [':authority', ':method', ':path', ':scheme'];

/** Options of `ExtAuthProtocol.grpc`. */
export interface ExtAuthGrpcOptions {
  /**
   * Fixed texts that the service gets as `context_extensions`, such as which policy asks.
   *
   * @default - none
   */
  readonly contextExtensions?: { readonly [name: string]: string };

  /**
   * Values that the service gets as `metadata_context`; those that cannot be evaluated are left out.
   *
   * @default - the claims of a verified token
   */
  readonly requestMetadata?: { readonly [name: string]: Cel };
}

/** Options of `ExtAuthProtocol.http`. */
export interface ExtAuthHttpOptions {
  /**
   * The path to ask, such as `Cel.of('"/check" + request.path')`; a fixed path stands in quotes of its own.
   *
   * @default - the path of the request, or that of the service's URL
   */
  readonly path?: Cel;

  /**
   * The body to send, in place of `forwardBody`.
   *
   * @default - no body
   */
  readonly body?: Cel;

  /**
   * Where clients are sent with 302 when the service answers 401 or 403.
   *
   * @default - they get the answer itself
   */
  readonly redirect?: Cel;

  /**
   * Headers that the service gets besides, by name.
   *
   * @default - none
   */
  readonly addRequestHeaders?: { readonly [name: string]: Cel };

  /**
   * Headers of the request that the service gets. A credential that a policy has verified is no longer among them.
   *
   * @default - `Authorization` alone
   */
  readonly allowedRequestHeaders?: string[];

  /**
   * Headers of the service's answer that the backend gets. What the client sends by these names does not reach it, but for
   * `authorization` and `cookie`, which stay where the service does not replace them.
   *
   * @default - none
   */
  readonly allowedResponseHeaders?: string[];

  /**
   * What later expressions read as `extauthz.<name>`, such as `{ user: Cel.of('response.headers["x-user"]') }`.
   *
   * @default - none
   */
  readonly responseMetadata?: { readonly [name: string]: Cel };
}

/** An expression of a policy, and where it stands in it. */
export interface PlacedExpression {
  readonly place: string;
  readonly expression: Cel;
  /** @default - that of the policy */
  readonly phase?: Phase;
}

/** @internal */
interface Rendering {
  readonly field: 'grpc' | 'http';
  readonly value: object;
  readonly expressions: readonly PlacedExpression[];
}

/** How an authorization service is asked. */
export class ExtAuthProtocol {
  /** By Envoy's gRPC protocol `envoy.service.auth.v3.Authorization`. The port of the Service needs `appProtocol: kubernetes.io/h2c`. */
  public static grpc(options: ExtAuthGrpcOptions = {}): ExtAuthProtocol {
    const { contextExtensions, requestMetadata } = options;
    checkCount('contextExtensions', Object.keys(contextExtensions ?? {}));
    return new ExtAuthProtocol({
      field: 'grpc',
      value: {
        contextExtensions: contextExtensions && { ...contextExtensions },
        requestMetadata: rendered('requestMetadata', requestMetadata),
      },
      expressions: placed('requestMetadata', requestMetadata),
    });
  }

  /**
   * By an HTTP request with the method of the client's; an answer 2xx lets it pass, and any other goes to the client as it
   * is. The service has two seconds.
   */
  public static http(options: ExtAuthHttpOptions = {}): ExtAuthProtocol {
    const { path, body, redirect, addRequestHeaders, responseMetadata } = options;
    const single = Object.entries({ path, body, redirect }).flatMap(([place, expression]) =>
      expression ? [{ place, expression }] : [],
    );
    checkHeaders('addRequestHeaders', Object.keys(addRequestHeaders ?? {}));
    return new ExtAuthProtocol({
      field: 'http',
      value: {
        path: path?._toKube(),
        body: body?._toKube(),
        redirect: redirect?._toKube(),
        addRequestHeaders: rendered('addRequestHeaders', addRequestHeaders),
        allowedRequestHeaders: headers('allowedRequestHeaders', options.allowedRequestHeaders),
        allowedResponseHeaders: headers('allowedResponseHeaders', options.allowedResponseHeaders),
        responseMetadata: rendered('responseMetadata', responseMetadata),
      },
      expressions: [
        ...single,
        ...placed('addRequestHeaders', addRequestHeaders),
        ...placed('responseMetadata', responseMetadata, 'response'),
      ],
    });
  }

  private constructor(private readonly rendering: Rendering) {}

  /** @internal */
  public get _field(): 'grpc' | 'http' {
    return this.rendering.field;
  }

  /** @internal */
  public get _expressions(): readonly PlacedExpression[] {
    return this.rendering.expressions;
  }

  /**
   * Whether it says itself what the service gets in place of the request's own.
   *
   * @internal
   */
  public _sets(field: 'path' | 'body'): boolean {
    return this.rendering.expressions.some(({ place }) => place === field);
  }

  /** @internal */
  public _toKube(): object {
    return { [this.rendering.field]: this.rendering.value };
  }
}

type Expressions = { readonly [name: string]: Cel } | undefined;

function rendered(field: string, expressions: Expressions): object | undefined {
  if (!expressions) return undefined;
  checkCount(field, Object.keys(expressions));
  return Object.fromEntries(
    Object.entries(expressions).map(([name, expression]) => [name, expression._toKube()]),
  );
}

function placed(field: string, expressions: Expressions, phase?: Phase): PlacedExpression[] {
  return Object.entries(expressions ?? {}).map(([name, expression]) => ({
    place: `${field}.${name}`,
    expression,
    phase,
  }));
}

function headers(field: string, names: string[] | undefined): string[] | undefined {
  if (!names) return undefined;
  checkCount(field, names);
  checkHeaders(field, names);
  return [...names];
}

function checkHeaders(field: string, names: readonly string[]): void {
  const what = `${field} of ExtAuthProtocol.http`;
  for (const name of names)
    if (field !== 'allowedRequestHeaders' || !PSEUDO_HEADERS.includes(name))
      checkHeaderName(name, `${what}:`);
  checkDistinctHeaders(names, what);
}

function checkCount(field: string, entries: readonly string[]): void {
  if (entries.length <= MAX_ENTRIES) return;
  throw new Error(
    `${field} of an ExtAuthProtocol takes at most ${MAX_ENTRIES} entries, got ${entries.length}`,
  );
}
