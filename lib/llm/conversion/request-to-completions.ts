import { count, entries, field, isRecord, type JsonRecord, number, text } from '../json';
import { badRequest, type LlmProblem } from '../problem';
import { imageUrl } from './image';
import { reasoningEffort } from './thinking';
import { toolArguments } from './tool-arguments';
import { completionsToolChoice } from './tool-choice';

type Part = JsonRecord;

/**
 * The chat completion that means what a request to Claude asks. Tools that Claude's servers would run have no
 * counterpart and are left out, as are blocks that a chat completion cannot hold.
 */
export function requestToCompletions(request: JsonRecord): JsonRecord | LlmProblem {
  const wrong = entries(request, 'messages').findIndex((message) => !isRecord(message));
  if (wrong >= 0) return badRequest(`messages[${wrong}]: expected an object`);
  const messages = entries(request, 'messages') as readonly JsonRecord[];
  const streaming = field(request, 'stream') === true;
  const tools = completionsTools(request);
  const stop = entries(request, 'stop_sequences');
  return {
    model: text(request, 'model'),
    messages: [...systemMessage(request), ...messages.flatMap(completionsMessages)],
    max_completion_tokens: count(request, 'max_tokens'),
    stream: streaming ? true : undefined,
    stream_options: streaming ? { include_usage: true } : undefined,
    temperature: number(request, 'temperature'),
    top_p: number(request, 'top_p'),
    stop: stop.length > 0 ? stop : undefined,
    tools: tools.length > 0 ? tools : undefined,
    ...completionsToolChoice(field(request, 'tool_choice')),
    user: text(field(request, 'metadata'), 'user_id'),
    reasoning_effort: reasoningEffort(request),
    response_format: responseFormat(request),
  };
}

function systemMessage(request: JsonRecord): readonly JsonRecord[] {
  const system = field(request, 'system');
  const content = typeof system === 'string' ? system : contentOf(textParts(system));
  return content === undefined ? [] : [{ role: 'system', content }];
}

function textParts(blocks: unknown): readonly Part[] {
  if (typeof blocks === 'string') return [{ type: 'text', text: blocks }];
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block) => {
    const found = text(block, 'text') ?? text(block, 'tool_name');
    return found === undefined ? [] : [{ type: 'text', text: found }];
  });
}

/** A text alone is written as such, which every compatible server reads. */
function contentOf(parts: readonly Part[]): string | readonly Part[] | undefined {
  if (parts.length === 0) return undefined;
  const [first] = parts;
  return parts.length === 1 && typeof first.text === 'string' ? first.text : parts;
}

function completionsMessages(message: JsonRecord): readonly JsonRecord[] {
  const role = text(message, 'role');
  if (role === 'assistant') return assistantMessage(message);
  if (role === 'system') return withContent('system', textParts(field(message, 'content')));
  return userMessages(message);
}

function withContent(role: string, parts: readonly Part[]): readonly JsonRecord[] {
  const content = contentOf(parts);
  return content === undefined ? [] : [{ role, content }];
}

/** Results of tools come first: they must follow the call at once. */
function userMessages(message: JsonRecord): readonly JsonRecord[] {
  const content = field(message, 'content');
  if (!Array.isArray(content)) return withContent('user', textParts(content));
  const results = content.filter((block) => text(block, 'type') === 'tool_result');
  return [...results.map(toolMessage), ...withContent('user', content.flatMap(userPart))];
}

function toolMessage(result: unknown): JsonRecord {
  const content = contentOf(textParts(field(result, 'content'))) ?? '';
  return { role: 'tool', tool_call_id: text(result, 'tool_use_id') ?? '', content };
}

function userPart(block: unknown): readonly Part[] {
  const type = text(block, 'type');
  const found = text(block, 'text');
  if (type === 'text' && found !== undefined) return [{ type, text: found }];
  const url = type === 'image' ? imageUrl(field(block, 'source')) : undefined;
  return url === undefined ? [] : [{ type: 'image_url', image_url: { url } }];
}

function assistantMessage(message: JsonRecord): readonly JsonRecord[] {
  const content = field(message, 'content');
  const blocks = Array.isArray(content) ? content : textParts(content);
  const calls = blocks.flatMap(toolCall);
  const thoughts = blocks.flatMap((block) => text(block, 'thinking') ?? []);
  const words = contentOf(blocks.flatMap((block) => userPart(block)));
  if (words === undefined && calls.length === 0 && thoughts.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: words ?? null,
      reasoning_content: thoughts.length > 0 ? thoughts.join('\n\n') : undefined,
      tool_calls: calls.length > 0 ? calls : undefined,
    },
  ];
}

function toolCall(block: unknown): readonly JsonRecord[] {
  const name = text(block, 'name');
  if (text(block, 'type') !== 'tool_use' || name === undefined) return [];
  const called = { name, arguments: toolArguments(field(block, 'input')) };
  return [{ id: text(block, 'id') ?? '', type: 'function', function: called }];
}

function completionsTools(request: JsonRecord): readonly JsonRecord[] {
  return entries(request, 'tools').flatMap((tool) => {
    const name = text(tool, 'name');
    const schema = field(tool, 'input_schema');
    if (name === undefined || !isRecord(schema)) return [];
    const described = { name, description: text(tool, 'description'), parameters: schema };
    return [{ type: 'function', function: described }];
  });
}

function responseFormat(request: JsonRecord): JsonRecord | undefined {
  const format = field(field(request, 'output_config'), 'format');
  const schema = field(format, 'schema');
  if (text(format, 'type') !== 'json_schema' || schema === undefined) return undefined;
  return { type: 'json_schema', json_schema: { name: 'structured_output', schema } };
}
