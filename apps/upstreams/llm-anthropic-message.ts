import { type Answer, answer, countInput, inPieces, type Question, type Tool } from './llm-answer';
import {
  countOf,
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  refuseUnknown,
  textOf,
} from './llm-fields';
import type { LlmOptions } from './llm-options';
import { invalid, LlmProblem } from './llm-problem';
import type { Asked, Reply } from './llm-server';

const COUNTED =
  `cache_control context_management mcp_servers messages model output_config output_format speed system thinking
  tool_choice tools`.split(/\s+/);
const KNOWN = new Set([
  ...COUNTED,
  ...`container inference_geo max_tokens metadata service_tier stop_sequences stream temperature top_k top_p`.split(
    ' ',
  ),
]);
const END = {
  complete: 'end_turn',
  length: 'max_tokens',
  tool: 'tool_use',
  stop: 'stop_sequence',
} as const;
const LEAST_THINKING = 1024;

/** POST /v1/messages/count_tokens. */
export function countTokens({ body: sent, options }: Asked): Reply {
  const body = fieldsOf(sent, 'body');
  refuseUnknown(body, new Set(COUNTED));
  modelOf(body, options);
  return { body: { input_tokens: countInput(questionOf(body, undefined)) } };
}

/** POST /v1/messages. */
export function message({ body: sent, options, number }: Asked): Reply {
  const body = fieldsOf(sent, 'body');
  refuseUnknown(body, KNOWN);
  const model = modelOf(body, options);
  const maxTokens = countOf(body.max_tokens, 'max_tokens');
  const asked: Message = {
    answer: answer(questionOf(body, maxTokens)),
    thinks: thinks(body.thinking, maxTokens),
    model,
    number,
  };
  return body.stream === true ? { events: events(asked) } : { body: whole(asked) };
}

interface Message {
  readonly answer: Answer;
  readonly thinks: boolean;
  readonly model: string;
  readonly number: number;
}

function modelOf({ model: name }: Fields, { models }: LlmOptions): string {
  const model = textOf(name, 'model');
  if (models && !models.includes(model)) throw new LlmProblem(404, `model: ${model}`);
  return model;
}

function questionOf(body: Fields, maxTokens: number | undefined): Question {
  const messages = listOf(body.messages, 'messages').map((each, index) =>
    fieldsOf(each, `messages.${index}`),
  );
  if (messages.length === 0) throw invalid('messages: at least one is required');
  messages.forEach(checkRole);
  checkToolResults(messages);
  const contents = messages.map(({ content }, index) => contentOf(content, `messages.${index}`));
  const last = contents[contents.length - 1];
  return {
    texts: [contentOf(body.system ?? [], 'system').text, ...contents.map(({ text }) => text)],
    said: last.text,
    images: contents.reduce((sum, { images }) => sum + images, 0),
    tools: toolsOf(body),
    toolResult: last.toolResult,
    schema: schemaOf(body),
    maxTokens,
    stops: listOf(body.stop_sequences ?? [], 'stop_sequences').map((each) =>
      textOf(each, 'stop_sequences'),
    ),
  };
}

function checkRole({ role }: Fields, index: number): void {
  if (role !== 'user' && role !== 'assistant')
    throw invalid(`messages.${index}.role: user or assistant is required`);
}

/** Every call of a tool is answered in the message that follows, and nothing else is. */
function checkToolResults(messages: readonly Fields[]): void {
  let open = new Set<unknown>();
  for (const [index, { content }] of messages.entries()) {
    const blocks = Array.isArray(content) ? content.filter(isFields) : [];
    for (const { type, tool_use_id } of blocks)
      if (type === 'tool_result' && !open.delete(tool_use_id))
        throw invalid(`messages.${index}: a tool_result answers no tool_use of the message before`);
    if (open.size > 0) throw invalid(`messages.${index}: a tool_use before it has no tool_result`);
    open = new Set(blocks.flatMap(({ type, id }) => (type === 'tool_use' ? [id] : [])));
  }
}

interface Content {
  readonly text: string;
  readonly images: number;
  readonly toolResult?: string;
}

function contentOf(content: unknown, where: string): Content {
  if (typeof content === 'string') return { text: content, images: 0 };
  const blocks = listOf(content, where).map((block) => fieldsOf(block, where));
  const texts = blocks.flatMap(({ type, text }) =>
    type === 'text' ? [textOf(text, `${where}.text`)] : [],
  );
  if (texts.includes('')) throw invalid(`${where}: a block of text must not be empty`);
  const images = blocks.filter(({ type }) => type === 'image');
  for (const { source } of images) checkImage(fieldsOf(source, `${where}.source`));
  const result = blocks.findLast(({ type }) => type === 'tool_result');
  const toolResult = result && contentOf(result.content ?? [], where).text;
  return {
    text: [...texts, ...(toolResult === undefined ? [] : [toolResult])].join('\n'),
    images: images.length,
    toolResult,
  };
}

function checkImage({ type, media_type, data, url }: Fields): void {
  if (type === 'url' && /^https?:\/\//.test(String(url))) return;
  const known = /^image\/(png|jpeg|gif|webp)$/.test(String(media_type));
  if (type !== 'base64' || !known || !/^[\w+/]+=*$/.test(String(data)))
    throw invalid('source: the address of an image or its data in Base64 is required');
}

function toolsOf({ tools, tool_choice }: Fields): Tool[] {
  const offered = listOf(tools ?? [], 'tools').map((tool, index): Tool => {
    const { name, input_schema } = fieldsOf(tool, `tools.${index}`);
    const where = `tools.${index}.input_schema`;
    return { name: textOf(name, `tools.${index}.name`), schema: fieldsOf(input_schema, where) };
  });
  const choice = isFields(tool_choice) ? tool_choice : {};
  if (choice.type === 'none') return [];
  if (choice.type !== 'tool') return offered;
  const found = offered.filter(({ name }) => name === choice.name);
  if (found.length === 0) throw invalid('tool_choice: no such tool');
  return found;
}

function schemaOf({ output_config, output_format }: Fields): Fields | undefined {
  const format = isFields(output_config) ? output_config.format : output_format;
  return isFields(format) && isFields(format.schema) ? format.schema : undefined;
}

function thinks(thinking: unknown, maxTokens: number): boolean {
  if (!isFields(thinking) || thinking.type === 'disabled') return false;
  if (thinking.type === 'adaptive') return true;
  const budget = countOf(thinking.budget_tokens, 'thinking.budget_tokens');
  if (budget < LEAST_THINKING || budget >= maxTokens)
    throw invalid(`thinking.budget_tokens: from ${LEAST_THINKING} to below max_tokens`);
  return true;
}

const THOUGHT = { type: 'thinking', thinking: 'Let me see.', signature: 'ZGVtbw==' };

function blocksOf({ answer: { pieces, toolCall }, thinks, number }: Message): Fields[] {
  const block: Fields = toolCall
    ? {
        type: 'tool_use',
        id: `toolu_demo_${number}`,
        name: toolCall.name,
        input: JSON.parse(toolCall.arguments),
      }
    : { type: 'text', text: pieces.join('') };
  return thinks ? [THOUGHT, block] : [block];
}

function whole(asked: Message): Fields {
  const { answer, model, number } = asked;
  return {
    id: `msg_demo_${number}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocksOf(asked),
    stop_reason: END[answer.end],
    stop_sequence: answer.stop ?? null,
    usage: {
      input_tokens: answer.inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: answer.outputTokens,
      service_tier: 'standard',
    },
  };
}

function* events(asked: Message): Generator<string> {
  for (const event of bareEvents(asked))
    yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function* bareEvents(asked: Message): Generator<Fields> {
  const { content, stop_reason, stop_sequence, usage, ...head } = whole(asked);
  const started = { ...fieldsOf(usage, 'usage'), output_tokens: 1 };
  yield {
    type: 'message_start',
    message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: started },
  };
  for (const [index, block] of listOf(content, 'content').filter(isFields).entries()) {
    yield {
      type: 'content_block_start',
      index,
      content_block: { ...block, ...OPENING[String(block.type)] },
    };
    if (index === 0) yield { type: 'ping' };
    for (const delta of deltasOf(block, asked.answer))
      yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence },
    usage: { output_tokens: asked.answer.outputTokens },
  };
  yield { type: 'message_stop' };
}

/** What a block does not say yet when it begins. */
const OPENING: Readonly<Record<string, Fields>> = {
  text: { text: '' },
  tool_use: { input: {} },
  thinking: { thinking: '', signature: '' },
};

function deltasOf({ type }: Fields, { pieces, toolCall }: Answer): Fields[] {
  if (type === 'thinking')
    return [
      { type: 'thinking_delta', thinking: THOUGHT.thinking },
      { type: 'signature_delta', signature: THOUGHT.signature },
    ];
  if (toolCall)
    return inPieces(toolCall.arguments).map((json) => ({
      type: 'input_json_delta',
      partial_json: json,
    }));
  return pieces.map((text) => ({ type: 'text_delta', text }));
}
