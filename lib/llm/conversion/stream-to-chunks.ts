import { count, field, type JsonRecord, text } from '../json';
import { sseEvent } from '../sse';
import { asCompletionsUsage, claudeUsage, type Usage } from '../usage';
import type { EventTranslator } from './event-translator';
import { finishReason } from './stop-reason';

const DONE = 'data: [DONE]\n\n';

/** More than any model writes at once: calls that are never finished must not fill the memory. */
const MOST_OPEN_CALLS = 1024;

/** A call that Claude is writing. */
interface OpenCall {
  readonly index: number;
  /** Whether any of its arguments have been sent. */
  sent: boolean;
}

/** Claude's events as the chunks of a chat completion. */
export class StreamToChunks implements EventTranslator {
  readonly #created: number;
  #id = '';
  #model = '';
  #role: string | undefined;
  #usage: Usage = {};
  readonly #calls = new Map<number, OpenCall>();
  #nextCall = 0;
  #ended = false;

  /** `now` is in milliseconds since the epoch: Claude tells no time. */
  constructor(now: number) {
    this.#created = Math.floor(now / 1000);
  }

  get isWhole(): boolean {
    return this.#ended;
  }

  translate(json: unknown): string {
    const type = text(json, 'type');
    const handler = type !== undefined && Object.hasOwn(HANDLERS, type) ? HANDLERS[type] : nothing;
    return handler(this, json);
  }

  done(): string {
    return '';
  }

  fail(message: string): string {
    return errorChunk('api_error', message);
  }

  end(): string {
    this.#ended = true;
    return DONE;
  }

  failed(json: unknown): string {
    this.#ended = true;
    const error = field(json, 'error');
    return errorChunk(
      text(error, 'type') ?? 'api_error',
      text(error, 'message') ?? 'the stream failed',
    );
  }

  start(json: unknown): string {
    const message = field(json, 'message');
    this.#id = text(message, 'id') ?? '';
    this.#model = text(message, 'model') ?? '';
    this.#role = 'assistant';
    this.#usage = claudeUsage(field(message, 'usage'), this.#usage);
    return '';
  }

  openBlock(json: unknown): string {
    const block = field(json, 'content_block');
    const type = text(block, 'type');
    if (type !== 'tool_use' && type !== 'server_tool_use') return '';
    if (this.#calls.size >= MOST_OPEN_CALLS) return '';
    const index = this.#nextCall++;
    this.#calls.set(count(json, 'index') ?? 0, { index, sent: false });
    const called = { name: text(block, 'name') ?? '', arguments: '' };
    return this.#delta({
      tool_calls: [{ index, id: text(block, 'id') ?? '', type: 'function', function: called }],
    });
  }

  addToBlock(json: unknown): string {
    const delta = field(json, 'delta');
    const words = text(delta, 'text');
    if (words !== undefined) return this.#delta({ content: words });
    const thought = text(delta, 'thinking');
    if (thought !== undefined) return this.#delta({ reasoning_content: thought });
    const call = this.#calls.get(count(json, 'index') ?? 0);
    const partial = text(delta, 'partial_json');
    return call && partial ? this.#arguments(call, partial) : '';
  }

  /** A call without arguments has sent none: clients read them as JSON nevertheless. */
  closeBlock(json: unknown): string {
    const index = count(json, 'index') ?? 0;
    const call = this.#calls.get(index);
    this.#calls.delete(index);
    return call && !call.sent ? this.#arguments(call, '{}') : '';
  }

  finish(json: unknown): string {
    this.#usage = claudeUsage(field(json, 'usage'), this.#usage);
    const stop = text(field(json, 'delta'), 'stop_reason');
    this.#ended ||= stop !== undefined;
    const choices =
      stop === undefined ? [] : [{ index: 0, delta: {}, finish_reason: finishReason(stop) }];
    return this.#chunk(choices, asCompletionsUsage(this.#usage));
  }

  #arguments(call: OpenCall, partial: string): string {
    call.sent = true;
    return this.#delta({ tool_calls: [{ index: call.index, function: { arguments: partial } }] });
  }

  #delta(delta: JsonRecord): string {
    const role = this.#role;
    this.#role = undefined;
    return this.#chunk([{ index: 0, delta: { role, ...delta }, finish_reason: null }]);
  }

  #chunk(choices: readonly JsonRecord[], usage?: JsonRecord): string {
    return sseEvent(
      '',
      JSON.stringify({
        id: this.#id,
        object: 'chat.completion.chunk',
        created: this.#created,
        model: this.#model,
        choices,
        usage,
      }),
    );
  }
}

type Handler = (stream: StreamToChunks, json: unknown) => string;

const nothing: Handler = () => '';

const HANDLERS: Readonly<Record<string, Handler>> = {
  message_start: (stream, json) => stream.start(json),
  content_block_start: (stream, json) => stream.openBlock(json),
  content_block_delta: (stream, json) => stream.addToBlock(json),
  content_block_stop: (stream, json) => stream.closeBlock(json),
  message_delta: (stream, json) => stream.finish(json),
  message_stop: (stream) => stream.end(),
  error: (stream, json) => stream.failed(json),
};

function errorChunk(type: string, message: string): string {
  return sseEvent('', JSON.stringify({ error: { message, type, param: null, code: null } }));
}
