import type { LlmCall } from '../../llm/call';
import type { JsonRecord } from '../../llm/json';
import { estimateTokens } from '../../llm/token-estimate';
import type { Usage } from '../../llm/usage';
import type { Answer } from '../answer';
import type { TokenLimit } from '../request-context';
import { isCharged } from './llm-route';

/** What one request costs the limits of tokens that it is under. */
export class LlmCharge {
  #asked = false;
  #request: JsonRecord | undefined;
  /** What the limits keep for the request. */
  #setAside = 0;

  constructor(private readonly limits: readonly TokenLimit[]) {}

  /** Asks the limits. What is not measured needs something left of each, and counting tokens needs none. */
  admit({ request, seen }: LlmCall, isMeasured: boolean): Answer | undefined {
    if (this.limits.length === 0 || !isCharged(seen.route)) return undefined;
    this.#asked = true;
    this.#request = request;
    this.#setAside = isMeasured && request ? estimateTokens(request) : 0;
    for (const limit of this.limits) {
      const refused = limit.admit(this.#setAside);
      if (refused) return refused;
    }
    return undefined;
  }

  /** No answer costs nothing. */
  waive(): void {
    this.#spend(0);
  }

  /** An answer that did not tell its cost has cost what was set aside. */
  settle(usage: Usage): void {
    this.#spend(total(usage) || this.#setAside);
  }

  /**
   * A stream that was left or broke off has cost what has come of it, though its end would have told: who always leaves
   * before would be under no limit.
   */
  settleUnfinished({ inputTokens, outputTokens = 0 }: Usage, parts: number): void {
    if (!this.#asked) return;
    const estimate = () => this.#setAside || (this.#request ? estimateTokens(this.#request) : 0);
    this.#spend((inputTokens ?? estimate()) + Math.max(outputTokens, parts));
  }

  #spend(tokens: number): void {
    if (!this.#asked) return;
    for (const limit of this.limits) limit.spend(tokens);
  }
}

function total({ totalTokens, inputTokens = 0, outputTokens = 0 }: Usage): number {
  return totalTokens ?? inputTokens + outputTokens;
}
