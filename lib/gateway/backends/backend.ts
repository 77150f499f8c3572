import type { BodySource, HeaderList, UpstreamRequest } from '../../effects';
import type { EndToEnd } from '../../http/hop-by-hop';
import type { LogField } from '../../telemetry/access-log';
import type { Answer } from '../answer';
import type { RequestContext } from '../request-context';
import type { Endpoint } from './endpoint';

/** What requests are sent to, of some kind. */
export interface Backend {
  open(client: RequestContext, endToEnd: EndToEnd): BackendExchange;
}

/**
 * One exchange with a backend: what differs by its kind. Called in this order, and from `nextTry` on again for every
 * try: `nextTry`, `heard`, then for an answer that is taken `begin`, `push` for each piece, and `end`.
 */
export interface BackendExchange {
  /** What the access log calls it. */
  readonly protocol: 'http' | 'llm';
  /** The answer to a body that is longer than may be kept. @default - the body is not needed whole */
  readonly tooLarge: Answer | undefined;
  /** Where the last try went. @default - there was none */
  readonly endpoint: Endpoint | undefined;
  /** Why the answer must end after what was pushed last, if so. */
  readonly stopped: Answer | undefined;
  /** What the log line says of an answer that was passed on, and is none. @default - nothing */
  readonly failure?: Answer | undefined;
  /** What the next try sends to `endpoint`, or what is answered without one. */
  nextTry(body: BodySource | Uint8Array | null): UpstreamRequest | Answer;
  /** How a try went: a status; or none where there was no answer, or it broke off. */
  heard(status: number | undefined, headers: HeaderList): void;
  /** The fields with which the client's answer begins; nothing where it begins with its end, as `end` gives it. */
  begin(status: number, headers: HeaderList): HeaderList | undefined;
  /** What the client gets of a piece of the answer; empty where that is nothing yet. */
  push(chunk: Uint8Array): Uint8Array;
  /** The upstream's answer has ended: what the client gets after what it has; or, where it has nothing yet, all. */
  end(): Uint8Array | WholeAnswer | Answer;
  /** It is all over, however it went. What the log line gets. */
  close(finishedAt: number): readonly LogField[] | undefined;
}

/** An answer of an upstream that was read first. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly bytes: Uint8Array;
}

/** Whether the gateway answers itself. */
export function isAnswer(made: UpstreamRequest | WholeAnswer | Answer): made is Answer {
  return 'reason' in made;
}
