/** What lines are written to: standard output, or a file's stream. */
export interface LineSink {
  write(text: string): unknown;
}

const FLUSH_BYTES = 64 * 1024;
/** Nobody sees so short a delay, and a busy gateway writes a hundred times less often. */
const FLUSH_MS = 10;

/** Gathers lines into few writes. Whoever ends the process flushes first. */
export class LogWriter {
  #pending = '';
  #scheduled = false;

  constructor(private readonly sink: LineSink) {}

  readonly writeLine = (line: string): void => {
    this.#pending += `${line}\n`;
    if (this.#pending.length >= FLUSH_BYTES) return this.flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.flush(), FLUSH_MS);
  };

  flush(): void {
    this.#scheduled = false;
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    this.sink.write(text);
  }
}
