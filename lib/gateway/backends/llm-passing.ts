import type { HeaderList } from '../../effects';
import { parseJson } from '../../llm/json';
import { badResponse } from '../../llm/problem';
import { NOTHING_SEEN, type ResponseSeen, seenInBody } from '../../llm/response-seen';
import type { ResponseStream } from '../../llm/response-stream';
import { type Answer, refusal } from '../answer';
import { Kept } from './kept';
import type { LlmAnswerReader } from './llm-answer-reader';
import { problemAnswer } from './llm-problem';
import { isPacked } from './packed';

const NOTHING = new Uint8Array();

/** Passes unread. */
export class PassedOn implements LlmAnswerReader {
  readonly seen = NOTHING_SEEN;
  readonly stopped = undefined;

  constructor(readonly fields: HeaderList) {}

  push(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  end(): Uint8Array {
    return NOTHING;
  }
}

/** Passes event by event. */
export class Streamed implements LlmAnswerReader {
  #hasEnded = false;

  constructor(
    readonly fields: HeaderList,
    private readonly stream: ResponseStream,
  ) {}

  get seen(): ResponseSeen {
    return this.stream.seen;
  }

  get stopped(): Answer | undefined {
    const { broken } = this.stream;
    return broken === undefined ? undefined : problemAnswer('llmResponse', badResponse(broken));
  }

  get failure(): Answer | undefined {
    const { failure } = this.stream.seen;
    return failure === undefined ? undefined : refusal('llmStream', failure);
  }

  get unfinished(): number | undefined {
    return this.#hasEnded ? undefined : this.stream.parts;
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.stream.push(chunk);
  }

  end(): Uint8Array {
    this.#hasEnded = true;
    return this.stream.end();
  }
}

/** Cannot be passed on at all. */
export class Unreadable implements LlmAnswerReader {
  readonly fields = undefined;
  readonly seen = NOTHING_SEEN;

  constructor(readonly stopped: Answer) {}

  push(): Uint8Array {
    return NOTHING;
  }

  end(): Answer {
    return this.stopped;
  }
}

/** Passes at once, and is looked into at its end if it could be kept. */
export class Watched implements LlmAnswerReader {
  readonly stopped = undefined;
  readonly #kept: Kept;
  #seen = NOTHING_SEEN;

  constructor(
    readonly fields: HeaderList,
    limit: number,
  ) {
    this.#kept = new Kept(limit);
  }

  get seen(): ResponseSeen {
    return this.#seen;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#kept.add(chunk);
    return chunk;
  }

  end(): Uint8Array {
    const bytes = this.#kept.whole();
    if (bytes && !isPacked(this.fields)) this.#seen = seenInBody(parseJson(textOf(bytes)));
    return NOTHING;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
