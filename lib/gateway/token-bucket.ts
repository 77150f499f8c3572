import type { NormalLocalRateLimit } from '../standalone/normal-document';

type Size = Pick<NormalLocalRateLimit, 'maxTokens' | 'tokensPerFill' | 'fillIntervalMs'>;

/**
 * A bucket of tokens that begins full and is filled at whole intervals. Times are milliseconds of one clock; where that is
 * set back, an interval begins anew.
 */
export class TokenBucket {
  #available: number;
  #filledAt: number;

  constructor(
    private readonly size: Size,
    now: number,
  ) {
    this.#available = size.maxTokens;
    this.#filledAt = now;
  }

  get capacity(): number {
    return this.size.maxTokens;
  }

  available(now: number): number {
    this.#fill(now);
    return this.#available;
  }

  /** Takes all of them, or none. */
  take(tokens: number, now: number): boolean {
    if (this.available(now) < tokens) return false;
    this.#available -= tokens;
    return true;
  }

  /** Takes as many of them as there are; gives back where the number is negative. */
  amend(tokens: number, now: number): void {
    const left = this.available(now) - tokens;
    this.#available = Math.min(this.capacity, Math.max(0, left));
  }

  /** How long until it is filled next. */
  fillsInMs(now: number): number {
    this.#fill(now);
    return this.#filledAt + this.size.fillIntervalMs - now;
  }

  #fill(now: number): void {
    if (now < this.#filledAt) this.#filledAt = now;
    const { tokensPerFill, fillIntervalMs } = this.size;
    const intervals = Math.floor((now - this.#filledAt) / fillIntervalMs);
    if (intervals === 0) return;
    this.#filledAt += intervals * fillIntervalMs;
    this.#available = Math.min(this.capacity, this.#available + intervals * tokensPerFill);
  }
}
