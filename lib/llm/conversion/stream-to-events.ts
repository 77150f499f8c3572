import { count, entries, field, type JsonRecord, text } from '../json';
import { sseEvent } from '../sse';
import { asClaudeUsage, openAiUsage, type Usage } from '../usage';
import type { EventTranslator } from './event-translator';
import { stopOf } from './response-to-message';

/** A call that the model is writing. It is opened when its name is known. */
interface Call {
  id: string | undefined;
  name: string | undefined;
  /** Arguments that came before the name. */
  waiting: string;
  block: number | undefined;
}

/** More than any model calls at once, and than it writes before it names what it calls. */
const MOST_CALLS = 1024;
const LONGEST_WAITING = 1024 * 1024;

/** Chunks of a chat completion as Claude's events. */
export class StreamToEvents implements EventTranslator {
  #started = false;
  #stopped = false;
  #failed = false;
  #nextBlock = 0;
  #open: { readonly kind: 'text' | 'thinking'; readonly block: number } | undefined;
  readonly #calls = new Map<number, Call>();
  #stop: ReturnType<typeof stopOf> | undefined;
  #usage: Usage | undefined;

  get isWhole(): boolean {
    return this.#stopped || this.#failed || this.#stop !== undefined;
  }

  translate(json: unknown): string {
    const error = field(json, 'error');
    if (error !== undefined && error !== null) {
      this.#failed = true;
      return errorEvent(
        text(error, 'type') ?? 'api_error',
        text(error, 'message') ?? 'the stream failed',
      );
    }
    if (this.#stopped) return '';
    const usage = field(json, 'usage');
    if (usage !== undefined && usage !== null) this.#usage = openAiUsage(usage);
    const [choice] = entries(json, 'choices');
    const delta = field(choice, 'delta');
    const written = `${this.#start(json)}${this.#thinking(delta)}${this.#text(delta)}${this.#tools(delta)}`;
    if (text(choice, 'finish_reason') !== undefined) this.#stop = stopOf(choice);
    return this.#stop && this.#usage ? written + this.#finish() : written;
  }

  done(): string {
    return this.#started && !this.#stopped && !this.#failed ? this.#finish() : '';
  }

  fail(message: string): string {
    return errorEvent('api_error', message);
  }

  #start(json: unknown): string {
    if (this.#started) return '';
    this.#started = true;
    return event('message_start', {
      message: {
        id: text(json, 'id') ?? '',
        type: 'message',
        role: 'assistant',
        content: [],
        model: text(json, 'model') ?? '',
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 0, output_tokens: 0 },
      },
    });
  }

  #thinking(delta: unknown): string {
    const thinking = text(delta, 'reasoning_content');
    if (!thinking) return '';
    const opened = this.#ensure('thinking', { type: 'thinking', thinking: '', signature: '' });
    return opened + this.#add({ type: 'thinking_delta', thinking });
  }

  #text(delta: unknown): string {
    const words = text(delta, 'content') || text(delta, 'refusal');
    if (!words) return '';
    const opened = this.#ensure('text', { type: 'text', text: '' });
    return opened + this.#add({ type: 'text_delta', text: words });
  }

  #ensure(kind: 'text' | 'thinking', content_block: JsonRecord): string {
    if (this.#open?.kind === kind) return '';
    const closed = this.#closeAll();
    const block = this.#nextBlock++;
    this.#open = { kind, block };
    return closed + event('content_block_start', { index: block, content_block });
  }

  #add(delta: JsonRecord): string {
    return event('content_block_delta', { index: this.#open?.block ?? 0, delta });
  }

  #tools(delta: unknown): string {
    let written = '';
    for (const part of entries(delta, 'tool_calls')) written += this.#tool(part);
    return written;
  }

  #tool(part: unknown): string {
    const index = count(part, 'index') ?? 0;
    const call = this.#calls.get(index) ?? {
      id: undefined,
      name: undefined,
      waiting: '',
      block: undefined,
    };
    if (!this.#calls.has(index) && this.#calls.size >= MOST_CALLS) return '';
    this.#calls.set(index, call);
    const called = field(part, 'function');
    call.id ??= text(part, 'id');
    call.name ??= text(called, 'name');
    call.waiting += text(called, 'arguments') ?? '';
    if (call.name === undefined) {
      if (call.waiting.length > LONGEST_WAITING) call.waiting = '';
      return '';
    }
    return this.#openCall(index, call) + this.#flush(call);
  }

  /** Calls stay open beside each other, for their parts may come in turns. */
  #openCall(index: number, call: Call): string {
    if (call.block !== undefined) return '';
    const closed = this.#closeText();
    call.block = this.#nextBlock++;
    const id = call.id ?? `tool_call_${index}`;
    const content_block = { type: 'tool_use', id, name: call.name, input: {} };
    return closed + event('content_block_start', { index: call.block, content_block });
  }

  #flush(call: Call): string {
    const partial_json = call.waiting;
    call.waiting = '';
    if (partial_json === '') return '';
    const delta = { type: 'input_json_delta', partial_json };
    return event('content_block_delta', { index: call.block, delta });
  }

  #closeText(): string {
    if (!this.#open) return '';
    const { block } = this.#open;
    this.#open = undefined;
    return event('content_block_stop', { index: block });
  }

  #closeAll(): string {
    let written = this.#closeText();
    for (const { block } of this.#calls.values()) {
      if (block !== undefined) written += event('content_block_stop', { index: block });
    }
    this.#calls.clear();
    return written;
  }

  #finish(): string {
    this.#stopped = true;
    const delta = this.#stop ?? { stop_reason: 'end_turn', stop_sequence: null };
    const usage = asClaudeUsage(this.#usage ?? {});
    return `${this.#closeAll()}${event('message_delta', { delta, usage })}${event('message_stop', {})}`;
  }
}

function event(type: string, fields: JsonRecord): string {
  return sseEvent(type, JSON.stringify({ type, ...fields }));
}

function errorEvent(type: string, message: string): string {
  return event('error', { error: { type, message } });
}
