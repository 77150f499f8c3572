import type { Duration } from 'cdk8s';
import type { Cel } from '../cel';
import { toGatewayDuration } from '../duration';
import type { LlmAuth } from './llm-auth';
import type { LlmFormat } from './llm-format';
import type { LlmProvider } from './llm-provider';

const MAX_FIELDS = 64;

/** A message of a conversation. */
export interface LlmMessage {
  /** Whose it is: `system`, `user` or `assistant`. */
  readonly role: string;
  /** Its text. */
  readonly content: string;
}

/** Messages that are added to every conversation. */
export interface LlmPrompt {
  /**
   * Messages before those of the client, such as a system prompt.
   *
   * @default - none
   */
  readonly prepend?: LlmMessage[];

  /**
   * Messages after those of the client.
   *
   * @default - none
   */
  readonly append?: LlmMessage[];
}

/** Marks what providers that ask for marks, such as Bedrock, may keep of a prompt. */
export interface LlmPromptCaching {
  /**
   * Whether system prompts are marked.
   *
   * @default true
   */
  readonly cacheSystem?: boolean;

  /**
   * Whether the conversation is marked.
   *
   * @default true
   */
  readonly cacheMessages?: boolean;

  /**
   * How many messages before the usual place the mark stands.
   *
   * @default 0
   */
  readonly cacheMessageOffset?: number;

  /**
   * Whether the descriptions of tools are marked.
   *
   * @default false
   */
  readonly cacheTools?: boolean;

  /**
   * Prompts of fewer tokens, roughly counted, are not marked.
   *
   * @default 1024
   */
  readonly minTokens?: number;
}

/** When a provider is left out, and for how long. */
export interface LlmEviction {
  /**
   * How long it is left out the first time, longer each time after; a `Retry-After` of the provider comes first.
   *
   * @default - 3 seconds
   */
  readonly duration?: Duration;

  /**
   * So many failures one after another leave it out.
   *
   * @default - one
   */
  readonly consecutiveFailures?: number;

  /**
   * Leaves it out only when its health, which failures lower step by step, falls below so many percent.
   *
   * @default - its health is not looked at
   */
  readonly healthThreshold?: number;

  /**
   * The health in percent that it comes back with, and so the share of requests that it gets at first.
   *
   * @default - what the gateway gives
   */
  readonly restoreHealth?: number;
}

/** When a provider counts as unhealthy. Nothing is probed: answers to requests tell. */
export interface LlmHealth {
  /**
   * Which answers count as failed, such as `response.code >= 500 || response.code == 429`.
   *
   * @default - statuses from 500, and connections that fail
   */
  readonly unhealthyCondition?: Cel;

  /**
   * Leaves providers out that failed: what failover needs.
   *
   * @default - they only get fewer requests than others
   */
  readonly eviction?: LlmEviction;
}

/** How providers are called, for a whole backend or for one provider of a group, whose own settings come first. */
export interface LlmCallOptions {
  /**
   * How the gateway proves to the provider who calls.
   *
   * @default - Bedrock, Vertex AI and Azure get what the gateway's environment offers; all others what the client sent
   */
  readonly auth?: LlmAuth;

  /**
   * Which model stands for a name that clients write: `fast: 'gpt-4.1-nano'`. A `*` at an end of the name stands for any
   * text; an exact name comes first.
   *
   * @default - none
   */
  readonly modelAliases?: { readonly [name: string]: string };

  /**
   * Fields of the request's body that get this value where the client wrote none: `temperature: 0.2`.
   *
   * @default - none
   */
  readonly defaults?: { readonly [field: string]: unknown };

  /**
   * Fields of the request's body that get this value whatever the client wrote.
   *
   * @default - none
   */
  readonly overrides?: { readonly [field: string]: unknown };

  /**
   * Fields that expressions compute from the request as the client wrote it: `min(llmRequest.max_tokens, 1000)`. Where
   * one cannot be evaluated, the field is removed.
   *
   * @default - none
   */
  readonly transformations?: { readonly [field: string]: Cel };

  /**
   * Fields that expressions compute in the request as the provider gets it, last of all.
   *
   * @default - none
   */
  readonly finalTransformations?: { readonly [field: string]: Cel };

  /**
   * Messages that are added to every conversation.
   *
   * @default - none
   */
  readonly prompt?: LlmPrompt;

  /**
   * Marks what the provider may keep of a prompt.
   *
   * @default - nothing is marked
   */
  readonly promptCaching?: LlmPromptCaching;

  /**
   * Which format requests have, by the end of their path; the longest wins, and `*` stands for all others.
   *
   * @default - every request is taken for chat completions
   */
  readonly routes?: { readonly [path: string]: LlmFormat };

  /**
   * When a provider counts as unhealthy.
   *
   * @default - nothing is left out
   */
  readonly health?: LlmHealth;

  /**
   * How long one call may take, to the last byte of the answer.
   *
   * @default - no limit
   */
  readonly requestTimeout?: Duration;
}

/**
 * The policies that a call to the provider needs; nothing where there are none, since the API has no empty ones.
 *
 * @internal
 */
export function callPolicies(
  options: LlmCallOptions,
  provider?: LlmProvider,
): { readonly [field: string]: unknown } | undefined {
  const { auth, health, requestTimeout } = options;
  const policies = present({
    auth: auth?._toKube(),
    tls: provider?._writesTls ? {} : undefined,
    http: requestTimeout && {
      requestTimeout: toGatewayDuration(requestTimeout, 'requestTimeout'),
    },
    health: health && healthOf(health),
    ai: aiPolicies(options),
  });
  return Object.keys(policies).length > 0 ? policies : undefined;
}

/**
 * Throws for what the API would refuse, and for what would do nothing.
 *
 * @internal
 */
export function checkCall(options: LlmCallOptions, caller: string): void {
  for (const field of [
    'defaults',
    'overrides',
    'transformations',
    'finalTransformations',
    'modelAliases',
  ] as const)
    checkFields(options[field], `${caller}: ${field}`);
  for (const name of Object.keys(options.modelAliases ?? {})) checkAlias(name, caller);
  for (const path of Object.keys(options.routes ?? {})) checkRoute(path, caller);
  const { prepend = [], append = [] } = options.prompt ?? {};
  for (const { role } of [...prepend, ...append])
    if (role === '') throw new Error(`${caller}: a message of \`prompt\` needs a \`role\``);
  const { healthThreshold, restoreHealth, consecutiveFailures } = options.health?.eviction ?? {};
  checkWhole(healthThreshold, 100, `${caller}: healthThreshold`);
  checkWhole(restoreHealth, 100, `${caller}: restoreHealth`);
  checkWhole(consecutiveFailures, 2 ** 31 - 1, `${caller}: consecutiveFailures`);
}

function aiPolicies(options: LlmCallOptions): object | undefined {
  const { modelAliases, prompt, promptCaching, routes } = options;
  const policies = present({
    routes: routes && { ...routes },
    modelAliases: modelAliases && { ...modelAliases },
    defaults: fieldValues(options.defaults),
    overrides: fieldValues(options.overrides),
    transformations: fieldExpressions(options.transformations),
    finalTransformations: fieldExpressions(options.finalTransformations),
    prompt: prompt && {
      prepend: prompt.prepend?.map(({ role, content }) => ({ role, content })),
      append: prompt.append?.map(({ role, content }) => ({ role, content })),
    },
    promptCaching: promptCaching && { ...promptCaching },
  });
  return Object.keys(policies).length > 0 ? policies : undefined;
}

function fieldValues(fields: LlmCallOptions['defaults']): object[] | undefined {
  return fields && Object.entries(fields).map(([field, value]) => ({ field, value }));
}

function fieldExpressions(fields: LlmCallOptions['transformations']): object[] | undefined {
  return (
    fields && Object.entries(fields).map(([field, cel]) => ({ field, expression: cel._toKube() }))
  );
}

function healthOf({ unhealthyCondition, eviction }: LlmHealth): object {
  const { duration, ...others } = eviction ?? {};
  return {
    unhealthyCondition: unhealthyCondition?._toKube(),
    eviction: eviction && {
      duration: duration && toGatewayDuration(duration, 'eviction.duration'),
      ...others,
    },
  };
}

function present(fields: { readonly [field: string]: unknown }): { [field: string]: unknown } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function checkFields(fields: object | undefined, field: string): void {
  if (!fields) return;
  const names = Object.keys(fields);
  if (names.length < 1 || names.length > MAX_FIELDS)
    throw new Error(`${field} takes 1 to ${MAX_FIELDS} entries, got ${names.length}`);
  for (const name of names)
    if (name.length < 1 || name.length > 256)
      throw new Error(`${field} has a name of ${name.length} characters; write 1 to 256`);
}

function checkAlias(name: string, caller: string): void {
  if (!name.slice(1, -1).includes('*')) return;
  throw new Error(
    `${caller}: model alias "${name}" has a "*" in its middle; write it at an end, for example "gpt-*"`,
  );
}

function checkRoute(path: string, caller: string): void {
  if (path === '*' || path.startsWith('/') || path.startsWith(':')) return;
  throw new Error(
    `${caller}: route "${path}" must be the end of a path, like "/v1/messages", or "*" for all others`,
  );
}

function checkWhole(value: number | undefined, most: number, field: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return;
  throw new Error(`${field} must be a whole number from 0 to ${most}, got ${value}`);
}
