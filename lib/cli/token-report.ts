import type { DecodedToken } from './token-decode';
import type { PlaceVerdict } from './token-judge';

/** All that is known of a token. */
export interface TokenReport {
  readonly token: DecodedToken;
  /** Milliseconds since 1970: the time that it is judged for. */
  readonly at: number;
  /** Why no gateway can read it, in the gateway's words. @default - it can be read */
  readonly problem?: string;
  /** @default - nobody asked */
  readonly gateways?: readonly GatewayReport[];
}

export interface GatewayReport {
  /** `namespace/name`. */
  readonly name: string;
  readonly places: readonly PlaceVerdict[];
  /** Routes on which nothing looks at a token. */
  readonly unguarded: readonly string[];
}

/** Claims that are times (RFC 7519 §4.1, OpenID Connect Core §2). */
export const TIMES: readonly string[] = ['exp', 'nbf', 'iat', 'auth_time'];
