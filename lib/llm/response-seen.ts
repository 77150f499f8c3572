import { count, field, text } from './json';
import { claudeUsage, openAiUsage, type Usage } from './usage';

/** What an answer told while it passed. */
export interface ResponseSeen {
  /** The model that answered, which may be another than was asked for. */
  readonly model?: string;
  readonly usage: Usage;
  /** When the first part of the answer came, in milliseconds. Of streams only. */
  readonly firstTokenAt?: number;
  /** The type of the error with which the provider ended a stream: its word, so quote it. @default - it did not */
  readonly failure?: string;
}

export const NOTHING_SEEN: ResponseSeen = { usage: {} };

/** What a whole answer tells, whatever its format: the spellings do not collide. */
export function seenInBody(body: unknown): ResponseSeen {
  const answer = field(body, 'response') ?? body;
  const usage = field(answer, 'usage');
  const isClaudes = text(answer, 'type') === 'message' || isCachedApart(usage);
  return {
    model: text(answer, 'model') ?? text(answer, 'modelVersion'),
    usage: isClaudes ? claudeUsage(usage) : openAiUsage(usage),
  };
}

function isCachedApart(usage: unknown): boolean {
  return (
    count(usage, 'input_tokens') !== undefined &&
    count(usage, 'cache_read_input_tokens') !== undefined
  );
}
