/** How a stand-in for a provider behaves. Read at every request, so that a test may change them in between. */
export interface LlmOptions {
  /** The key that callers must send. @default - any key will do, but one there must be */
  key?: string;
  /** The models that it has. @default - a few are listed, and any name is answered */
  models?: readonly string[];
  /** What its paths begin with. @default '/v1' */
  basePath?: string;
  /** Answers every request with this status, 400 to 599. @default - answers */
  failWith?: number;
  /** The pause before each event of a stream, in milliseconds. @default 0 */
  eventDelayMs?: number;
  /** Cuts the connection after so many events of a stream. @default - never */
  cutAfterEvents?: number;
  /** Ends a stream with the provider's own error event after so many events. @default - never */
  failAfterEvents?: number;
  /** Is told every request, refused ones too. @default - nobody is */
  onRequest?: (seen: SeenRequest) => void;
}

/** A request as it reached the provider. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the body says. `undefined` without a body and where it is no JSON. */
  readonly body: unknown;
}
