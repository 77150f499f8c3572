import type { RequestSeen } from './request-seen';
import type { ResponseSeen } from './response-seen';

/** When a call began and ended, in milliseconds. */
export interface CallTimes {
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface LlmCallSeen {
  readonly request: RequestSeen;
  readonly response: ResponseSeen;
  readonly times: CallTimes;
}

export type LogValue = string | number;

type Field = readonly [name: string, read: (call: LlmCallSeen) => LogValue | undefined];

/** What a line tells of a call, in agentgateway's order. Values come from clients and providers: quote them. */
export const LLM_LOG_FIELDS: readonly Field[] = [
  ['gen_ai.operation.name', operationName],
  ['gen_ai.provider.name', ({ request }) => request.provider],
  ['gen_ai.request.model', ({ request }) => request.model || undefined],
  ['gen_ai.response.model', ({ response }) => response.model],
  ['gen_ai.usage.input_tokens', ({ response }) => response.usage.inputTokens],
  [
    'gen_ai.usage.cache_creation.input_tokens',
    ({ response }) => response.usage.cacheCreationTokens,
  ],
  ['gen_ai.usage.cache_read.input_tokens', ({ response }) => response.usage.cacheReadTokens],
  ['gen_ai.usage.output_tokens', ({ response }) => response.usage.outputTokens],
  ['gen_ai.usage.reasoning_tokens', ({ response }) => response.usage.reasoningTokens],
  ['agw.ai.time_to_first_token', secondsToFirstToken],
  ['agw.ai.time_per_output_token', secondsPerOutputToken],
  ['gen_ai.usage.output_image_tokens', ({ response }) => response.usage.outputImageTokens],
  ['gen_ai.usage.input_audio_tokens', ({ response }) => response.usage.inputAudioTokens],
  ['gen_ai.usage.output_audio_tokens', ({ response }) => response.usage.outputAudioTokens],
  ['gen_ai.request.temperature', ({ request }) => request.temperature],
  ['gen_ai.embeddings.dimension.count', ({ request }) => request.dimensions],
  ['gen_ai.request.encoding_formats', ({ request }) => request.encodingFormat],
  ['gen_ai.request.top_p', ({ request }) => request.topP],
  ['gen_ai.request.max_tokens', ({ request }) => request.maxTokens],
  ['gen_ai.request.frequency_penalty', ({ request }) => request.frequencyPenalty],
  ['gen_ai.request.presence_penalty', ({ request }) => request.presencePenalty],
  ['gen_ai.request.seed', ({ request }) => request.seed],
];

/** The fields that have a value. */
export function llmLogFields(call: LlmCallSeen): readonly (readonly [string, LogValue])[] {
  const found: [string, LogValue][] = [];
  for (const [name, read] of LLM_LOG_FIELDS) {
    const value = read(call);
    if (value !== undefined) found.push([name, value]);
  }
  return found;
}

/** `gen_ai.operation.name`. */
export function operationName({ request }: LlmCallSeen): string {
  return request.route === 'embeddings' ? 'embeddings' : 'chat';
}

/** From the beginning of a call; of streams only. */
export function secondsToFirstToken({ response, times }: LlmCallSeen): number | undefined {
  const { firstTokenAt } = response;
  return firstTokenAt === undefined ? undefined : seconds(firstTokenAt - times.startedAt);
}

/** On average over the tokens after the first. */
export function secondsPerOutputToken({ response, times }: LlmCallSeen): number | undefined {
  const { firstTokenAt, usage } = response;
  const { outputTokens = 0 } = usage;
  if (firstTokenAt === undefined || outputTokens < 2) return undefined;
  return seconds((times.finishedAt - firstTokenAt) / (outputTokens - 1));
}

/** To the microsecond: what lies below is no more than noise of the clock. */
function seconds(milliseconds: number): number {
  return Math.round(Math.max(0, milliseconds) * 1000) / 1_000_000;
}
