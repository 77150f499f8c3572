import type { HeaderList } from '../../effects';
import type { NormalLocalRateLimit } from '../../standalone/normal-document';
import { type Answer, refusal } from '../answer';
import type { RequestPolicy } from '../policy';
import type { PolicyHost } from '../policy-host';
import type { TokenLimit } from '../request-context';
import type { TokenBucket } from '../token-bucket';

const LIMITED = refusal('rateLimited');

/**
 * Lets requests pass while every limit has something left, and tells clients how they stand by the last of the limits.
 * What models use is not known yet: those limits travel with the request, to whoever calls one.
 */
export function compileLocalRateLimit(
  limits: readonly NormalLocalRateLimit[],
  { now, bucketOf }: PolicyHost,
): RequestPolicy {
  const bucketsOf = (type: NormalLocalRateLimit['type']) =>
    limits.filter((limit) => limit.type === type).map(bucketOf);
  const ofRequests = bucketsOf('requests');
  const ofTokens = bucketsOf('tokens');
  const last = ofRequests.at(-1);
  return function localRateLimit(request) {
    const time = now();
    for (const bucket of ofRequests) if (!bucket.take(1, time)) return limited(bucket, 1, time);
    for (const bucket of ofTokens) request.tokenLimits.push(new Spending(bucket, now));
    if (last) request.responseHeaders.push(...standing(last, last.fillsInMs(time), time));
    return undefined;
  };
}

/** What one request may still use of a limit, and has set aside. */
class Spending implements TokenLimit {
  #reserved = 0;

  constructor(
    private readonly bucket: TokenBucket,
    private readonly now: PolicyHost['now'],
  ) {}

  admit(tokens: number): Answer | undefined {
    const time = this.now();
    const more = tokens - this.#reserved;
    if (more > 0) {
      if (!this.bucket.take(more, time)) return limited(this.bucket, more, time);
      this.#reserved = tokens;
      return undefined;
    }
    const mayPass = this.#reserved > 0 || this.bucket.available(time) >= 1;
    return mayPass ? undefined : limited(this.bucket, 1, time);
  }

  spend(tokens: number): void {
    const cost = Math.max(0, tokens || 0);
    this.bucket.amend(cost - this.#reserved, this.now());
    this.#reserved = 0;
  }
}

/** What can never be had is not worth waiting for, and has no time to wait, as in agentgateway. */
function limited(bucket: TokenBucket, tokens: number, time: number): Answer {
  const waitMs = tokens > bucket.capacity ? 0 : bucket.fillsInMs(time);
  return { ...LIMITED, headers: [...LIMITED.headers, ...standing(bucket, waitMs, time)] };
}

function standing(bucket: TokenBucket, waitMs: number, time: number): HeaderList {
  return [
    'x-ratelimit-limit',
    String(bucket.capacity),
    'x-ratelimit-remaining',
    String(bucket.available(time)),
    'x-ratelimit-reset',
    String(Math.floor(waitMs / 1000)),
  ];
}
