import { entries, field, type JsonRecord, text } from './json';

/** What a message costs beside its text, and what an answer begins with. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_OF_ANSWER = 3;

/** Letters that make one token on average: of English, and bytes of what is not ASCII. */
const ASCII_PER_TOKEN = 4;
const OTHER_BYTES_PER_TOKEN = 3;

/**
 * About how many tokens the conversation of a request has, in whatever format. Text only: no tokenizer is asked, and
 * images, tools and files are not counted.
 */
export function estimateTokens(request: JsonRecord): number {
  const messages = conversation(request);
  const texts = messages.flatMap(textsOf);
  const tokens = texts.reduce((sum, part) => sum + textTokens(part), 0);
  return tokens + messages.length * TOKENS_PER_MESSAGE + TOKENS_OF_ANSWER;
}

/** The answer to Claude's question for tokens where the provider knows none. */
export function countTokensAnswer(request: JsonRecord): string {
  return JSON.stringify({ input_tokens: estimateTokens(request) });
}

function conversation(request: JsonRecord): readonly unknown[] {
  const system = field(request, 'system') ?? field(request, 'instructions');
  const input = field(request, 'input');
  return [
    ...(system === undefined || system === null ? [] : [{ content: system }]),
    ...entries(request, 'messages'),
    ...(Array.isArray(input) ? input : typeof input === 'string' ? [{ content: input }] : []),
  ];
}

function textsOf(message: unknown): readonly string[] {
  if (typeof message === 'string') return [message];
  const content = text(message, 'content');
  if (content !== undefined) return [content];
  return entries(message, 'content').flatMap((part) => text(part, 'text') ?? []);
}

function textTokens(part: string): number {
  const bytes = Buffer.byteLength(part);
  // Each character that is not ASCII has two bytes at least in UTF-8, and one unit or two in a string.
  const other = bytes - part.length;
  if (other === 0) return Math.ceil(bytes / ASCII_PER_TOKEN);
  const ascii = asciiLength(part);
  return Math.ceil(ascii / ASCII_PER_TOKEN + (bytes - ascii) / OTHER_BYTES_PER_TOKEN);
}

function asciiLength(part: string): number {
  let length = 0;
  for (let i = 0; i < part.length; i++) if (part.charCodeAt(i) < 0x80) length++;
  return length;
}
