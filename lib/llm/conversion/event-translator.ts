/** Turns the events of one format into those of another, one at a time. */
export interface EventTranslator {
  /** What the client gets for the event, as it is written; '' for none. */
  translate(json: unknown): string;
  /** The provider has said that all is said, with chat completions' mark. */
  done(): string;
  /** What the client gets where the stream cannot go on. */
  fail(message: string): string;
}
