/** What a tutorial shows when it is played: its calls, and the upstreams that answer them. */
export interface Tutorial {
  /** Its folder under apps/, and the name of its chart. */
  readonly name: string;
  readonly title: string;
  /** The file under dist/standalone/ that its gateway runs. */
  readonly standalone: string;
  /** The port of the listener that the calls go to, as the chart states it. */
  readonly listenerPort: number;
  /** Which demo upstream stands in for which address of the cluster. */
  readonly upstreams: readonly { readonly address: string; readonly name: UpstreamName }[];
  /** What its gateway finds in the environment, such as the key of a provider. @default - nothing more */
  readonly environment?: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
}

export type UpstreamName = 'ext-authz' | 'httpbin' | 'openai';

export interface Call {
  /** Who calls, in a word or two. */
  readonly caller: string;
  /** @default 'GET' */
  readonly method?: string;
  /** Path and query. */
  readonly path: string;
  /** @default - none of its own */
  readonly headers?: Readonly<Record<string, string>>;
  /** The token that is sent, made when the call is. @default - none */
  readonly bearer?: () => string;
  /** Sent as JSON. @default - no body */
  readonly body?: object;
  readonly expected: Expected;
  /** Why this answer is the right one: shown beside it. */
  readonly why: string;
}

export interface Expected {
  readonly status: number;
  /** Text that the body contains. @default - any body */
  readonly body?: string;
  /** Text that the body must not contain, whatever its case. @default - any body */
  readonly bodyWithout?: string;
}
