/** What lines are written to: standard output, or a file's stream. */
export interface LineSink {
  write(text: string): unknown;
}

const FLUSH_BYTES = 64 * 1024;

/** Gathers the lines of one turn of the event loop into one write: prompt for a person, cheap under load. */
export class LogWriter {
  #pending = '';
  #scheduled = false;

  constructor(private readonly sink: LineSink) {}

  readonly writeLine = (line: string): void => {
    this.#pending += `${line}\n`;
    if (this.#pending.length >= FLUSH_BYTES) return this.flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  };

  flush(): void {
    this.#scheduled = false;
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    this.sink.write(text);
  }
}
