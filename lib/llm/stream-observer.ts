import type { RouteType } from './format';
import { field, isRecord, parseJson, text } from './json';
import { NOTHING_SEEN, type ResponseSeen, seenInBody } from './response-seen';
import type { SseEvent } from './sse';
import { claudeUsage, openAiUsage } from './usage';

/** How the events of one format tell what is logged. Most events are never decoded. */
interface StreamReader {
  /** Whether the event brings a part of the answer. */
  isToken(event: SseEvent): boolean;
  /** Whether the event tells something that is not known yet. */
  tells(event: SseEvent, seen: ResponseSeen): boolean;
  /** Whether the event may say that the answer has failed. */
  mayFail(event: SseEvent): boolean;
  read(json: unknown, seen: ResponseSeen): ResponseSeen;
}

/** More than the type of any error: it is a provider's word, and is logged. */
const LONGEST_TYPE = 64;
const ERROR = Buffer.from('"error"');

const USAGE = Buffer.from('"usage"');
const OPEN_BRACE = 0x7b;
const COLON = 0x3a;
const SPACE = 0x20;
const DONE = Buffer.from('[DONE]');

const COMPLETIONS: StreamReader = {
  isToken: () => true,
  tells: ({ data }, { model }) => model === undefined || holdsUsage(data),
  mayFail: holdsError,
  read: (json, seen) => {
    const usage = field(json, 'usage');
    return {
      ...seen,
      model: seen.model ?? text(json, 'model'),
      usage: usage === null || usage === undefined ? seen.usage : openAiUsage(usage),
    };
  },
};

const MESSAGES: StreamReader = {
  isToken: ({ name, data }) => isNamed(name, data, 'content_block_delta'),
  tells: ({ name, data }) =>
    isNamed(name, data, 'message_start') || isNamed(name, data, 'message_delta'),
  mayFail: ({ name, data }) => isNamed(name, data, 'error'),
  read: (json, seen) => {
    const message = field(json, 'message') ?? json;
    return {
      ...seen,
      model: seen.model ?? text(message, 'model'),
      usage: claudeUsage(field(message, 'usage'), seen.usage),
    };
  },
};

const RESPONSES: StreamReader = {
  isToken: ({ name }) => name.endsWith('.delta'),
  tells: ({ name, data }, { model }) =>
    (model === undefined && isNamed(name, data, 'response.created')) || holdsUsage(data),
  mayFail: ({ name, data }) =>
    isNamed(name, data, 'error') || isNamed(name, data, 'response.failed'),
  read: (json, seen) => {
    const { model, usage } = seenInBody(json);
    return { ...seen, model: model ?? seen.model, usage };
  },
};

/** For what is only looked at: whoever sends a usage tells it in one of the known spellings. */
const ANY: StreamReader = {
  isToken: () => true,
  tells: ({ data }, { model }) => model === undefined || holdsUsage(data),
  mayFail: holdsError,
  read: (json, seen) => {
    const { model, usage } = seenInBody(json);
    const known = Object.values(usage).some((tokens) => tokens !== undefined);
    return { ...seen, model: seen.model ?? model, usage: known ? usage : seen.usage };
  },
};

const READERS: Readonly<Partial<Record<RouteType, StreamReader>>> = {
  completions: COMPLETIONS,
  messages: MESSAGES,
  responses: RESPONSES,
};

/** Watches the events of an answer for what is logged. */
export class StreamObserver {
  readonly #reader: StreamReader;
  readonly #now: () => number;
  #seen: ResponseSeen = NOTHING_SEEN;
  #parts = 0;

  /** `format` is the one that the provider speaks; `now` tells milliseconds. */
  constructor(format: RouteType, now: () => number) {
    this.#reader = READERS[format] ?? ANY;
    this.#now = now;
  }

  get seen(): ResponseSeen {
    return this.#seen;
  }

  /** How many parts of the answer have come: providers send about a token at a time. */
  get parts(): number {
    return this.#parts;
  }

  /** `json` spares reading the data twice where the caller has read it. */
  observe(event: SseEvent, json?: unknown): void {
    if (isDone(event)) return;
    if (this.#reader.isToken(event)) {
      if (this.#parts === 0) this.#seen = { ...this.#seen, firstTokenAt: this.#now() };
      this.#parts++;
    }
    const tells = this.#reader.tells(event, this.#seen);
    const mayFail = this.#reader.mayFail(event);
    if (!tells && !mayFail) return;
    const told = json ?? parseJson(event.data.toString('utf8'));
    if (told === undefined) return;
    const seen = tells ? this.#reader.read(told, this.#seen) : this.#seen;
    this.#seen = mayFail ? withFailure(seen, told) : seen;
  }
}

/** Its message may quote what was asked; its type does not. */
function withFailure(seen: ResponseSeen, told: unknown): ResponseSeen {
  const error = field(told, 'error') ?? field(field(told, 'response'), 'error');
  const isFailure = isRecord(error) || text(told, 'type') === 'error';
  if (!isFailure || seen.failure !== undefined) return seen;
  const type = text(error, 'type') ?? text(error, 'code') ?? text(told, 'code') ?? 'unknown';
  return { ...seen, failure: type.slice(0, LONGEST_TYPE) };
}

/** Within a text its quotes would stand behind backslashes. */
function holdsError({ data }: SseEvent): boolean {
  return data.includes(ERROR);
}

/** The mark with which chat completions end a stream. */
export function isDone({ data }: SseEvent): boolean {
  return data.length === DONE.length && data.equals(DONE);
}

function isNamed(name: string, data: Buffer, wanted: string): boolean {
  return name === '' ? data.includes(`"${wanted}"`) : name === wanted;
}

/** Whether there is a usage that is no null, as most events of a chat completion say. */
function holdsUsage(data: Buffer): boolean {
  let at = data.indexOf(USAGE);
  while (at >= 0) {
    at += USAGE.length;
    while (data[at] === SPACE || data[at] === COLON) at++;
    if (data[at] === OPEN_BRACE) return true;
    at = data.indexOf(USAGE, at);
  }
  return false;
}
