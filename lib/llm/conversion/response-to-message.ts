import { entries, field, isRecord, type JsonRecord, text } from '../json';
import { badResponse, type LlmProblem } from '../problem';
import { asClaudeUsage, openAiUsage } from '../usage';
import { stopReason } from './stop-reason';
import { toolInput } from './tool-arguments';

/** A chat completion as Claude's answer. Claude gives one answer only: the first choice. */
export function responseToMessage(response: unknown): JsonRecord | LlmProblem {
  const [choice] = entries(response, 'choices');
  const message = field(choice, 'message');
  if (!isRecord(message)) return badResponse('chat response missing choices');
  const { stop_reason, stop_sequence } = stopOf(choice);
  return {
    id: text(response, 'id') ?? '',
    type: 'message',
    role: 'assistant',
    model: text(response, 'model') ?? '',
    content: contentOf(message),
    stop_reason,
    stop_sequence,
    usage: asClaudeUsage(openAiUsage(field(response, 'usage'))),
  };
}

/** Some servers name the sequence that stopped them: vLLM as `stop_reason`, SGLang as `matched_stop`. */
export function stopOf(choice: unknown): {
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
} {
  const finish = text(choice, 'finish_reason');
  const named = text(choice, 'stop_reason') || text(choice, 'matched_stop');
  if (finish === 'stop' && named) return { stop_reason: 'stop_sequence', stop_sequence: named };
  return { stop_reason: stopReason(finish), stop_sequence: null };
}

function contentOf(message: JsonRecord): readonly JsonRecord[] {
  const thought = text(message, 'reasoning_content');
  const words = text(message, 'content') ?? text(message, 'refusal');
  return [
    ...(thought ? [{ type: 'thinking', thinking: thought, signature: '' }] : []),
    ...(words === undefined ? [] : [{ type: 'text', text: words }]),
    ...entries(message, 'tool_calls').flatMap(toolUse),
  ];
}

function toolUse(call: unknown): readonly JsonRecord[] {
  const called = field(call, 'function');
  const name = text(called, 'name');
  if (name === undefined) return [];
  const input = toolInput(text(called, 'arguments') ?? '');
  return [{ type: 'tool_use', id: text(call, 'id') ?? '', name, input }];
}
