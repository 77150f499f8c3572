import { count, entries, field, isRecord, type JsonRecord, number, text } from '../json';
import { badRequest, type LlmProblem } from '../problem';
import { imageSource } from './image';
import { claudeThinking } from './thinking';
import { toolInput } from './tool-arguments';
import { claudeToolChoice } from './tool-choice';

/** Claude demands a limit; chat completions have none unless they say so. */
const DEFAULT_MAX_TOKENS = 4096;

/** An object of any shape, which JSON mode asks for. */
const ANY_OBJECT = { type: 'object', additionalProperties: true };

type Block = JsonRecord;
type Read = { readonly role: 'user' | 'assistant'; readonly content: readonly Block[] };

/**
 * The request to Claude that means what a chat completion asks. Fields that Claude's API does not know are left out,
 * for it refuses them; `system` and `developer` messages become the system prompt.
 */
export function requestToMessages(request: JsonRecord): JsonRecord | LlmProblem {
  const wrong = entries(request, 'messages').findIndex((message) => !isRecord(message));
  if (wrong >= 0) return badRequest(`messages[${wrong}]: expected an object`);
  const messages = entries(request, 'messages') as readonly JsonRecord[];
  const maxTokens =
    count(request, 'max_completion_tokens') ?? count(request, 'max_tokens') ?? DEFAULT_MAX_TOKENS;
  const tools = claudeTools(request);
  const { thinking, effort } = claudeThinking(request, maxTokens);
  const user = text(request, 'user');
  return {
    model: text(request, 'model'),
    max_tokens: maxTokens,
    system: systemPrompt(messages),
    messages: conversation(messages),
    tools,
    tool_choice: claudeToolChoice(request, tools !== undefined && tools.length > 0),
    stop_sequences: stopSequences(request),
    stream: field(request, 'stream') === true ? true : undefined,
    temperature: number(request, 'temperature'),
    top_p: number(request, 'top_p'),
    metadata: user === undefined ? undefined : { user_id: user },
    thinking,
    output_config: outputConfig(request, effort),
  };
}

function systemPrompt(messages: readonly JsonRecord[]): string | readonly Block[] | undefined {
  const blocks = messages
    .filter((message) => isSystem(text(message, 'role')))
    .flatMap((message) => textBlocks(message));
  if (blocks.length === 0) return undefined;
  if (blocks.some((block) => block.cache_control !== undefined)) return blocks;
  return blocks.map((block) => block.text).join('\n');
}

function isSystem(role: string | undefined): boolean {
  return role === 'system' || role === 'developer';
}

/** Results of parallel calls go into one message, as Claude wants them. */
function conversation(messages: readonly JsonRecord[]): readonly Read[] {
  const read: Read[] = [];
  let resultsOpen = false;
  for (const message of messages) {
    const role = text(message, 'role');
    if (isSystem(role)) continue;
    const content = contentOf(message, role);
    if (content.length === 0) continue;
    const previous = read[read.length - 1];
    if (role === 'tool' && resultsOpen) {
      read[read.length - 1] = { role: 'user', content: [...previous.content, ...content] };
    } else read.push({ role: role === 'assistant' ? 'assistant' : 'user', content });
    resultsOpen = role === 'tool';
  }
  return read;
}

function contentOf(message: JsonRecord, role: string | undefined): readonly Block[] {
  if (role === 'assistant') return assistantBlocks(message);
  if (role === 'tool') return [toolResult(message)];
  return userBlocks(message);
}

/** Text without a letter is refused by Claude. */
function textBlock(value: unknown, part?: unknown): readonly Block[] {
  if (typeof value !== 'string' || value.trim() === '') return [];
  const breakpoint = field(part, 'prompt_cache_breakpoint');
  if (breakpoint === undefined || breakpoint === null) return [{ type: 'text', text: value }];
  return [{ type: 'text', text: value, cache_control: { type: 'ephemeral' } }];
}

function textBlocks(message: JsonRecord): readonly Block[] {
  const content = field(message, 'content');
  if (!Array.isArray(content)) return textBlock(content);
  return content.flatMap((part) => textBlock(text(part, 'text') ?? text(part, 'refusal'), part));
}

function userBlocks(message: JsonRecord): readonly Block[] {
  const content = field(message, 'content');
  if (!Array.isArray(content)) return textBlock(content);
  return content.flatMap((part) => {
    const image = field(part, 'image_url');
    const url = typeof image === 'string' ? image : text(image, 'url');
    if (text(part, 'type') === 'image_url' && url !== undefined) {
      return [{ type: 'image', source: imageSource(url) }];
    }
    return textBlock(text(part, 'text'), part);
  });
}

function assistantBlocks(message: JsonRecord): readonly Block[] {
  const refusal = textBlock(field(message, 'refusal'));
  const calls = entries(message, 'tool_calls').flatMap((call) => toolUse(call));
  return [...textBlocks(message), ...refusal, ...calls];
}

function toolUse(call: unknown): readonly Block[] {
  const called = field(call, 'function') ?? field(call, 'custom');
  const name = text(called, 'name');
  if (name === undefined) return [];
  const input = toolInput(text(called, 'arguments') ?? text(called, 'input') ?? '');
  return [{ type: 'tool_use', id: text(call, 'id') ?? '', name, input }];
}

function toolResult(message: JsonRecord): Block {
  const content = field(message, 'content');
  return {
    type: 'tool_result',
    tool_use_id: text(message, 'tool_call_id') ?? '',
    content: Array.isArray(content) ? textBlocks(message) : (text(message, 'content') ?? ''),
  };
}

function claudeTools(request: JsonRecord): readonly JsonRecord[] | undefined {
  if (!Array.isArray(field(request, 'tools'))) return undefined;
  return entries(request, 'tools').flatMap((tool) => {
    const called = field(tool, 'function');
    const name = text(called, 'name');
    if (name === undefined) return [];
    return [
      {
        name,
        description: text(called, 'description'),
        input_schema: field(called, 'parameters') ?? { type: 'object', properties: {} },
      },
    ];
  });
}

function stopSequences(request: JsonRecord): readonly string[] | undefined {
  const stop = field(request, 'stop');
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) return undefined;
  return stop.filter((sequence) => typeof sequence === 'string');
}

function outputConfig(request: JsonRecord, effort: string | undefined): JsonRecord | undefined {
  const format = outputFormat(field(request, 'response_format'));
  return format || effort !== undefined ? { effort, format } : undefined;
}

function outputFormat(format: unknown): JsonRecord | undefined {
  const type = text(format, 'type');
  if (type === 'json_object') return { type: 'json_schema', schema: ANY_OBJECT };
  if (type !== 'json_schema') return undefined;
  return { type, schema: field(field(format, 'json_schema'), 'schema') ?? ANY_OBJECT };
}
