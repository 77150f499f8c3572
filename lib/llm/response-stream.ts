import type { EventTranslator } from './conversion/event-translator';
import type { RouteType } from './format';
import { parseJson } from './json';
import type { ResponseSeen } from './response-seen';
import { type SseEvent, SseParser } from './sse';
import { isDone, StreamObserver } from './stream-observer';

/** A stream on its way from the provider to the client. Nothing is held back but unfinished events. */
export interface ResponseStream {
  readonly seen: ResponseSeen;
  /** How many parts of the answer have come, of about a token each. */
  readonly parts: number;
  /** Why what comes makes no sense any more: what has been written says it too, and nothing shall follow. */
  readonly broken: string | undefined;
  /** What the client gets for the chunk; empty where it gets nothing yet. */
  push(chunk: Uint8Array): Uint8Array;
  /** The provider has ended the stream. What the client gets then. */
  end(): Uint8Array;
}

const NOTHING = Buffer.alloc(0);

/** Passes every byte on as it comes and only watches. */
export class WatchedStream implements ResponseStream {
  readonly broken = undefined;
  readonly #observer: StreamObserver;
  readonly #parser: SseParser;

  /** `format` is the one that the provider speaks; `now` tells milliseconds. */
  constructor(format: RouteType, now: () => number) {
    this.#observer = new StreamObserver(format, now);
    this.#parser = new SseParser((event) => this.#observer.observe(event));
  }

  get seen(): ResponseSeen {
    return this.#observer.seen;
  }

  get parts(): number {
    return this.#observer.parts;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#parser.push(chunk);
    return chunk;
  }

  end(): Uint8Array {
    this.#parser.end();
    return NOTHING;
  }
}

/** Writes every event anew in the client's format. */
export class TranslatedStream implements ResponseStream {
  readonly #observer: StreamObserver;
  readonly #translator: EventTranslator;
  readonly #parser: SseParser;
  #written = '';
  #broken: string | undefined;

  /** `format` is the one that the provider speaks; `now` tells milliseconds. */
  constructor(format: RouteType, translator: EventTranslator, now: () => number) {
    this.#observer = new StreamObserver(format, now);
    this.#translator = translator;
    this.#parser = new SseParser((event) => this.#translate(event));
  }

  get seen(): ResponseSeen {
    return this.#observer.seen;
  }

  get parts(): number {
    return this.#observer.parts;
  }

  get broken(): string | undefined {
    return this.#broken;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.#broken) return NOTHING;
    this.#parser.push(chunk);
    return this.#take();
  }

  end(): Uint8Array {
    if (this.#broken) return NOTHING;
    this.#parser.end();
    if (this.#translator.isWhole) this.#written += this.#translator.done();
    else this.#break('the stream ended before the answer did');
    return this.#take();
  }

  #translate(event: SseEvent): void {
    if (this.#broken) return;
    if (isDone(event)) {
      this.#written += this.#translator.done();
      return;
    }
    const json = parseJson(event.data.toString('utf8'));
    // Comments of a proxy, an unfinished event: what is no JSON is no part of an answer.
    if (json === undefined) return;
    this.#observer.observe(event, json);
    this.#written += this.#translator.translate(json);
  }

  #break(why: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = why;
    this.#written += this.#translator.fail(why);
  }

  /** An event that was dropped is missing from the answer, which the client must learn. */
  #take(): Uint8Array {
    if (this.#parser.dropped > 0) this.#break('an event of the stream was too large');
    if (this.#written === '') return NOTHING;
    const bytes = Buffer.from(this.#written, 'utf8');
    this.#written = '';
    return bytes;
  }
}
