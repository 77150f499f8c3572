import { count, entries, field, flag, isRecord, type JsonRecord, number, text } from '../json';
import { badRequest, type LlmProblem, unsupportedConversion } from '../problem';

/** Fields that mean a conversation which only OpenAI's servers remember. */
const REMEMBERED = ['previous_response_id', 'conversation', 'prompt'] as const;

/** Parts that hold text, and their names for it. */
const TEXT_PARTS: ReadonlySet<string> = new Set(['input_text', 'output_text', 'text']);

/** The chat completion that means what a request for a response asks. Tools of OpenAI's servers are left out. */
export function responsesToCompletions(request: JsonRecord): JsonRecord | LlmProblem {
  const remembered = REMEMBERED.find((name) => (field(request, name) ?? null) !== null);
  if (remembered) return unsupportedConversion(`${remembered} has no meaning for chat completions`);
  const items = entries(request, 'input');
  const wrong = items.findIndex((item) => !isRecord(item));
  if (wrong >= 0) return badRequest(`input[${wrong}]: expected an object`);
  const streaming = field(request, 'stream') === true;
  const tools = entries(request, 'tools').flatMap(functionTool);
  return {
    model: text(request, 'model'),
    messages: [...instructions(request), ...conversation(request, items)],
    max_completion_tokens: count(request, 'max_output_tokens'),
    stream: streaming ? true : undefined,
    stream_options: streaming ? { include_usage: true } : undefined,
    temperature: number(request, 'temperature'),
    top_p: number(request, 'top_p'),
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: toolChoice(field(request, 'tool_choice')),
    parallel_tool_calls: flag(request, 'parallel_tool_calls'),
    user: text(request, 'user'),
    reasoning_effort: text(field(request, 'reasoning'), 'effort'),
    response_format: responseFormat(field(field(request, 'text'), 'format')),
  };
}

function instructions(request: JsonRecord): readonly JsonRecord[] {
  const content = text(request, 'instructions');
  return content ? [{ role: 'system', content }] : [];
}

function conversation(request: JsonRecord, items: readonly unknown[]): readonly JsonRecord[] {
  const whole = text(request, 'input');
  if (whole !== undefined) return [{ role: 'user', content: whole }];
  const messages: JsonRecord[] = [];
  for (const item of items) {
    const previous = messages[messages.length - 1];
    const call = toolCall(item);
    if (call && previous?.role === 'assistant') {
      const calls = [...entries(previous, 'tool_calls'), call];
      messages[messages.length - 1] = { ...previous, tool_calls: calls };
    } else if (call) messages.push({ role: 'assistant', content: null, tool_calls: [call] });
    else messages.push(...message(item));
  }
  return messages;
}

function toolCall(item: unknown): JsonRecord | undefined {
  const name = text(item, 'name');
  if (text(item, 'type') !== 'function_call' || name === undefined) return undefined;
  const called = { name, arguments: text(item, 'arguments') ?? '{}' };
  return { id: text(item, 'call_id') ?? '', type: 'function', function: called };
}

/** Items that only OpenAI's servers understand, such as their reasoning, are left out. */
function message(item: unknown): readonly JsonRecord[] {
  const type = text(item, 'type') ?? 'message';
  if (type === 'function_call_output') {
    const content = contentOf(field(item, 'output')) ?? '';
    return [{ role: 'tool', tool_call_id: text(item, 'call_id') ?? '', content }];
  }
  const content = contentOf(field(item, 'content'));
  if (type !== 'message' || content === undefined) return [];
  return [{ role: roleOf(text(item, 'role')), content }];
}

function roleOf(role: string | undefined): string {
  if (role === 'developer' || role === 'system') return 'system';
  return role === 'assistant' ? 'assistant' : 'user';
}

function contentOf(content: unknown): unknown {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.flatMap(contentPart) : [];
  if (parts.length === 0) return undefined;
  return parts.length === 1 && parts[0].type === 'text' ? parts[0].text : parts;
}

function contentPart(part: unknown): readonly JsonRecord[] {
  const type = text(part, 'type') ?? '';
  const words = text(part, 'text') ?? text(part, 'refusal');
  if (TEXT_PARTS.has(type) || type === 'refusal') {
    return words === undefined ? [] : [{ type: 'text', text: words }];
  }
  const url = text(part, 'image_url');
  if (type !== 'input_image' || url === undefined) return [];
  return [{ type: 'image_url', image_url: { url, detail: text(part, 'detail') } }];
}

function functionTool(tool: unknown): readonly JsonRecord[] {
  const name = text(tool, 'name');
  if (text(tool, 'type') !== 'function' || name === undefined) return [];
  const described = {
    name,
    description: text(tool, 'description'),
    parameters: field(tool, 'parameters') ?? undefined,
    strict: flag(tool, 'strict'),
  };
  return [{ type: 'function', function: described }];
}

function toolChoice(choice: unknown): unknown {
  if (typeof choice === 'string') return choice;
  const name = text(choice, 'name');
  return name === undefined ? undefined : { type: 'function', function: { name } };
}

function responseFormat(format: unknown): JsonRecord | undefined {
  const type = text(format, 'type');
  if (type === 'json_object') return { type };
  if (type !== 'json_schema') return undefined;
  const name = text(format, 'name') ?? 'structured_output';
  const json_schema = { name, schema: field(format, 'schema'), strict: flag(format, 'strict') };
  return { type, json_schema };
}
