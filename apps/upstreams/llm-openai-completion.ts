import { type Answer, answer, inPieces, type Question, type Tool } from './llm-answer';
import {
  countOf,
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  refuseUnknown,
  textOf,
} from './llm-fields';
import { CREATED, modelOf } from './llm-openai-model';
import { invalid } from './llm-problem';
import type { Asked, Reply } from './llm-server';

const KNOWN = new Set(
  `audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages metadata
  modalities model moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`.split(
    /\s+/,
  ),
);
const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];
const END = { complete: 'stop', stop: 'stop', length: 'length', tool: 'tool_calls' } as const;

/** POST /v1/chat/completions. */
export function completion({ body: sent, options, number }: Asked): Reply {
  const body = fieldsOf(sent, 'body');
  refuseUnknown(body, KNOWN);
  const model = modelOf(body, options);
  if (body.stream_options !== undefined && body.stream !== true)
    throw invalid('stream_options: only for a stream', 'stream_options');
  const asked: Completion = {
    answer: answer(questionOf(body)),
    choices: body.n === undefined || body.n === null ? 1 : countOf(body.n, 'n'),
    head: { id: `chatcmpl-demo-${number}`, created: CREATED, model },
    callId: `call_demo_${number}`,
    withUsage: isFields(body.stream_options) && body.stream_options.include_usage === true,
  };
  return body.stream === true ? { events: events(asked) } : { body: whole(asked) };
}

interface Completion {
  readonly answer: Answer;
  readonly choices: number;
  readonly head: { readonly id: string; readonly created: number; readonly model: string };
  readonly callId: string;
  readonly withUsage: boolean;
}

function questionOf(body: Fields): Question {
  const messages = listOf(body.messages, 'messages').map((message, index) =>
    fieldsOf(message, `messages[${index}]`),
  );
  if (messages.length === 0) throw invalid('messages: at least one is required', 'messages');
  messages.forEach(checkMessage);
  checkToolMessages(messages);
  const contents = messages.map(({ content }) => contentOf(content));
  const last = messages.length - 1;
  const user = messages.findLastIndex(({ role }) => role === 'user');
  const limit = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  return {
    texts: contents.map(({ text }) => text),
    said: contents[user]?.text ?? '',
    images: contents.reduce((sum, { images }) => sum + images, 0),
    tools: toolsOf(body),
    toolResult: messages[last].role === 'tool' ? contents[last].text : undefined,
    schema: schemaOf(body.response_format),
    maxTokens: limit === undefined ? undefined : countOf(limit, 'max_tokens'),
    stops: stopsOf(body.stop),
  };
}

function checkMessage({ role, content, tool_calls }: Fields, index: number): void {
  const where = `messages[${index}]`;
  if (!ROLES.includes(String(role)))
    throw invalid(`${where}.role: one of ${ROLES.join(', ')} is required`, `${where}.role`);
  const empty = content === undefined || content === null;
  if (empty && !(role === 'assistant' && Array.isArray(tool_calls)))
    throw invalid(`${where}.content: a text or a list of parts is required`, `${where}.content`);
}

/** A message of a tool answers a call of the assistant's message before it. */
function checkToolMessages(messages: readonly Fields[]): void {
  let open = new Set<unknown>();
  for (const [index, { role, tool_calls, tool_call_id }] of messages.entries()) {
    if (role === 'tool') {
      if (!open.delete(tool_call_id))
        throw invalid(`messages[${index}]: answers no call of a tool`, `messages[${index}]`);
      continue;
    }
    if (open.size > 0)
      throw invalid(`messages[${index}]: a call of a tool before it has no answer`, 'messages');
    const calls = Array.isArray(tool_calls) ? tool_calls.filter(isFields) : [];
    open = new Set(calls.map(({ id }) => id));
  }
  if (open.size > 0) throw invalid('messages: the last call of a tool has no answer', 'messages');
}

function contentOf(content: unknown): { text: string; images: number } {
  if (typeof content === 'string') return { text: content, images: 0 };
  const parts = Array.isArray(content) ? content.filter(isFields) : [];
  const texts = parts.flatMap(({ type, text }) => (type === 'text' ? [textOf(text, 'text')] : []));
  const images = parts.filter(({ type }) => type === 'image_url');
  for (const { image_url } of images)
    checkImage(textOf(isFields(image_url) ? image_url.url : undefined, 'image_url.url'));
  return { text: texts.join('\n'), images: images.length };
}

/** Nothing is fetched here: an address is looked at, and data must be of an image. */
function checkImage(url: string): void {
  if (!/^https?:\/\/|^data:image\/(png|jpeg|gif|webp);base64,[\w+/]+=*$/.test(url))
    throw invalid('image_url.url: the address of an image or its data is required', 'image_url');
}

function toolsOf({ tools, tool_choice }: Fields): Tool[] {
  const offered = listOf(tools ?? [], 'tools').map((tool, index): Tool => {
    const where = `tools[${index}].function`;
    const { name, parameters } = fieldsOf(isFields(tool) ? tool.function : undefined, where);
    return { name: textOf(name, `${where}.name`), schema: fieldsOf(parameters ?? {}, where) };
  });
  if (tool_choice === 'none') return [];
  const chosen = isFields(tool_choice) ? tool_choice.function : undefined;
  if (!isFields(chosen)) return offered;
  const found = offered.filter(({ name }) => name === chosen.name);
  if (found.length === 0) throw invalid('tool_choice: no such tool', 'tool_choice');
  return found;
}

function schemaOf(format: unknown): Fields | undefined {
  if (!isFields(format)) return undefined;
  if (format.type === 'json_object') return { properties: { said: { type: 'string' } } };
  const described = format.type === 'json_schema' ? format.json_schema : undefined;
  return isFields(described) && isFields(described.schema) ? described.schema : undefined;
}

function stopsOf(stop: unknown): string[] {
  if (stop === undefined || stop === null) return [];
  return (Array.isArray(stop) ? stop : [stop]).map((each) => textOf(each, 'stop'));
}

function whole(asked: Completion): unknown {
  const { pieces, toolCall, end } = asked.answer;
  const calls = toolCall && [{ id: asked.callId, type: 'function', function: toolCall }];
  const message = {
    role: 'assistant',
    content: calls ? null : pieces.join(''),
    refusal: null,
    ...(calls && { tool_calls: calls }),
  };
  return {
    ...asked.head,
    object: 'chat.completion',
    choices: range(asked.choices).map((index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: END[end],
    })),
    usage: usageOf(asked),
  };
}

function* events(asked: Completion): Generator<string> {
  const { answer, choices, head, withUsage } = asked;
  const chunk = (choices: readonly unknown[], usage: unknown) =>
    `data: ${JSON.stringify({
      ...head,
      object: 'chat.completion.chunk',
      choices,
      ...(withUsage && { usage }),
    })}\n\n`;
  for (const delta of deltas(asked))
    for (const index of range(choices))
      yield chunk([{ index, delta, logprobs: null, finish_reason: null }], null);
  for (const index of range(choices))
    yield chunk([{ index, delta: {}, logprobs: null, finish_reason: END[answer.end] }], null);
  if (withUsage) yield chunk([], usageOf(asked));
  yield 'data: [DONE]\n\n';
}

function* deltas({ answer: { pieces, toolCall }, callId }: Completion): Generator<unknown> {
  if (!toolCall) {
    yield { role: 'assistant', content: '', refusal: null };
    for (const content of pieces) yield { content };
    return;
  }
  const opening = { name: toolCall.name, arguments: '' };
  const call = { index: 0, id: callId, type: 'function', function: opening };
  yield { role: 'assistant', content: null, tool_calls: [call] };
  for (const piece of inPieces(toolCall.arguments))
    yield { tool_calls: [{ index: 0, function: { arguments: piece } }] };
}

function usageOf({ answer: { inputTokens, outputTokens }, choices }: Completion): unknown {
  const produced = outputTokens * choices;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: produced,
    total_tokens: inputTokens + produced,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
