/** When a provider is left out, and for how long. */
export interface EvictionPolicy {
  /** @default - what `Retry-After` says, else three seconds */
  readonly durationMs?: number;
  /** Unhealthy answers in a row. With neither this nor a threshold, one suffices. */
  readonly consecutiveFailures?: number;
  /** From 0 to 1: left out when an unhealthy answer comes while the score is below. */
  readonly healthThreshold?: number;
  /** From 0 to 1: the score after the time is over. @default - unchanged */
  readonly restoreHealth?: number;
}

/** What is known of one provider. */
export interface ProviderHealth {
  /** From 0 to 1: recent answers weigh more than old ones. */
  readonly score: number;
  /** Unhealthy answers since the last healthy one. */
  readonly failures: number;
  /** How often it has been left out since the last healthy answer. */
  readonly evictions: number;
  /** In milliseconds. @default - it is not left out */
  readonly evictedUntil?: number;
}

/** One answer, or none, of a provider. */
export interface Outcome {
  /** When it came, in milliseconds. */
  readonly at: number;
  readonly unhealthy: boolean;
  /** What `Retry-After` asks for. */
  readonly retryAfterMs?: number;
}

export const HEALTHY: ProviderHealth = { score: 1, failures: 0, evictions: 0 };

/** How much one answer changes the score. */
const WEIGHT = 0.3;
const DEFAULT_EVICTION_MS = 3000;
const MOST_SECONDS = 24 * 60 * 60;

/** What counts against a provider unless an expression says otherwise: its own failures, and no answer at all. */
export function isUnhealthyStatus(status: number | undefined): boolean {
  return status === undefined || status >= 500;
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). `now` is in milliseconds since the epoch. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,10}$/.test(value)) return Math.min(Number(value), MOST_SECONDS) * 1000;
  const date = Date.parse(value);
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(0, date - now), MOST_SECONDS * 1000);
}

/** What is known after an answer. Without a policy nobody is left out; the score is kept nevertheless. */
export function afterOutcome(
  before: ProviderHealth,
  outcome: Outcome,
  policy: EvictionPolicy | undefined,
): ProviderHealth {
  const health = restored(before, outcome.at, policy);
  const { evictedUntil } = health;
  const score = WEIGHT * (outcome.unhealthy ? 0 : 1) + (1 - WEIGHT) * health.score;
  if (!outcome.unhealthy) return { score, failures: 0, evictions: 0, evictedUntil };
  const failures = health.failures + 1;
  if (!policy || !isEvictedBy(policy, health.score, failures)) {
    return { ...health, score, failures };
  }
  const base = policy.durationMs ?? outcome.retryAfterMs ?? DEFAULT_EVICTION_MS;
  const until = outcome.at + base * (health.evictions + 1);
  return { score, failures, evictions: health.evictions + 1, evictedUntil: until };
}

function isEvictedBy(policy: EvictionPolicy, score: number, failures: number): boolean {
  const { consecutiveFailures, healthThreshold } = policy;
  if (consecutiveFailures === undefined && healthThreshold === undefined) return true;
  const tooMany =
    consecutiveFailures !== undefined && consecutiveFailures > 0 && failures >= consecutiveFailures;
  return tooMany || (healthThreshold !== undefined && score < healthThreshold);
}

/** What is known when the time of being left out is over. */
export function restored(
  health: ProviderHealth,
  now: number,
  policy: EvictionPolicy | undefined,
): ProviderHealth {
  const { evictedUntil, ...rest } = health;
  if (evictedUntil === undefined || evictedUntil > now) return health;
  return { ...rest, score: policy?.restoreHealth ?? health.score };
}

export function isEvicted({ evictedUntil }: ProviderHealth, now: number): boolean {
  return evictedUntil !== undefined && evictedUntil > now;
}

/** Where a provider stands among the groups. */
export interface ProviderPlace {
  readonly group: number;
  readonly index: number;
}

/**
 * The provider that is asked: of the first group that has one that is not left out, the healthier of two that chance
 * picks. Where all are left out, the first group is asked nevertheless. `random` gives numbers in [0, 1).
 */
export function chooseProvider(
  groups: readonly (readonly ProviderHealth[])[],
  now: number,
  random: () => number,
): ProviderPlace | undefined {
  for (const [group, members] of groups.entries()) {
    const able = indexesOf(members).filter((index) => !isEvicted(members[index], now));
    if (able.length > 0) return { group, index: healthierOfTwo(members, able, random) };
  }
  const group = groups.findIndex((members) => members.length > 0);
  if (group < 0) return undefined;
  return { group, index: healthierOfTwo(groups[group], indexesOf(groups[group]), random) };
}

function indexesOf(members: readonly ProviderHealth[]): number[] {
  return members.map((_member, index) => index);
}

function healthierOfTwo(
  members: readonly ProviderHealth[],
  able: readonly number[],
  random: () => number,
): number {
  if (able.length === 1) return able[0];
  const first = Math.floor(random() * able.length);
  // Another one: as many steps onward as there are others.
  const second = (first + 1 + Math.floor(random() * (able.length - 1))) % able.length;
  const [a, b] = [able[first], able[second]];
  return members[b].score > members[a].score ? b : a;
}
