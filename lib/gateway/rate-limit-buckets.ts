import type { NormalDocument, NormalLocalRateLimit } from '../standalone/normal-document';
import { policyPlaces } from './policy-places';
import { TokenBucket } from './token-bucket';

/** A gateway whose limits are counted. */
interface Counted {
  /** `namespace/name`. */
  readonly name: string;
  readonly document: NormalDocument;
}

/**
 * What is left of limits. It outlives a configuration: a reload gives nobody a new allowance, unless the limit is another
 * one or stands elsewhere in the file. One bucket for each place, however many listeners the route there is attached to.
 */
export class RateLimitBuckets {
  readonly #buckets = new Map<string, TokenBucket>();

  open(gateway: string, limit: NormalLocalRateLimit, now: number): TokenBucket {
    const key = keyOf(gateway, limit);
    const known = this.#buckets.get(key);
    if (known) return known;
    const bucket = new TokenBucket(limit, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Forgets the limits of all others. */
  keep(gateways: readonly Counted[]): void {
    const kept = new Set(
      gateways.flatMap(({ name, document }) =>
        limitsOf(document).map((limit) => keyOf(name, limit)),
      ),
    );
    for (const key of this.#buckets.keys()) {
      if (!kept.has(key)) this.#buckets.delete(key);
    }
  }
}

function limitsOf(document: NormalDocument): NormalLocalRateLimit[] {
  return policyPlaces(document).flatMap(({ policies }) => policies.localRateLimit ?? []);
}

function keyOf(gateway: string, limit: NormalLocalRateLimit): string {
  const { path, maxTokens, tokensPerFill, fillIntervalMs, type } = limit;
  return JSON.stringify([gateway, path, maxTokens, tokensPerFill, fillIntervalMs, type]);
}
