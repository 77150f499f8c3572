import type { IRouteAnswer, RouteAnswerConfig } from './route-answer';

/** Options of `DirectResponse.of`. */
export interface DirectResponseOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /**
   * Body, at most 4096 characters.
   *
   * @default - no body
   */
  readonly body?: string;
}

/** A rule that the gateway answers by itself, with always the same response. Authentication still runs before it. */
export class DirectResponse implements IRouteAnswer {
  /**
   * @example
   * route.addRule(DirectResponse.of({ status: 200, body: 'ok' }), { matches: [RouteMatch.pathExact('/healthz')] })
   */
  public static of(options: DirectResponseOptions): DirectResponse {
    return new DirectResponse(options.status, options.body);
  }

  private constructor(
    private readonly status: number,
    private readonly body?: string,
  ) {
    if (!Number.isInteger(status) || status < 200 || status > 599)
      throw new Error(`status of a direct response must be 200 to 599, got ${status}`);
    if (body !== undefined && (body.length < 1 || body.length > 4096))
      throw new Error(
        `body of a direct response must have 1 to 4096 characters, got ${body.length}; leave it out for none`,
      );
  }

  public toRouteAnswerConfig(): RouteAnswerConfig {
    return { directResponse: { status: this.status, body: this.body } };
  }
}
