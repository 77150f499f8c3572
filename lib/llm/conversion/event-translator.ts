/** Turns the events of one format into those of another, one at a time. */
export interface EventTranslator {
  /** Whether the provider has said how the answer ends, or why it has failed. */
  readonly isWhole: boolean;
  /** What the client gets for the event, as it is written; '' for none. */
  translate(json: unknown): string;
  /** All is said: by chat completions' mark, or by the end of the stream. What the client has not got of the end. */
  done(): string;
  /** What the client gets where the stream cannot go on. */
  fail(message: string): string;
}
