import type { MapView, PlainObject } from '../value';

type Values = PlainObject | MapView;

/**
 * What a gateway knows when it evaluates an expression. A variable that it leaves out is null to the expression; fields
 * inside of them are left out where there is nothing to know, and those of `VARIABLES` that are always there are there.
 */
export interface GatewayVariables {
  /** Mostly a `RequestView`. */
  readonly request?: Values;
  /** Mostly a `ResponseView`. */
  readonly response?: Values;
  readonly source?: Values;
  readonly destination?: Values;
  readonly proxy?: Values;
  readonly env?: Values;
  /** The claims of a verified token: `withSecret(claims, 'rawToken', token)`. */
  readonly jwt?: Values;
  /** What is known of an API key: `withSecret(metadata, 'key', key)`. */
  readonly apiKey?: Values;
  readonly basicAuth?: Values;
  readonly extauthz?: Values;
  readonly extproc?: Values;
  readonly metadata?: Values;
  readonly backend?: Values;
  readonly mcp?: Values;
  readonly mcpGuardrails?: Values;
  readonly llm?: Values;
  readonly llmRequest?: unknown;
}

/** The variables as an expression sees them: each has a value, null where there is nothing to know. */
export type GatewayActivation = Readonly<Record<keyof GatewayVariables, unknown>>;

/**
 * Variables for any number of expressions.
 *
 * @example rule.matches(activation({ request: new RequestView(data), jwt: withSecret(claims, 'rawToken', token) }))
 */
export function activation(given: GatewayVariables): GatewayActivation {
  return {
    request: given.request ?? null,
    response: given.response ?? null,
    source: given.source ?? null,
    destination: given.destination ?? null,
    proxy: given.proxy ?? null,
    env: given.env ?? null,
    jwt: given.jwt ?? null,
    apiKey: given.apiKey ?? null,
    basicAuth: given.basicAuth ?? null,
    extauthz: given.extauthz ?? null,
    extproc: given.extproc ?? null,
    metadata: given.metadata ?? null,
    backend: given.backend ?? null,
    mcp: given.mcp ?? null,
    mcpGuardrails: given.mcpGuardrails ?? null,
    llm: given.llm ?? null,
    llmRequest: given.llmRequest ?? null,
  };
}
