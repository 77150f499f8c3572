/** What a request to language models is written in, and so what the gateway reads, counts and translates in it. */
export enum LlmFormat {
  /** Chat completions, as OpenAI has them. */
  COMPLETIONS = 'Completions',
  /** Messages, as Anthropic has them. */
  MESSAGES = 'Messages',
  /** How many tokens a message would have, as Anthropic counts. */
  ANTHROPIC_TOKEN_COUNT = 'AnthropicTokenCount',
  /** Responses, as OpenAI has them. */
  RESPONSES = 'Responses',
  /** Embeddings, as OpenAI has them. */
  EMBEDDINGS = 'Embeddings',
  /** Conversations over a web socket, as OpenAI has them. They go through without limits and changes. */
  REALTIME = 'Realtime',
  /** Reranking, as Cohere has it. */
  RERANK = 'Rerank',
  /** The list of models. */
  MODELS = 'Models',
  /** Content generation, as Gemini has it. */
  GENERATE_CONTENT = 'GenerateContent',
  /** How many tokens a content would have, as Gemini counts. */
  GEMINI_COUNT_TOKENS = 'GeminiCountTokens',
  /** Whatever it is: tokens are counted where the answer tells them. */
  DETECT = 'Detect',
  /** Whatever it is: it goes through without limits and changes. */
  PASSTHROUGH = 'Passthrough',
}
