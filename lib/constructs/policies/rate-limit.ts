import type { Construct } from 'constructs';
import type { ResourceProps } from '../resource';
import { Policy } from './policy';
import type { IPolicyTarget } from './policy-target';

const MAX_LIMITS = 16;

/** The API's 32 bits. */
const MAX_AMOUNT = 2 ** 31 - 1;

/** The unit of time of a limit. */
export enum RateLimitUnit {
  SECOND = 'Seconds',
  MINUTE = 'Minutes',
  HOUR = 'Hours',
}

/** How often a limit is granted anew. */
export interface RateLimitOptions {
  /** The unit of time that the number is for. */
  readonly per: RateLimitUnit;

  /**
   * How many may pass besides, after a quiet time.
   *
   * @default 0
   */
  readonly burst?: number;
}

/** So many requests, or tokens of language models, in each unit of time. */
export class RateLimit {
  /** So many requests may pass in each unit, whole numbers from 1. */
  public static requests(limit: number, options: RateLimitOptions): RateLimit {
    return new RateLimit('requests', limit, options);
  }

  /**
   * So many tokens may be used by language models in each unit, for requests and answers together. What a request used is
   * known once its answer is complete, so that the one which goes over the limit still passes. Requests that call no
   * model do not count.
   */
  public static tokens(limit: number, options: RateLimitOptions): RateLimit {
    return new RateLimit('tokens', limit, options);
  }

  private constructor(
    private readonly field: 'requests' | 'tokens',
    private readonly limit: number,
    private readonly options: RateLimitOptions,
  ) {
    checkAmount(`a limit of ${field}`, limit, 1);
    checkAmount(`the burst of a limit of ${field}`, options.burst ?? 0, 0);
  }

  /** @internal */
  public _toKube(): unknown {
    const { per, burst } = this.options;
    return { [this.field]: this.limit, burst, unit: per };
  }
}

/** Properties of `RateLimitPolicy`. */
export interface RateLimitPolicyProps extends ResourceProps {
  /**
   * The Gateway, listener, route or rule whose requests are counted, together: on a Gateway all its routes share the limits.
   * A policy on a route replaces one on its Gateway or listener.
   */
  readonly target: IPolicyTarget;

  /** The limits, 1 to 16. A request must meet all of them. */
  readonly local: RateLimit[];
}

/**
 * Answers 429 when there are too many requests, or language models use too many tokens. All callers share a limit; each
 * replica of the gateway counts for itself.
 *
 * @example
 * new RateLimitPolicy(this, 'Limits', {
 *   target: route,
 *   local: [RateLimit.requests(100, { per: RateLimitUnit.MINUTE, burst: 20 })],
 * });
 */
export class RateLimitPolicy extends Policy {
  constructor(scope: Construct, id: string, props: RateLimitPolicyProps) {
    const { metadata, target, local } = props;
    const path = [scope.node.path, id].filter(Boolean).join('/');
    if (local.length === 0)
      throw new Error(
        `RateLimitPolicy ${path} limits nothing; give it \`local\`, such as RateLimit.requests(100, { per: RateLimitUnit.MINUTE })`,
      );
    if (local.length > MAX_LIMITS)
      throw new Error(
        `RateLimitPolicy ${path} takes at most ${MAX_LIMITS} limits, got ${local.length}; leave out those that others include`,
      );
    super(scope, id, {
      metadata,
      target,
      traffic: { rateLimit: { local: local.map((limit) => limit._toKube()) } },
    });
  }
}

function checkAmount(what: string, amount: number, least: number): void {
  if (Number.isInteger(amount) && amount >= least && amount <= MAX_AMOUNT) return;
  throw new Error(
    `${what} must be a whole number from ${least} to ${MAX_AMOUNT}, got ${amount}; write longer units for rarer events, such as 1 per RateLimitUnit.HOUR`,
  );
}
