/** The pieces of a message, as far as they may be kept. */
export class Kept {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(private readonly limit: number) {}

  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.isTooLarge) this.#chunks.length = 0;
    else this.#chunks.push(chunk);
  }

  get isTooLarge(): boolean {
    return this.#size > this.limit;
  }

  /** All of it. @default - it was too large */
  whole(): Uint8Array | undefined {
    if (this.isTooLarge) return undefined;
    return this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
  }
}
