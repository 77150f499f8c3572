import type { HeaderList } from '../effects';
import type { Authority } from '../http/authority';
import type { HostRewrite } from '../standalone/document';
import type { Answer } from './answer';
import type { HeaderChange } from './ext-auth/header-change';
import type { Connection, HttpVersion } from './message';
import type { HeaderModification } from './policies/header-modifier';

/** The caller that an API key stands for. */
export interface ApiKeyIdentity {
  readonly metadata: unknown;
  readonly key: string;
}

/** The caller that a token stands for. */
export interface JwtIdentity {
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claims as expressions see them, with the token itself as a secret. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The caller that a name and password stand for. */
export interface BasicIdentity {
  readonly username: string;
}

/** The beginning of a body, or the whole of it. */
export interface BodyStart {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** What became of a request whose external authorization could not be asked. */
export interface ExtAuthFailure {
  /** Why, without addresses. */
  readonly cause: string;
  /** Whether it passed all the same. */
  readonly failedOpen: boolean;
}

/** A limit of tokens that a request is under; who calls a model tells it what that costs. */
export interface TokenLimit {
  /**
   * Asked before each call of a model, with 0 where the request is not measured: refuses it where nothing is left, or
   * less than that many tokens, which are set aside otherwise.
   */
  admit(tokens: number): Answer | undefined;
  /** Takes what a call has cost, all in all, once that is known. */
  spend(tokens: number): void;
}

/** A request on its way through the policies: they read it, and change what is sent on. */
export class RequestContext {
  /** The path by which a prefix match found the route, which rewrites replace. */
  matchedPrefix: string | undefined;
  /** How the authority that the upstream sees is decided. @default - see `UpstreamCall` */
  authorityRewrite: HostRewrite | undefined;
  jwt: JwtIdentity | undefined;
  basicAuth: BasicIdentity | undefined;
  apiKey: ApiKeyIdentity | undefined;
  /** What external authorization has added for expressions to read. */
  extauthz: Readonly<Record<string, unknown>> | undefined;
  extAuthFailure: ExtAuthFailure | undefined;
  /** The whole body, once something has read it. @default - nothing has, or it is longer than may be kept */
  body: Uint8Array | undefined;
  /** What the tokens of a model count against. */
  readonly tokenLimits: TokenLimit[] = [];
  /** Changes to the answer's fields, in order: the route's, then the backend's. */
  readonly responseModifiers: HeaderModification[] = [];
  /** Fields that join whatever answer the client gets, last. */
  readonly responseHeaders: HeaderList = [];
  /** What an authorization service changes about that answer, after them. */
  readonly responseChanges: HeaderChange[] = [];

  constructor(
    readonly connection: Connection,
    public method: string,
    public scheme: 'http' | 'https',
    public authority: Authority,
    public path: string,
    /** Without its question mark. */
    public query: string,
    readonly headers: HeaderList,
    readonly httpVersion: HttpVersion,
    /** Milliseconds since the epoch. */
    readonly startedAt: number,
    /** Waits for the body, so that expressions can read it; it is sent on all the same. */
    readonly readBody: () => Promise<void>,
    /** Waits for so many bytes of the body, or its end; it is sent on all the same. */
    readonly readBodyStart: (limit: number) => Promise<BodyStart> = noBody,
  ) {}
}

function noBody(): Promise<BodyStart> {
  return Promise.resolve({ bytes: new Uint8Array(), isWhole: true });
}
