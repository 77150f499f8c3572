import type { LlmCall } from '../../llm/call';
import { estimateTokens } from '../../llm/token-estimate';
import type { Usage } from '../../llm/usage';
import type { Answer } from '../answer';
import type { TokenLimit } from '../request-context';
import { isCharged } from './llm-route';

/** What one request costs the limits of tokens that it is under. */
export class LlmCharge {
  /** What the limits keep for this request. @default - they were not asked */
  #setAside: number | undefined;

  constructor(private readonly limits: readonly TokenLimit[]) {}

  /** Asks the limits. What is not measured needs something left of each, and counting tokens needs none. */
  admit({ request, seen }: LlmCall, isMeasured: boolean): Answer | undefined {
    if (this.limits.length === 0 || !isCharged(seen.route)) return undefined;
    this.#setAside = isMeasured && request ? estimateTokens(request) : 0;
    for (const limit of this.limits) {
      const refused = limit.admit(this.#setAside);
      if (refused) return refused;
    }
    return undefined;
  }

  /** An answer that went on without telling its cost has cost what was set aside; no answer costs nothing. */
  settle({ totalTokens, inputTokens = 0, outputTokens = 0 }: Usage, succeeded: boolean): void {
    if (this.#setAside === undefined) return;
    const told = totalTokens ?? inputTokens + outputTokens;
    const tokens = told > 0 || !succeeded ? told : this.#setAside;
    for (const limit of this.limits) limit.spend(tokens);
  }
}
