import { count, field, type JsonRecord } from './json';

/** Tokens as a provider counts them. What it does not tell is absent. */
export interface Usage {
  /** Without what came from a cache at Anthropic, with it everywhere else. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheCreationTokens?: number;
  /** A part of the output. */
  readonly reasoningTokens?: number;
  readonly inputAudioTokens?: number;
  readonly outputAudioTokens?: number;
  readonly outputImageTokens?: number;
}

/** The `usage` of chat completions, embeddings and responses: OpenAI has two spellings. */
export function openAiUsage(usage: unknown): Usage {
  const input = field(usage, 'prompt_tokens_details') ?? field(usage, 'input_tokens_details');
  const output = field(usage, 'completion_tokens_details') ?? field(usage, 'output_tokens_details');
  return {
    inputTokens: count(usage, 'prompt_tokens') ?? count(usage, 'input_tokens'),
    outputTokens: count(usage, 'completion_tokens') ?? count(usage, 'output_tokens'),
    totalTokens: count(usage, 'total_tokens'),
    cacheReadTokens: count(input, 'cached_tokens') ?? count(usage, 'cache_read_input_tokens'),
    cacheCreationTokens:
      count(input, 'cache_write_tokens') ?? count(usage, 'cache_creation_input_tokens'),
    reasoningTokens: count(output, 'reasoning_tokens'),
    inputAudioTokens: count(input, 'audio_tokens'),
    outputAudioTokens: count(output, 'audio_tokens'),
    outputImageTokens: count(output, 'image_tokens'),
  };
}

/** The `usage` of Claude's messages. In a stream each event tells a part, so that later parts add to `before`. */
export function claudeUsage(usage: unknown, before: Usage = {}): Usage {
  const inputTokens = count(usage, 'input_tokens') ?? before.inputTokens;
  const outputTokens = count(usage, 'output_tokens') ?? before.outputTokens;
  return {
    inputTokens,
    outputTokens,
    totalTokens:
      inputTokens === undefined || outputTokens === undefined
        ? undefined
        : inputTokens + outputTokens,
    cacheReadTokens: count(usage, 'cache_read_input_tokens') ?? before.cacheReadTokens,
    cacheCreationTokens: count(usage, 'cache_creation_input_tokens') ?? before.cacheCreationTokens,
  };
}

/** Claude's counts in the words of a chat completion, whose prompt includes what was cached. */
export function asCompletionsUsage(usage: Usage): JsonRecord {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens, cacheCreationTokens } = usage;
  const prompt = inputTokens + (cacheReadTokens ?? 0) + (cacheCreationTokens ?? 0);
  const cached = cacheReadTokens !== undefined || cacheCreationTokens !== undefined;
  return {
    prompt_tokens: prompt,
    completion_tokens: outputTokens,
    total_tokens: prompt + outputTokens,
    prompt_tokens_details: cached
      ? { cached_tokens: cacheReadTokens, cache_write_tokens: cacheCreationTokens }
      : undefined,
  };
}

/** Counts of a chat completion in Claude's words, whose input leaves out what was cached. */
export function asClaudeUsage(usage: Usage): JsonRecord {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens, cacheCreationTokens } = usage;
  const fresh = inputTokens - (cacheReadTokens ?? 0) - (cacheCreationTokens ?? 0);
  return {
    input_tokens: Math.max(0, fresh),
    output_tokens: outputTokens,
    cache_creation_input_tokens: cacheCreationTokens,
    cache_read_input_tokens: cacheReadTokens,
  };
}
