import { type Fields, isFields } from './llm-fields';

/** What a model is asked, whatever the format. */
export interface Question {
  /** Everything that it reads. */
  readonly texts: readonly string[];
  /** What the user said last. */
  readonly said: string;
  readonly images: number;
  /** The tools that it may call. */
  readonly tools: readonly Tool[];
  /** What a tool returned, where that is what was sent last. */
  readonly toolResult?: string;
  /** What its answer must look like. `{}`: any JSON. @default - plain text */
  readonly schema?: Fields;
  /** @default - no limit */
  readonly maxTokens?: number;
  /** Texts before which the answer ends. */
  readonly stops: readonly string[];
}

export interface Tool {
  readonly name: string;
  readonly schema: Fields;
}

export interface Answer {
  /** As it is streamed, a piece per token. */
  readonly pieces: readonly string[];
  readonly toolCall?: ToolCall;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Why it ends. */
  readonly end: 'complete' | 'length' | 'tool' | 'stop';
  /** The text of `stops` that ended it. */
  readonly stop?: string;
}

export interface ToolCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

const TOKENS_PER_IMAGE = 85;

/** The same question always has the same answer: what was said, or a call of the first tool that is offered. */
export function answer(question: Question): Answer {
  const inputTokens = countInput(question);
  const [tool] = question.tools;
  if (tool && question.toolResult === undefined) {
    const toolCall = {
      name: tool.name,
      arguments: JSON.stringify(exampleOf(tool.schema, question.said)),
    };
    const outputTokens = inPieces(toolCall.arguments).length + 1;
    return { pieces: [], toolCall, inputTokens, outputTokens, end: 'tool' };
  }
  const { text, stop } = cutAt(wholeText(question), question.stops);
  const all = words(text);
  const pieces = all.slice(0, question.maxTokens);
  const end = pieces.length < all.length ? 'length' : stop === undefined ? 'complete' : 'stop';
  return { pieces, inputTokens, outputTokens: pieces.length, end, stop };
}

/** One per word, and a fixed number per image. */
export function countInput({ texts, images }: Question): number {
  const counted = texts.reduce((sum, text) => sum + words(text).length, 0);
  return counted + images * TOKENS_PER_IMAGE;
}

/** Words with the spaces before them: joined they are the text again. */
export function words(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** The arguments of a tool as they are streamed. */
export function inPieces(json: string): string[] {
  return json.match(/.{1,8}/gs) ?? [];
}

function wholeText({ toolResult, schema, said, images }: Question): string {
  if (toolResult !== undefined) return `The tool says: ${toolResult}`;
  if (schema) return JSON.stringify(exampleOf(schema, said));
  const shown = images === 0 ? '' : ` You showed ${images} image${images === 1 ? '' : 's'}.`;
  return `You said: ${said}${shown}`;
}

function cutAt(text: string, stops: readonly string[]): { text: string; stop?: string } {
  const found = stops
    .filter((stop) => stop !== '' && text.includes(stop))
    .sort((a, b) => text.indexOf(a) - text.indexOf(b));
  const [stop] = found;
  return stop === undefined ? { text } : { text: text.slice(0, text.indexOf(stop)), stop };
}

/** A value that a JSON schema describes. */
function exampleOf(schema: Fields, said: string): unknown {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [choice] = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  if (isFields(choice)) return exampleOf(choice, said);
  const type = Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? 'object');
  const example = EXAMPLES[String(type)];
  return example ? example(schema, said) : null;
}

const EXAMPLES: Readonly<Record<string, (schema: Fields, said: string) => unknown>> = {
  string: (_schema, said) => said,
  integer: () => 1,
  number: () => 0.5,
  boolean: () => true,
  array: ({ items }, said) => [isFields(items) ? exampleOf(items, said) : said],
  object: ({ properties }, said) =>
    Object.fromEntries(
      Object.entries(isFields(properties) ? properties : {}).map(([name, schema]) => [
        name,
        isFields(schema) ? exampleOf(schema, said) : said,
      ]),
    ),
};
