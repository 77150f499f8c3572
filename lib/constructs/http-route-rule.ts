import type { Duration } from 'cdk8s';
import { toGatewayDuration, wholeMillis } from './duration';
import type { IPolicyTarget, PolicyTargetConfig } from './policies/policy-target';
import type { BackendRefConfig, IRouteAnswer, RouteAnswerConfig } from './route-answer';
import { type RouteFilter, toBackendRef } from './route-filter';
import type { RouteMatch } from './route-match';
import type { RouteRetry } from './route-retry';

/** Filters that a rule may have several of. */
const REPEATABLE = ['RequestMirror'];
const MAX_MATCHES = 64;
const MAX_FILTERS = 16;

/** How long a rule waits. */
export interface RouteTimeouts {
  /**
   * For the whole answer, tries included; zero for ever.
   *
   * @default - no limit
   */
  readonly request?: Duration;
  /**
   * For each try; zero for ever.
   *
   * @default - no limit but `request`
   */
  readonly backendRequest?: Duration;
}

/** Options of `HttpRoute.addRule`. */
export interface HttpRouteRuleOptions {
  /**
   * Name of the rule, unique in its route.
   *
   * @default - `rule-0`, `rule-1`, … where a policy needs a name, else none
   */
  readonly name?: string;
  /**
   * Which requests the rule is for: those that fit any of these.
   *
   * @default - every request
   */
  readonly matches?: RouteMatch[];
  /**
   * What is changed on the way.
   *
   * @default - nothing
   */
  readonly filters?: RouteFilter[];
  /** @default - no limits */
  readonly timeouts?: RouteTimeouts;
  /**
   * When it tries again. Rendered as an AgentgatewayPolicy on this rule.
   *
   * @default - never
   */
  readonly retry?: RouteRetry;
}

/** One rule of a route: which requests it is for, and what answers them. Policies can be attached to it. */
export class HttpRouteRule implements IPolicyTarget {
  private targeted = false;

  /** @internal */
  constructor(
    private readonly route: IPolicyTarget,
    private readonly fallbackName: string,
    private readonly answer: IRouteAnswer,
    private readonly options: HttpRouteRuleOptions,
  ) {
    const { filters = [], matches = [], timeouts } = options;
    checkFilters(filters);
    if (matches.length > MAX_MATCHES)
      throw new Error(
        `a rule takes at most ${MAX_MATCHES} matches, got ${matches.length}; split it`,
      );
    if (timeouts) toTimeouts(timeouts);
    this.checkAnswer(answer.toRouteAnswerConfig());
  }

  /** Name of the rule: the one given, or the one that it gets where a policy needs one. */
  public get name(): string {
    return this.options.name ?? this.fallbackName;
  }

  public toPolicyTargetConfig(): PolicyTargetConfig {
    this.targeted = true;
    return { ...this.route.toPolicyTargetConfig(), sectionName: this.name, parents: [this.route] };
  }

  /** @internal */
  public get _matchCount(): number {
    return this.options.matches?.length ?? 1;
  }

  /**
   * All backends that it refers to.
   *
   * @internal
   */
  public get _backendRefs(): BackendRefConfig[] {
    const { backends = [] } = this.answer.toRouteAnswerConfig();
    const mirrors = this.options.filters?.flatMap((filter) => filter._mirror ?? []) ?? [];
    return [...backends.map(({ backend }) => backend), ...mirrors].map((backend) =>
      backend.toBackendRefConfig(),
    );
  }

  /** @internal */
  public _toKube(namespace: string): unknown {
    const { name, matches, filters = [], timeouts } = this.options;
    const { backends, redirect } = this.answer.toRouteAnswerConfig();
    const rendered = filters.map((filter) => filter._toKube(namespace));
    if (redirect) rendered.push({ type: 'RequestRedirect', requestRedirect: redirect });
    return {
      name: this.targeted ? this.name : name,
      matches: matches?.map((match) => match._toKube()),
      filters: rendered.length > 0 ? rendered : undefined,
      timeouts: timeouts && toTimeouts(timeouts),
      backendRefs: backends?.map(({ backend, weight }) => ({
        ...toBackendRef(backend.toBackendRefConfig(), namespace),
        weight,
      })),
    };
  }

  private checkAnswer(answer: RouteAnswerConfig): void {
    const { filters = [], matches = [] } = this.options;
    if (answer.redirect && filters.some((filter) => filter._type === 'URLRewrite'))
      throw new Error('a redirect never reaches a backend, so it cannot be rewritten; drop one');
    const prefixNeeded = answer.replacesPrefix || filters.some((filter) => filter._replacesPrefix);
    if (prefixNeeded && !(matches.length === 1 && matches[0]._hasPrefix))
      throw new Error(
        'PathRewrite.prefix replaces the prefix that the rule matched, so the rule needs exactly one match, with a path prefix; split the rule or write PathRewrite.full',
      );
  }
}

function checkFilters(filters: readonly RouteFilter[]): void {
  if (filters.length > MAX_FILTERS)
    throw new Error(`a rule takes at most ${MAX_FILTERS} filters, got ${filters.length}`);
  const types = filters.map((filter) => filter._type);
  const twice = types.find(
    (type, index) => !REPEATABLE.includes(type) && types.indexOf(type) !== index,
  );
  if (twice) throw new Error(`a rule takes one ${twice} filter, got several; merge them`);
}

function toTimeouts(timeouts: RouteTimeouts): unknown {
  const { request, backendRequest } = timeouts;
  const limit = request && wholeMillis(request, 'timeouts.request');
  const each = backendRequest && wholeMillis(backendRequest, 'timeouts.backendRequest');
  if (limit && each && each > limit)
    throw new Error(
      `timeouts.backendRequest (${each}ms) is longer than timeouts.request (${limit}ms), so it would never be reached`,
    );
  return {
    request: request && toGatewayDuration(request, 'timeouts.request'),
    backendRequest: backendRequest && toGatewayDuration(backendRequest, 'timeouts.backendRequest'),
  };
}
