/** What was verified before, so that the next request does without. */
interface Entry<T> {
  readonly value: T;
  readonly expiresAt: number;
}

/**
 * Credentials that were found good, by their hash: neither memory nor a dump of it holds one. Bounded; what was used the
 * longest time ago goes first. Only good ones enter, so nobody can fill it without.
 */
export class VerifiedCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  #version = 0;

  constructor(private readonly size: number) {}

  /** `version` says of which keys the caller speaks: what was verified by others is forgotten. */
  get(digest: string, now: number, version = 0): T | undefined {
    this.#turnTo(version);
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    if (now >= entry.expiresAt) return undefined;
    this.#entries.set(digest, entry);
    return entry.value;
  }

  set(digest: string, value: T, expiresAt: number, version = 0): void {
    if (version < this.#version) return;
    this.#turnTo(version);
    if (this.#entries.size >= this.size) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    this.#entries.set(digest, { value, expiresAt });
  }

  #turnTo(version: number): void {
    if (version === this.#version) return;
    this.#entries.clear();
    this.#version = version;
  }
}
