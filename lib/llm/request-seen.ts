import type { RouteType } from './format';
import { count, type JsonRecord, number, text } from './json';

/** What a request asked for, as it is logged. */
export interface RequestSeen {
  readonly route: RouteType;
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  /** The model that the provider is asked for; '' where none is named. */
  readonly model: string;
  readonly streaming: boolean;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly dimensions?: number;
  readonly encodingFormat?: string;
}

export function seenInRequest(route: RouteType, provider: string, body: JsonRecord): RequestSeen {
  return {
    route,
    provider,
    model: text(body, 'model') ?? '',
    streaming: body.stream === true,
    temperature: number(body, 'temperature'),
    topP: number(body, 'top_p'),
    maxTokens:
      count(body, 'max_completion_tokens') ??
      count(body, 'max_tokens') ??
      count(body, 'max_output_tokens'),
    frequencyPenalty: number(body, 'frequency_penalty'),
    presencePenalty: number(body, 'presence_penalty'),
    seed: number(body, 'seed'),
    dimensions: count(body, 'dimensions'),
    encodingFormat: text(body, 'encoding_format'),
  };
}
