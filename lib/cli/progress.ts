/** As long as this a command may take without a word. */
const PATIENCE_MS = 1000;
const PACE_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

/** Says on a terminal how far a command is, once it takes longer than a second. */
export class Progress {
  #next = Date.now() + PATIENCE_MS;
  #isShown = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(text: string): void {
    if (!this.stream.isTTY || Date.now() < this.#next) return;
    this.stream.write(`${CLEAR_LINE}${text}`);
    this.#isShown = true;
    this.#next = Date.now() + PACE_MS;
  }

  clear(): void {
    if (this.#isShown) this.stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
