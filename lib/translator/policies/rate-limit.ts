import type { LocalRateLimit } from '../../standalone/document';
import type { Fields } from '../fields';

const HINT = 'remove it, or run this with agentgateway';
const INTERVALS = { Seconds: '1s', Minutes: '1m', Hours: '1h' } as const;

/** The API's 32 bits. */
const MOST = 2 ** 31 - 1;

/** Limits that the gateway counts itself: each is a bucket of one unit's limit and the burst, filled once a unit. */
export function translateRateLimit(rateLimit: Fields): LocalRateLimit[] | undefined {
  rateLimit.refuseOthers(['local'], 'a rate limit', HINT);
  const limits = rateLimit.entries('local').map(translateLocal);
  return limits.length > 0 ? limits : undefined;
}

function translateLocal(limit: Fields): LocalRateLimit {
  limit.refuseOthers(['requests', 'tokens', 'burst', 'unit'], 'a local rate limit', HINT);
  const requests = limit.integer('requests', 1, MOST);
  const tokens = limit.integer('tokens', 1, MOST);
  if (limit.has('requests') === limit.has('tokens')) {
    limit.findings.error(
      'Required',
      limit.path,
      'a limit needs exactly one of `requests` and `tokens`',
      'write one limit for each',
    );
  }
  /** Nothing passes where no number was read. */
  const perUnit = requests ?? tokens ?? 0;
  const burst = limit.integer('burst', 0, MOST) ?? 0;
  const unit = limit.choice('unit', ['Seconds', 'Minutes', 'Hours']) ?? 'Hours';
  return {
    maxTokens: perUnit + burst,
    tokensPerFill: perUnit,
    fillInterval: INTERVALS[unit],
    type: limit.has('tokens') && !limit.has('requests') ? 'tokens' : 'requests',
  };
}
