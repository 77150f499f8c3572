/** What answers the requests of a rule: a backend, several that share them, or the gateway itself. */
export interface IRouteAnswer {
  /** How a rule renders it. */
  toRouteAnswerConfig(): RouteAnswerConfig;
}

/** What a rule can send requests to. */
export interface IBackend extends IRouteAnswer {
  /** How routes and policies refer to it. */
  toBackendRefConfig(): BackendRefConfig;
}

/** How routes and policies refer to a backend. */
export interface BackendRefConfig {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** @default - not known: the namespace of whoever refers to it */
  readonly namespace?: string;
  /** @default - the kind needs none */
  readonly port?: number;
}

/** How a rule renders what answers its requests. */
export interface RouteAnswerConfig {
  /** @default - none: the gateway answers by itself */
  readonly backends?: WeightedBackend[];
  /**
   * A RequestRedirect filter.
   *
   * @default - no redirect
   */
  readonly redirect?: { readonly [field: string]: unknown };
  /**
   * `traffic.directResponse` of a policy on the rule.
   *
   * @default - no direct response
   */
  readonly directResponse?: { readonly [field: string]: unknown };
  /**
   * Whether the path prefix that the rule matched is replaced.
   *
   * @default false
   */
  readonly replacesPrefix?: boolean;
}

/** A backend and its share of the requests. */
export interface WeightedBackend {
  readonly backend: IBackend;
  /**
   * Its share, as a proportion of the sum of all weights; 0 sends it nothing.
   *
   * @default 1
   */
  readonly weight?: number;
}
