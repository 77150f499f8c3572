import {
  type LlmCallSeen,
  operationName,
  secondsPerOutputToken,
  secondsToFirstToken,
} from '../../llm/log-fields';
import type { GenAiCall } from '../../telemetry/gen-ai-metrics';

/** A call as the metrics count it. */
export function genAiCall(seen: LlmCallSeen): GenAiCall {
  const { request, response, times } = seen;
  const { usage } = response;
  return {
    operation: operationName(seen),
    provider: request.provider,
    requestModel: request.model,
    responseModel: response.model,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheCreationTokens,
    seconds: Math.max(0, times.finishedAt - times.startedAt) / 1000,
    secondsToFirstToken: secondsToFirstToken(seen),
    secondsPerOutputToken: secondsPerOutputToken(seen),
  };
}
