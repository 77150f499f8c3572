import { checkHostname } from './hostname';
import type { PathRewrite } from './path-rewrite';
import { checkPort } from './port';
import type { IRouteAnswer, RouteAnswerConfig } from './route-answer';

const STATUS_CODES = [301, 302, 303, 307, 308];
const SCHEMES = ['http', 'https'];

/** Options of `Redirect.of`: at least one but `statusCode`. */
export interface RedirectOptions {
  /**
   * `http` or `https`.
   *
   * @default - that of the request
   */
  readonly scheme?: string;
  /** @default - that of the request */
  readonly hostname?: string;
  /** @default - the one that belongs to `scheme`, if given, else the listener's */
  readonly port?: number;
  /** @default - that of the request */
  readonly path?: PathRewrite;
  /**
   * 301, 302, 303, 307 or 308.
   *
   * @default 302
   */
  readonly statusCode?: number;
}

/** A rule that sends clients elsewhere. */
export class Redirect implements IRouteAnswer {
  /**
   * @example
   * route.addRule(Redirect.of({ scheme: 'https', statusCode: 301 }))
   */
  public static of(options: RedirectOptions): Redirect {
    return new Redirect(options);
  }

  private readonly options: RedirectOptions;

  private constructor(options: RedirectOptions) {
    const { scheme, hostname, port, path, statusCode } = options;
    if ([scheme, hostname, port, path].every((part) => part === undefined))
      throw new Error(
        'a redirect to the same place never ends; give it a scheme, hostname, port or path',
      );
    if (scheme !== undefined && !SCHEMES.includes(scheme))
      throw new Error(`scheme of a redirect must be "http" or "https", got "${scheme}"`);
    if (hostname !== undefined) checkHostname(hostname, 'hostname of a redirect');
    if (hostname?.startsWith('*'))
      throw new Error(`hostname of a redirect must be one host, got "${hostname}"`);
    if (port !== undefined) checkPort(port, 'port of a redirect');
    if (statusCode !== undefined && !STATUS_CODES.includes(statusCode))
      throw new Error(
        `statusCode of a redirect must be one of ${STATUS_CODES.join(', ')}, got ${statusCode}`,
      );
    this.options = { ...options };
  }

  public toRouteAnswerConfig(): RouteAnswerConfig {
    const { path, statusCode = 302, ...rest } = this.options;
    return {
      redirect: { ...rest, path: path?._toKube(), statusCode },
      replacesPrefix: path?._needsPrefix,
    };
  }
}
