import { count, entries, field, isRecord, type JsonRecord, text } from '../json';
import { badResponse, type LlmProblem } from '../problem';
import { openAiUsage, type Usage } from '../usage';

/** Why a chat completion was cut short, as a response says it. */
const INCOMPLETE: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/** What a response says of itself beside what it says. */
export interface ResponseFrame {
  readonly id: string;
  readonly model: string;
  /** In seconds since the epoch. */
  readonly createdAt: number;
}

/** A chat completion as a response. `now` is in milliseconds since the epoch. */
export function completionToResponse(completion: unknown, now: number): JsonRecord | LlmProblem {
  const [choice] = entries(completion, 'choices');
  const message = field(choice, 'message');
  if (!isRecord(message)) return badResponse('chat response missing choices');
  const id = text(completion, 'id') ?? '';
  const words = text(message, 'content') ?? text(message, 'refusal');
  const calls = entries(message, 'tool_calls').flatMap((call, index) => callItem(id, call, index));
  const frame = {
    id,
    model: text(completion, 'model') ?? '',
    createdAt: count(completion, 'created') ?? Math.floor(now / 1000),
  };
  const output = [...(words === undefined ? [] : [messageItem(`msg_${id}`, words)]), ...calls];
  const usage = field(completion, 'usage');
  return finishedResponse(frame, output, text(choice, 'finish_reason'), openAiUsage(usage));
}

function callItem(id: string, call: unknown, index: number): readonly JsonRecord[] {
  const called = field(call, 'function');
  const name = text(called, 'name');
  if (name === undefined) return [];
  const callId = text(call, 'id') ?? `call_${index}`;
  return [functionCallItem(`fc_${id}_${index}`, callId, name, text(called, 'arguments') ?? '{}')];
}

export function messageItem(id: string, words: string): JsonRecord {
  return {
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [textPart(words)],
  };
}

export function textPart(words: string): JsonRecord {
  return { type: 'output_text', text: words, annotations: [] };
}

export function functionCallItem(
  id: string,
  call_id: string,
  name: string,
  written: string,
): JsonRecord {
  return { id, type: 'function_call', status: 'completed', call_id, name, arguments: written };
}

export function finishedResponse(
  frame: ResponseFrame,
  output: readonly JsonRecord[],
  finish: string | undefined,
  usage: Usage,
): JsonRecord {
  const reason =
    finish !== undefined && Object.hasOwn(INCOMPLETE, finish) ? INCOMPLETE[finish] : undefined;
  return {
    ...response(frame, reason === undefined ? 'completed' : 'incomplete', output),
    incomplete_details: reason === undefined ? null : { reason },
    usage: responseUsage(usage),
  };
}

export function startedResponse(frame: ResponseFrame): JsonRecord {
  return { ...response(frame, 'in_progress', []), incomplete_details: null, usage: null };
}

function response(
  { id, model, createdAt }: ResponseFrame,
  status: string,
  output: readonly JsonRecord[],
): JsonRecord {
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status,
    model,
    output,
    error: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
  };
}

function responseUsage({
  inputTokens = 0,
  outputTokens = 0,
  totalTokens = inputTokens + outputTokens,
  cacheReadTokens = 0,
  reasoningTokens = 0,
}: Usage): JsonRecord {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cacheReadTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: totalTokens,
  };
}
