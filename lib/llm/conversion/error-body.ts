import { field, isRecord, type JsonRecord, parseJson, text } from '../json';

/** What a provider's error says, whoever sent it. */
interface ProviderError {
  readonly type?: string;
  readonly message: string;
  readonly code?: string;
}

/** Google's words for what went wrong, as OpenAI's. */
const GOOGLE_TYPES: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'invalid_request_error',
  FAILED_PRECONDITION: 'invalid_request_error',
  NOT_FOUND: 'not_found_error',
  PERMISSION_DENIED: 'authentication_error',
  UNAUTHENTICATED: 'authentication_error',
  RESOURCE_EXHAUSTED: 'rate_limit_error',
};

/** The type of an error of which only the status is known. */
const STATUS_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'authentication_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** An error of Claude's in the shape of a chat completion's. What is no JSON becomes the message. */
export function errorToCompletions(body: string): string {
  const { message } = claudeError(body);
  return JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: null },
  });
}

/** An error of a chat completion in Claude's shape. */
export function errorToMessages(body: string, status: number): string {
  const { type = typeOfStatus(status), message } = openAiError(body);
  return JSON.stringify({ type: 'error', error: { type, message } });
}

/** An error of Google's, whose compatible endpoint wraps it into a list, as OpenAI would send it; others unchanged. */
export function googleErrorToCompletions(body: string): string {
  const parsed = parseJson(body);
  const error = field(Array.isArray(parsed) ? parsed[0] : parsed, 'error');
  const status = text(error, 'status');
  const message = text(error, 'message');
  if (status === undefined || message === undefined) return body;
  const type = Object.hasOwn(GOOGLE_TYPES, status) ? GOOGLE_TYPES[status] : 'api_error';
  return JSON.stringify({ error: { message, type, param: null, code: status } });
}

function typeOfStatus(status: number): string {
  return STATUS_TYPES[status] ?? 'api_error';
}

function claudeError(body: string): ProviderError {
  const error = field(parseJson(body), 'error');
  return { message: text(error, 'message') ?? body };
}

function openAiError(body: string): ProviderError {
  const parsed = parseJson(googleErrorToCompletions(body));
  const error: unknown = field(parsed, 'error');
  if (!isRecord(error)) return { message: typeof error === 'string' ? error : body };
  return described(error, body);
}

function described(error: JsonRecord, body: string): ProviderError {
  return { type: text(error, 'type'), message: text(error, 'message') ?? body };
}
