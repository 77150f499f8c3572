import type { HeaderList } from '../effects';
import { headerValue, removeHeader } from '../http/header-list';
import { setProviderHeaders } from './credentials';
import { isFormat, type LlmFormat, type RouteType } from './format';
import { isRecord, type JsonRecord, parseJson, text, toJson } from './json';
import {
  badRequest,
  badResponse,
  isProblem,
  type LlmProblem,
  unsupportedEncoding,
} from './problem';
import {
  type AskedPath,
  isAskable,
  type PathOptions,
  type ProviderSettings,
  providerName,
  upstreamPath,
} from './provider';
import { bodyWith, type RequestBody, readRequest } from './request';
import {
  applyFieldPolicy,
  applyRequestPolicy,
  type FieldEdits,
  type RequestPolicy,
} from './request-policy';
import { type RequestSeen, seenInRequest } from './request-seen';
import { NOTHING_SEEN, type ResponseSeen, seenInBody } from './response-seen';
import { type ResponseStream, TranslatedStream, WatchedStream } from './response-stream';
import { countTokensAnswer } from './token-estimate';
import { type Choice, chooseFormat, clientError } from './translation';

/** One provider as it is configured. */
export interface LlmTarget extends PathOptions {
  readonly provider: ProviderSettings;
  readonly policy?: RequestPolicy;
  /** Computed fields of what the provider gets, after translation. */
  readonly finalTransformations?: (body: JsonRecord) => FieldEdits;
}

/** A request that is ready for its provider, and what is needed to read the answer. */
export interface LlmCall {
  /** Path and query. */
  readonly path: string;
  /** JSON, or the client's bytes where nothing is read. */
  readonly body: string | Uint8Array;
  readonly seen: RequestSeen;
  /** What the client asked, as the policy has left it. @default - the request is passed on unread */
  readonly request?: JsonRecord;
  /** The format that the provider gets. @default - the request is passed on unread */
  readonly format?: LlmFormat;
  /** @default - the request is passed on unread */
  readonly choice?: Choice;
  readonly provider: ProviderSettings;
}

/** What is answered without asking the provider, as JSON with status 200. */
export interface LocalAnswer {
  readonly answer: string;
}

export function isLocalAnswer(prepared: object): prepared is LocalAnswer {
  return 'answer' in prepared;
}

/**
 * Turns a client's request into the provider's. The routes `passthrough`, `models` and `realtime` are
 * not read; `detect` is where it is JSON.
 * Claude's question for tokens is answered by an estimate where the provider cannot tell.
 */
export function prepareCall(
  target: LlmTarget,
  asked: AskedPath,
  body: Uint8Array,
): LlmCall | LocalAnswer | LlmProblem {
  const { route } = asked;
  if (route === 'realtime') return realtimeCall(target, asked);
  if (route === 'detect') return detectedCall(target, asked, body);
  return isFormat(route)
    ? translatedCall(target, asked, route, body)
    : passedOnCall(target, asked, body, {});
}

function translatedCall(
  target: LlmTarget,
  asked: AskedPath,
  client: LlmFormat,
  bytes: Uint8Array,
): LlmCall | LocalAnswer | LlmProblem {
  const { provider } = target;
  const read = readRequest(bytes, client);
  if (isProblem(read)) return read;
  const policy = { model: provider.model, ...target.policy };
  const request = applyRequestPolicy(read, { format: client, provider: provider.kind }, policy);
  if (isProblem(request)) return request;
  const model = text(request.body, 'model') ?? '';
  if (!isAskable(provider, model)) return badRequest('model: cannot be part of a path');
  const choice = chooseFormat(provider, client, model);
  if (isProblem(choice)) {
    return client === 'anthropicTokenCount' ? { answer: countTokensAnswer(request.body) } : choice;
  }
  const body =
    request === read && isSentAsRead(choice, target)
      ? bytes
      : upstreamBody(request, choice, target);
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  return {
    path: upstreamPath(provider, target, asked, choice.format, model),
    body,
    seen: seenInRequest(client, providerName(provider), request.body),
    request: request.body,
    format: choice.format,
    choice,
    provider,
  };
}

/** Whether the provider gets what the policy has left as it is. */
function isSentAsRead({ translation }: Choice, { finalTransformations }: LlmTarget): boolean {
  return !translation && !finalTransformations;
}

function upstreamBody(
  { json, body }: RequestBody,
  { translation }: Choice,
  { finalTransformations }: LlmTarget,
): string | LlmProblem {
  if (!translation && !finalTransformations) return json;
  const translated = translation ? translation.request(body) : body;
  if (isProblem(translated)) return translated as LlmProblem;
  const edits = finalTransformations?.(translated);
  const written = toJson(edits ? bodyWith(translated, edits) : translated);
  return written ?? badRequest('request nests too deeply');
}

/** A conversation over a web socket: only its path is known. */
function realtimeCall(target: LlmTarget, asked: AskedPath): LlmCall | LlmProblem {
  const { provider } = target;
  const choice = chooseFormat(provider, 'realtime', '');
  if (isProblem(choice)) return choice;
  const path = upstreamPath(provider, target, asked, choice.format, provider.model ?? '');
  return { ...passedOnCall(target, asked, new Uint8Array(), {}), path };
}

/** JSON is read and may be edited; whatever else it is passes as it is. */
function detectedCall(
  target: LlmTarget,
  asked: AskedPath,
  bytes: Uint8Array,
): LlmCall | LlmProblem {
  const { provider, policy = {} } = target;
  const read = readRequest(bytes, 'detect');
  if (isProblem(read)) return passedOnCall(target, asked, bytes, {});
  const request = applyFieldPolicy(read, provider.kind, policy);
  if (isProblem(request)) return request;
  const body = request === read ? bytes : request.json;
  return passedOnCall(target, asked, body, request.body);
}

function passedOnCall(
  target: LlmTarget,
  asked: AskedPath,
  body: string | Uint8Array,
  read: JsonRecord,
): LlmCall {
  const { provider } = target;
  return {
    path: upstreamPath(provider, target, asked, undefined, ''),
    body,
    seen: seenInRequest(asked.route, providerName(provider), read),
    provider,
  };
}

/** The problem of a request whose body cannot be read; nothing where it can, or need not be. */
export function encodingProblem(route: RouteType, headers: HeaderList): LlmProblem | undefined {
  const encoding = headerValue(headers, 'content-encoding');
  if (!isFormat(route) || encoding === undefined || encoding.toLowerCase() === 'identity') {
    return undefined;
  }
  return unsupportedEncoding(encoding);
}

/**
 * Makes the client's fields those of the request to the provider, after the configured credential has been set. The
 * answer must come unpacked, for it is read. `explicitLocation`: the configuration says where the credential goes.
 */
export function setCallHeaders(
  headers: HeaderList,
  { provider, format, seen }: LlmCall,
  explicitLocation = false,
): void {
  setProviderHeaders(headers, provider, format, explicitLocation);
  if (seen.route === 'passthrough') return;
  removeHeader(headers, 'accept-encoding');
  removeHeader(headers, 'content-length');
}

/** Whether the answer is read as it comes. Errors, and JSON in spite of what was asked, are read as a whole. */
export function isStreamed(
  { seen }: LlmCall,
  status: number,
  contentType: string | undefined,
): boolean {
  const isEvents = contentType?.toLowerCase().startsWith('text/event-stream') ?? false;
  const isJson = contentType?.toLowerCase().startsWith('application/json') ?? false;
  return isSuccess(status) && (isEvents || (seen.streaming && !isJson));
}

/** The way of a streamed answer to the client. `now` tells milliseconds since the epoch. */
export function responseStream(
  { seen, format, choice }: LlmCall,
  now: () => number,
): ResponseStream {
  const translation = choice?.translation;
  const spoken: RouteType = format ?? seen.route;
  if (!translation) return new WatchedStream(spoken, now);
  return new TranslatedStream(spoken, translation.stream(now()), now);
}

/** A whole answer as the client gets it. */
export interface LlmAnswer {
  /** The provider's bytes where nothing is translated. */
  readonly body: string | Uint8Array;
  readonly seen: ResponseSeen;
}

/** Reads a whole answer, of whatever status. `now` is in milliseconds since the epoch. */
export function readResponse(
  call: LlmCall,
  status: number,
  body: Uint8Array,
  now: number,
): LlmAnswer | LlmProblem {
  const { choice } = call;
  const json = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  if (!isSuccess(status)) return { body: errorBody(call, json, body, status), seen: NOTHING_SEEN };
  const parsed = parseJson(json);
  if (!choice) return { body, seen: seenInBody(parsed) };
  if (!isRecord(parsed)) {
    return badResponse('failed to parse response: the body is not a JSON object');
  }
  const told = seenInBody(parsed);
  if (!choice.translation) return { body, seen: told };
  const translated = choice.translation.response(parsed, now);
  if (isProblem(translated)) return translated as LlmProblem;
  const written = toJson(translated);
  if (written === undefined) return badResponse('response nests too deeply');
  return { body: written, seen: told };
}

function errorBody(
  { seen, choice, provider }: LlmCall,
  json: string,
  body: Uint8Array,
  status: number,
): string | Uint8Array {
  if (!choice || !isFormat(seen.route)) return body;
  const written = clientError(provider, seen.route, choice, json, status);
  return written === json ? body : written;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
