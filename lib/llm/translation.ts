import {
  errorToCompletions,
  errorToMessages,
  googleErrorToCompletions,
} from './conversion/error-body';
import type { EventTranslator } from './conversion/event-translator';
import { requestToCompletions } from './conversion/request-to-completions';
import { requestToMessages } from './conversion/request-to-messages';
import { responseToCompletion } from './conversion/response-to-completion';
import { responseToMessage } from './conversion/response-to-message';
import { completionToResponse } from './conversion/responses-answer';
import { responsesToCompletions } from './conversion/responses-request';
import { ChunksToResponse } from './conversion/responses-stream';
import { StreamToChunks } from './conversion/stream-to-chunks';
import { StreamToEvents } from './conversion/stream-to-events';
import type { LlmFormat } from './format';
import type { JsonRecord } from './json';
import { type LlmProblem, unsupportedConversion } from './problem';
import { type ProviderSettings, providerName, supportedFormats } from './provider';

/** How one format is spoken with a provider that wants another. `now` is in milliseconds since the epoch. */
export interface Translation {
  readonly request: (request: JsonRecord) => JsonRecord | LlmProblem;
  readonly response: (response: unknown, now: number) => JsonRecord | LlmProblem;
  readonly stream: (now: number) => EventTranslator;
  readonly error: (body: string, status: number) => string;
}

const COMPLETIONS_TO_MESSAGES: Translation = {
  request: requestToMessages,
  response: responseToCompletion,
  stream: (now) => new StreamToChunks(now),
  error: errorToCompletions,
};

const MESSAGES_TO_COMPLETIONS: Translation = {
  request: requestToCompletions,
  response: responseToMessage,
  stream: () => new StreamToEvents(),
  error: errorToMessages,
};

const RESPONSES_TO_COMPLETIONS: Translation = {
  request: responsesToCompletions,
  response: completionToResponse,
  stream: (now) => new ChunksToResponse(now),
  error: googleErrorToCompletions,
};

/** What may be sent for what the client wrote, best first; without a translation it is sent as it is. */
const CHOICES: Readonly<Partial<Record<LlmFormat, readonly Choice[]>>> = {
  completions: [
    { format: 'completions' },
    { format: 'messages', translation: COMPLETIONS_TO_MESSAGES },
  ],
  messages: [
    { format: 'messages' },
    { format: 'completions', translation: MESSAGES_TO_COMPLETIONS },
  ],
  responses: [
    { format: 'responses' },
    { format: 'completions', translation: RESPONSES_TO_COMPLETIONS },
  ],
};

/** The format that the provider gets, and how it is made. */
export interface Choice {
  readonly format: LlmFormat;
  /** @default - the client's own format */
  readonly translation?: Translation;
}

/** How a provider is asked for what a client wrote. */
export function chooseFormat(
  settings: ProviderSettings,
  client: LlmFormat,
  model: string,
): Choice | LlmProblem {
  const supported = supportedFormats(settings, model);
  const choices = CHOICES[client] ?? [{ format: client }];
  const choice = choices.find(({ format }) => supported.has(format));
  return choice ?? unsupportedConversion(`from ${client} to provider ${providerName(settings)}`);
}

/** The error of a provider as the client's format has it. */
export function clientError(
  { kind }: ProviderSettings,
  client: LlmFormat,
  { translation }: Choice,
  body: string,
  status: number,
): string {
  if (translation) return translation.error(body, status);
  const asOpenAi = client === 'completions' || client === 'embeddings';
  return kind === 'gemini' && asOpenAi ? googleErrorToCompletions(body) : body;
}
