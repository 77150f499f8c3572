/**
 * Every answer that the gateway itself may give instead of an upstream's: its status, its body and the reason that the
 * access log names. One table, so that all questions about an error are answered here.
 */
export interface ErrorRow {
  readonly status: number;
  /** The body, as text. Where a call has more to say, it follows after a colon. */
  readonly body: string;
  readonly reason: string;
}

// biome-ignore format: a table reads by its columns.
export const ERRORS = {
  badRequest:         { status: 400, body: 'bad request',                                                 reason: 'Internal' },
  headersTooMany:     { status: 431, body: 'request header fields too large',                             reason: 'Internal' },
  bindNotFound:       { status: 404, body: 'bind not found',                                              reason: 'NotFound' },
  listenerNotFound:   { status: 404, body: 'listener not found',                                          reason: 'NotFound' },
  routeNotFound:      { status: 404, body: 'route not found',                                             reason: 'NotFound' },
  misdirected:        { status: 421, body: 'misdirected request',                                         reason: 'NotFound' },
  methodNotAllowed:   { status: 405, body: 'method not allowed',                                          reason: 'Internal' },
  noHost:             { status: 503, body: 'processing failed: no authority or host',                     reason: 'Internal' },
  policyFailed:       { status: 500, body: 'processing failed',                                           reason: 'Internal' },
  upgradeFailed:      { status: 502, body: 'upgrade failed',                                              reason: 'Internal' },
  noValidBackends:    { status: 500, body: 'no valid backends',                                           reason: 'NoHealthyBackend' },
  backendMissing:     { status: 500, body: 'backend does not exist',                                      reason: 'NoHealthyBackend' },
  dnsFailed:          { status: 503, body: 'backends required DNS resolution which failed',               reason: 'NoHealthyBackend' },
  upstreamFailed:     { status: 503, body: 'upstream call failed',                                        reason: 'UpstreamFailure' },
  upstreamTimeout:    { status: 504, body: 'upstream call timeout',                                       reason: 'Timeout' },
  requestTimeout:     { status: 504, body: 'request timeout',                                             reason: 'Timeout' },
  apiKeyMissing:      { status: 401, body: 'api key authentication failure: no API Key found',            reason: 'APIKeyAuth' },
  apiKeyWrong:        { status: 401, body: 'api key authentication failure: invalid credentials',         reason: 'APIKeyAuth' },
  jwtRefused:         { status: 401, body: 'authentication failure',                                      reason: 'JwtAuth' },
  basicAuthMissing:   { status: 401, body: 'basic authentication failure: no basic authentication credentials found', reason: 'BasicAuth' },
  basicAuthWrong:     { status: 401, body: 'basic authentication failure: invalid credentials',           reason: 'BasicAuth' },
  llmRequest:         { status: 400, body: 'failed to process LLM request',                               reason: 'Internal' },
  llmResponse:        { status: 503, body: 'failed to process LLM response',                              reason: 'Internal' },
  llmStream:          { status: 503, body: 'the stream ended with an error',                              reason: 'UpstreamFailure' },
  extAuthRefused:     { status: 403, body: 'external authorization failed',                               reason: 'ExtAuth' },
  extAuthBodyTooLarge: { status: 413, body: 'external authorization failed',                              reason: 'ExtAuth' },
  forbidden:          { status: 403, body: 'authorization failed',                                        reason: 'Authorization' },
  rateLimited:        { status: 429, body: 'rate limit exceeded',                                         reason: 'RateLimit' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** What a gRPC client reads in place of an HTTP status (gRPC's HTTP-to-status mapping); others are `UNKNOWN` (2). */
const GRPC_STATUS: Readonly<Record<number, number>> = {
  400: 13, // INTERNAL
  401: 16, // UNAUTHENTICATED
  403: 7, //  PERMISSION_DENIED
  404: 12, // UNIMPLEMENTED
  429: 14, // UNAVAILABLE
  502: 14,
  503: 14,
  504: 14,
};

export function grpcStatus(code: ErrorCode | undefined, status: number): number {
  return code === 'noValidBackends' ? 14 : (GRPC_STATUS[status] ?? 2);
}
