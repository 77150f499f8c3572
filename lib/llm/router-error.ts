/** What a model router refuses, as JSON in the shape that OpenAI's clients read. */
interface RouterErrorRow {
  readonly status: number;
  readonly message: string;
}

// biome-ignore format: a table reads by its columns.
const ROUTER_ERRORS = {
  model_not_found:            { status: 404, message: 'Model not found' },
  model_authorization_denied: { status: 403, message: 'Model authorization denied' },
  model_not_allowed:          { status: 403, message: 'Model not allowed' },
  invalid_request_body:       { status: 400, message: 'Invalid request body' },
  missing_model:              { status: 400, message: 'Missing model' },
  request_body_too_large:     { status: 413, message: 'Request body too large' },
} as const satisfies Record<string, RouterErrorRow>;

export type RouterErrorCode = keyof typeof ROUTER_ERRORS;

export interface JsonAnswer {
  readonly status: number;
  /** `application/json`. */
  readonly body: string;
}

export function routerError(code: RouterErrorCode): JsonAnswer {
  const { status, message } = ROUTER_ERRORS[code];
  return {
    status,
    body: JSON.stringify({ error: { message, type: 'invalid_request_error', code } }),
  };
}

/** The answer to a `models` route that no router serves. */
export function modelsNotImplemented(): JsonAnswer {
  return { status: 501, body: JSON.stringify({ error: "Route 'Models' not implemented" }) };
}
