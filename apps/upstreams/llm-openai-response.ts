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
import { invalid, LlmProblem } from './llm-problem';
import type { Asked, Reply } from './llm-server';

const KNOWN = new Set(
  `background context_management conversation include input instructions max_output_tokens max_tool_calls metadata model
  moderation parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention
  reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs
  top_p truncation user`.split(/\s+/),
);

/** POST /v1/responses. It remembers nothing: an earlier response is never found. */
export function response({ body: sent, options, number }: Asked): Reply {
  const body = fieldsOf(sent, 'body');
  refuseUnknown(body, KNOWN);
  const model = modelOf(body, options);
  if (typeof body.previous_response_id === 'string')
    throw new LlmProblem(400, 'previous_response_id: no such response', {
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  const asked: Responding = { answer: answer(questionOf(body)), body, model, number };
  return body.stream === true ? { events: events(asked) } : { body: finished(asked) };
}

interface Responding {
  readonly answer: Answer;
  readonly body: Fields;
  readonly model: string;
  readonly number: number;
}

function questionOf(body: Fields): Question {
  const input =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input;
  const items = listOf(input, 'input').map((item, index) => fieldsOf(item, `input[${index}]`));
  if (items.length === 0) throw invalid('input: at least one item is required', 'input');
  checkOutputs(items);
  const contents = items.map(contentOf);
  const last = items.length - 1;
  const user = items.findLastIndex(({ role }) => role === 'user');
  const instructions = typeof body.instructions === 'string' ? [body.instructions] : [];
  const limit = body.max_output_tokens ?? undefined;
  return {
    texts: [...instructions, ...contents.map(({ text }) => text)],
    said: contents[user]?.text ?? '',
    images: contents.reduce((sum, { images }) => sum + images, 0),
    tools: toolsOf(body),
    toolResult: items[last].type === 'function_call_output' ? contents[last].text : undefined,
    schema: schemaOf(body.text),
    maxTokens: limit === undefined ? undefined : countOf(limit, 'max_output_tokens'),
    stops: [],
  };
}

function checkOutputs(items: readonly Fields[]): void {
  const calls = new Set<unknown>();
  for (const [index, { type, call_id }] of items.entries()) {
    if (type === 'function_call') calls.add(call_id);
    if (type === 'function_call_output' && !calls.has(call_id))
      throw invalid(`input[${index}]: answers no call of a tool`, 'input');
  }
}

function contentOf({ content, output, arguments: called }: Fields): {
  text: string;
  images: number;
} {
  const value = content ?? output ?? called;
  if (typeof value === 'string') return { text: value, images: 0 };
  const parts = Array.isArray(value) ? value.filter(isFields) : [];
  const texts = parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
  const images = parts.filter(({ type }) => type === 'input_image').length;
  return { text: texts.join('\n'), images };
}

function toolsOf({ tools, tool_choice }: Fields): Tool[] {
  const functions = listOf(tools ?? [], 'tools')
    .filter(isFields)
    .filter(({ type }) => type === 'function');
  const offered = functions.map(
    ({ name, parameters }): Tool => ({
      name: textOf(name, 'tools.name'),
      schema: fieldsOf(parameters ?? {}, 'tools.parameters'),
    }),
  );
  if (tool_choice === 'none') return [];
  if (!isFields(tool_choice)) return offered;
  return offered.filter(({ name }) => name === tool_choice.name);
}

function schemaOf(text: unknown): Fields | undefined {
  const format = isFields(text) ? text.format : undefined;
  if (!isFields(format)) return undefined;
  if (format.type === 'json_object') return { properties: { said: { type: 'string' } } };
  return format.type === 'json_schema' && isFields(format.schema) ? format.schema : undefined;
}

function head({ body, model, number }: Responding, status: string): Fields {
  return {
    id: `resp_demo_${number}`,
    object: 'response',
    created_at: CREATED,
    status,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: null,
  };
}

function finished(asked: Responding): Fields {
  const { inputTokens, outputTokens, end } = asked.answer;
  const cut = end === 'length';
  return {
    ...head(asked, cut ? 'incomplete' : 'completed'),
    ...(cut && { incomplete_details: { reason: 'max_output_tokens' } }),
    output: [itemOf(asked, cut ? 'incomplete' : 'completed')],
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function itemOf({ answer: { toolCall, pieces }, number }: Responding, status: string): Fields {
  if (toolCall) {
    const ids = { id: `fc_demo_${number}`, call_id: `call_demo_${number}` };
    return { ...ids, type: 'function_call', status, ...toolCall };
  }
  const content = [textPart(pieces.join(''))];
  return { id: `msg_demo_${number}`, type: 'message', status, role: 'assistant', content };
}

function textPart(text: string): Fields {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function* events(asked: Responding): Generator<string> {
  let sequence = 0;
  for (const event of bareEvents(asked)) {
    const data = JSON.stringify({ ...event, sequence_number: sequence });
    yield `event: ${event.type}\ndata: ${data}\n\n`;
    sequence += 1;
  }
}

interface BareEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function* bareEvents(asked: Responding): Generator<BareEvent> {
  const started = head(asked, 'in_progress');
  const whole = finished(asked);
  const item = itemOf(asked, 'in_progress');
  const [done] = listOf(whole.output, 'output');
  yield { type: 'response.created', response: started };
  yield { type: 'response.in_progress', response: started };
  const isCall = item.type === 'function_call';
  const opening = isCall ? { ...item, arguments: '' } : { ...item, content: [] };
  yield { type: 'response.output_item.added', output_index: 0, item: opening };
  yield* isCall ? callEvents(item) : textEvents(asked, item);
  yield { type: 'response.output_item.done', output_index: 0, item: done };
  yield { type: `response.${whole.status}`, response: whole };
}

function* callEvents({ id, arguments: args }: Fields): Generator<BareEvent> {
  const place = { item_id: id, output_index: 0 };
  const type = 'response.function_call_arguments';
  for (const delta of inPieces(String(args))) yield { type: `${type}.delta`, ...place, delta };
  yield { type: `${type}.done`, ...place, arguments: args };
}

function* textEvents({ answer: { pieces } }: Responding, { id }: Fields): Generator<BareEvent> {
  const place = { item_id: id, output_index: 0, content_index: 0 };
  const text = pieces.join('');
  yield { type: 'response.content_part.added', ...place, part: textPart('') };
  for (const delta of pieces)
    yield { type: 'response.output_text.delta', ...place, delta, logprobs: [] };
  yield { type: 'response.output_text.done', ...place, text, logprobs: [] };
  yield { type: 'response.content_part.done', ...place, part: textPart(text) };
}
