import { entries, field, isRecord, type JsonRecord, text } from '../json';
import { badResponse, type LlmProblem } from '../problem';
import { asCompletionsUsage, claudeUsage } from '../usage';
import { finishReason } from './stop-reason';
import { toolArguments } from './tool-arguments';

/** Claude's answer as a chat completion. `now` is in milliseconds since the epoch: Claude tells no time. */
export function responseToCompletion(response: unknown, now: number): JsonRecord | LlmProblem {
  if (!isRecord(response) || !Array.isArray(field(response, 'content'))) {
    return badResponse('content: expected a list');
  }
  const blocks = entries(response, 'content');
  const calls = blocks.flatMap(toolCall);
  const stop = text(response, 'stop_reason');
  const message = {
    role: 'assistant',
    content: joined(blocks, 'text') ?? null,
    reasoning_content: joined(blocks, 'thinking'),
    tool_calls: calls.length > 0 ? calls : undefined,
  };
  return {
    id: text(response, 'id') ?? '',
    object: 'chat.completion',
    created: Math.floor(now / 1000),
    model: text(response, 'model') ?? '',
    choices: [
      {
        index: 0,
        message,
        finish_reason: stop === undefined ? null : finishReason(stop),
        logprobs: null,
      },
    ],
    usage: asCompletionsUsage(claudeUsage(field(response, 'usage'))),
    service_tier: text(field(response, 'usage'), 'service_tier'),
  };
}

/** All texts of one kind, as one: Claude splits them around citations. */
function joined(blocks: readonly unknown[], kind: 'text' | 'thinking'): string | undefined {
  const found = blocks
    .filter((block) => text(block, 'type') === kind)
    .flatMap((block) => text(block, kind) ?? []);
  return found.length > 0 ? found.join('') : undefined;
}

function toolCall(block: unknown): readonly JsonRecord[] {
  const type = text(block, 'type');
  if (type !== 'tool_use' && type !== 'server_tool_use') return [];
  const called = {
    name: text(block, 'name') ?? '',
    arguments: toolArguments(field(block, 'input')),
  };
  return [{ id: text(block, 'id') ?? '', type: 'function', function: called }];
}
