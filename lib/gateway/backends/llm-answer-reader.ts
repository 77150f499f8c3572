import type { HeaderList } from '../../effects';
import type { ResponseSeen } from '../../llm/response-seen';
import type { Answer } from '../answer';
import type { WholeAnswer } from './backend';

/** An answer of a provider on its way to the client. */
export interface LlmAnswerReader {
  /** The fields with which the client's answer begins. @default - it begins with its end */
  readonly fields: HeaderList | undefined;
  readonly seen: ResponseSeen;
  /** How much of a stream has come whose end has not, in about as many tokens. @default - it is no stream, or has ended */
  readonly unfinished?: number | undefined;
  /** Why nothing more can come, if so. */
  readonly stopped: Answer | undefined;
  /** What the log line says of an answer that was passed on, and is none. @default - nothing */
  readonly failure?: Answer | undefined;
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array | WholeAnswer | Answer;
}

export interface ReaderSettings {
  readonly now: () => number;
  readonly maxBufferSize: number;
}
