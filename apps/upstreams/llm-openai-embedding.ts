import { createHash } from 'node:crypto';
import { words } from './llm-answer';
import { countOf, fieldsOf, listOf, refuseUnknown } from './llm-fields';
import { modelOf } from './llm-openai-model';
import { invalid } from './llm-problem';
import type { Asked, Reply } from './llm-server';

const KNOWN = new Set(['dimensions', 'encoding_format', 'input', 'model', 'user']);
const DIMENSIONS = 1536;

/** POST /v1/embeddings. */
export function embedding({ body: sent, options }: Asked): Reply {
  const body = fieldsOf(sent, 'body');
  refuseUnknown(body, KNOWN);
  const model = modelOf(body, options);
  const dimensions =
    body.dimensions === undefined ? DIMENSIONS : countOf(body.dimensions, 'dimensions');
  const inputs = inputsOf(body.input);
  const encode = body.encoding_format === 'base64' ? toBase64 : Array.from<number>;
  const tokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
  return {
    body: {
      object: 'list',
      data: inputs.map(({ text }, index) => ({
        object: 'embedding',
        index,
        embedding: encode(vectorOf(text, dimensions)),
      })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  };
}

interface Input {
  readonly text: string;
  readonly tokens: number;
}

/** A text, several, or lists of tokens. */
function inputsOf(input: unknown): Input[] {
  if (typeof input === 'string' || isTokens(input)) return [inputOf(input)];
  const inputs = listOf(input, 'input').map(inputOf);
  if (inputs.length === 0) throw invalid('input: at least one text is required', 'input');
  return inputs;
}

function inputOf(input: unknown): Input {
  if (isTokens(input)) return { text: input.join(' '), tokens: input.length };
  if (typeof input !== 'string' || input === '')
    throw invalid('input: texts that are not empty are required', 'input');
  return { text: input, tokens: words(input).length };
}

function isTokens(input: unknown): input is readonly number[] {
  return Array.isArray(input) && input.length > 0 && input.every(Number.isInteger);
}

/** A vector of length 1 that depends on the text alone. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const bytes = createHash('shake256', { outputLength: dimensions }).update(text).digest();
  const values = Float32Array.from(bytes, (byte) => byte - 127.5);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer).toString('base64');
}
