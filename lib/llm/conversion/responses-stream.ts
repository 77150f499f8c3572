import { count, entries, field, type JsonRecord, text } from '../json';
import { sseEvent } from '../sse';
import { openAiUsage, type Usage } from '../usage';
import type { EventTranslator } from './event-translator';
import {
  finishedResponse,
  functionCallItem,
  messageItem,
  type ResponseFrame,
  startedResponse,
  textPart,
} from './responses-answer';

/** Something that the model is writing: its place in the output and all that has been written. */
interface OpenItem {
  readonly id: string;
  readonly place: number;
  written: string;
}

interface OpenCall extends OpenItem {
  readonly callId: string;
  readonly name: string;
}

/** The last events repeat all that was written: more than this no model writes, and nobody shall make us keep. */
const LONGEST_OUTPUT = 16 * 1024 * 1024;
const MOST_CALLS = 1024;

/** Chunks of a chat completion as the events of a response. */
export class ChunksToResponse implements EventTranslator {
  readonly #createdAt: number;
  #frame: ResponseFrame | undefined;
  #sequence = 0;
  #length = 0;
  #failed = false;
  #stopped = false;
  #text: OpenItem | undefined;
  readonly #calls = new Map<number, OpenCall>();
  /** What is finished, by its place. */
  readonly #output: JsonRecord[] = [];
  #places = 0;
  #finish: string | undefined;
  #usage: Usage | undefined;

  /** `now` is in milliseconds since the epoch. */
  constructor(now: number) {
    this.#createdAt = Math.floor(now / 1000);
  }

  get isWhole(): boolean {
    return this.#stopped || this.#failed || this.#finish !== undefined;
  }

  translate(json: unknown): string {
    if (this.#stopped || this.#failed) return '';
    const error = field(json, 'error');
    if (error !== undefined && error !== null) {
      return this.fail(text(error, 'message') ?? 'the stream failed');
    }
    const usage = field(json, 'usage');
    if (usage !== undefined && usage !== null) this.#usage = openAiUsage(usage);
    const [choice] = entries(json, 'choices');
    const delta = field(choice, 'delta');
    let written = this.#start(json) + this.#words(delta);
    for (const part of entries(delta, 'tool_calls')) written += this.#call(part);
    this.#finish = text(choice, 'finish_reason') ?? this.#finish;
    if (this.#length > LONGEST_OUTPUT) return written + this.fail('the answer is too long');
    return this.#finish !== undefined && this.#usage ? written + this.#end() : written;
  }

  done(): string {
    return this.#frame && !this.#stopped && !this.#failed ? this.#end() : '';
  }

  fail(message: string): string {
    this.#failed = true;
    return this.#event('error', { code: 'server_error', message, param: null });
  }

  #start(json: unknown): string {
    if (this.#frame) return '';
    this.#frame = {
      id: text(json, 'id') ?? '',
      model: text(json, 'model') ?? '',
      createdAt: count(json, 'created') ?? this.#createdAt,
    };
    const response = startedResponse(this.#frame);
    return this.#event('response.created', { response });
  }

  #words(delta: unknown): string {
    const words = text(delta, 'content') || text(delta, 'refusal');
    if (!words) return '';
    const opened = this.#text ? '' : this.#openText();
    const { id, place } = this.#text ?? { id: '', place: 0 };
    if (this.#text) this.#text.written += words;
    this.#length += words.length;
    const fields = {
      item_id: id,
      output_index: place,
      content_index: 0,
      delta: words,
      logprobs: [],
    };
    return opened + this.#event('response.output_text.delta', fields);
  }

  #openText(): string {
    const place = this.#places++;
    const id = `msg_${this.#frame?.id ?? ''}`;
    this.#text = { id, place, written: '' };
    const item = { ...messageItem(id, ''), status: 'in_progress', content: [] };
    const at = { item_id: id, output_index: place, content_index: 0 };
    return (
      this.#event('response.output_item.added', { output_index: place, item }) +
      this.#event('response.content_part.added', { ...at, part: textPart('') })
    );
  }

  #call(part: unknown): string {
    const index = count(part, 'index') ?? 0;
    const called = field(part, 'function');
    const known = this.#calls.get(index);
    const call = known ?? this.#newCall(index, part, text(called, 'name'));
    if (!call) return '';
    const opened = known ? '' : this.#openCall(call);
    const delta = text(called, 'arguments') ?? '';
    if (delta === '') return opened;
    call.written += delta;
    this.#length += delta.length;
    const fields = { item_id: call.id, output_index: call.place, delta };
    return opened + this.#event('response.function_call_arguments.delta', fields);
  }

  #newCall(index: number, part: unknown, name: string | undefined): OpenCall | undefined {
    if (name === undefined || this.#calls.size >= MOST_CALLS) return undefined;
    const id = `fc_${this.#frame?.id ?? ''}_${index}`;
    const callId = text(part, 'id') ?? `call_${index}`;
    const call = { id, callId, name, place: this.#places++, written: '' };
    this.#calls.set(index, call);
    return call;
  }

  #openCall({ id, callId, name, place }: OpenCall): string {
    const item = { ...functionCallItem(id, callId, name, ''), status: 'in_progress' };
    return this.#event('response.output_item.added', { output_index: place, item });
  }

  #end(): string {
    this.#stopped = true;
    let written = this.#text ? this.#closeText(this.#text) : '';
    for (const call of this.#calls.values()) written += this.#closeCall(call);
    const frame = this.#frame ?? { id: '', model: '', createdAt: this.#createdAt };
    const response = finishedResponse(frame, this.#output, this.#finish, this.#usage ?? {});
    return written + this.#event(`response.${response.status}`, { response });
  }

  #closeText({ id, place, written }: OpenItem): string {
    const at = { item_id: id, output_index: place, content_index: 0 };
    return (
      this.#event('response.output_text.done', { ...at, text: written, logprobs: [] }) +
      this.#event('response.content_part.done', { ...at, part: textPart(written) }) +
      this.#closeItem(place, messageItem(id, written))
    );
  }

  #closeCall({ id, callId, name, place, written }: OpenCall): string {
    const all = written === '' ? '{}' : written;
    const fields = { item_id: id, output_index: place, name, arguments: all };
    return (
      this.#event('response.function_call_arguments.done', fields) +
      this.#closeItem(place, functionCallItem(id, callId, name, all))
    );
  }

  #closeItem(place: number, item: JsonRecord): string {
    this.#output[place] = item;
    return this.#event('response.output_item.done', { output_index: place, item });
  }

  #event(type: string, fields: JsonRecord): string {
    return sseEvent(type, JSON.stringify({ type, sequence_number: this.#sequence++, ...fields }));
  }
}
