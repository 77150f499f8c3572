import { hash } from 'node:crypto';
import type { Rule } from '../../cel/gateway/rule';
import { type CelResult, Double, Duration, Timestamp, Uint } from '../../cel/value';
import { variablesOf } from '../expression-variables';
import type { RequestContext } from '../request-context';
import type { Decision } from './decision';

/** What is found for a request: a decision that holds; or none, and where one may be kept. */
export type Found = { readonly decision: Decision } | { readonly key: string | undefined };

export interface DecisionCacheOptions {
  /** What a decision depends on. Nothing for an expression that cannot be compiled. */
  readonly key: readonly (Rule | undefined)[];
  /** How long one holds, as a duration or as its end; evaluated once it has been applied. */
  readonly ttl: Rule | undefined;
  readonly maxEntries: number;
  readonly now: () => number;
}

interface Entry {
  readonly decision: Decision;
  readonly expiresAt: number;
  /** From then on one caller asks again. */
  readonly refreshAt: number;
  isRefreshing: boolean;
}

const LONGEST_REFRESH_MS = 5_000;

/** Decisions of a service, kept as long as they hold; those that are the oldest go first. */
export class DecisionCache {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: DecisionCacheOptions) {}

  find(request: RequestContext): Found {
    const key = this.#keyOf(request);
    const entry = key === undefined ? undefined : this.#entries.get(key);
    if (key === undefined || entry === undefined) return { key };
    const now = this.options.now();
    if (now >= entry.expiresAt) {
      this.#entries.delete(key);
      return { key };
    }
    if (now < entry.refreshAt || entry.isRefreshing) return entry;
    entry.isRefreshing = true;
    return { key };
  }

  /** Keeps what has just been applied to the request. */
  keep(key: string, decision: Decision, request: RequestContext): void {
    const now = this.options.now();
    const ttlMs = lifetime(this.options.ttl?.evaluate(variablesOf(request)), now);
    if (ttlMs === undefined || !(ttlMs > 0)) return;
    this.#entries.delete(key);
    if (this.#entries.size >= this.options.maxEntries) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    const expiresAt = now + ttlMs;
    const refreshAt = expiresAt - Math.min(ttlMs / 10, LONGEST_REFRESH_MS);
    this.#entries.set(key, { decision, expiresAt, refreshAt, isRefreshing: false });
  }

  /** Nothing where a part fails, or is no plain value. By hash: parts may be credentials. */
  #keyOf(request: RequestContext): string | undefined {
    const { key } = this.options;
    if (key.length === 0) return undefined;
    const variables = variablesOf(request);
    const parts: string[] = [];
    for (const rule of key) {
      const part = rule && keyPart(rule.evaluate(variables));
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return hash('sha256', JSON.stringify(parts), 'base64');
  }
}

/** Values of different types are different parts. */
function keyPart(value: CelResult): string | undefined {
  if (value === null) return 'null';
  if (typeof value === 'string') return `string ${value}`;
  if (typeof value === 'boolean') return `bool ${value}`;
  if (typeof value === 'number') return `${Number.isInteger(value) ? 'int' : 'double'} ${value}`;
  if (typeof value === 'bigint') return `int ${value}`;
  if (value instanceof Double) return `double ${value.value}`;
  if (value instanceof Uint) return `uint ${value.value}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  return undefined;
}

/** Milliseconds: a duration, the moment at which it ends, or that moment in seconds since 1970. */
function lifetime(value: CelResult | undefined, now: number): number | undefined {
  if (value instanceof Duration) return millisecondsOf(value);
  if (value instanceof Timestamp) return millisecondsOf(value) - now;
  if (value instanceof Double) return value.value * 1000 - now;
  if (value instanceof Uint) return Number(value.value) * 1000 - now;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value) * 1000 - now;
  return undefined;
}

function millisecondsOf({ seconds, nanos }: Duration | Timestamp): number {
  return seconds * 1000 + nanos / 1_000_000;
}
