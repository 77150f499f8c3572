import type { HeaderList } from '../../effects';
import { removeHeader, setHeader } from '../../http/header-list';
import { type LlmCall, readResponse } from '../../llm/call';
import { isProblem, type LlmProblem } from '../../llm/problem';
import { NOTHING_SEEN, type ResponseSeen } from '../../llm/response-seen';
import type { Answer } from '../answer';
import type { WholeAnswer } from './backend';
import { Kept } from './kept';
import type { LlmAnswerReader, ReaderSettings } from './llm-answer-reader';
import { problemAnswer } from './llm-problem';
import { isPacked, unpacked } from './packed';

const NOTHING = new Uint8Array();

const TOO_LARGE = problemAnswer('llmResponse', { status: 502, problem: 'response was too large' });
const DAMAGED: LlmProblem = { status: 502, problem: 'the response cannot be unpacked' };

/** Fields that speak of the bytes of a body and do not hold for others. */
const OF_BYTES = ['content-encoding', 'content-md5', 'content-digest', 'repr-digest', 'etag'];

/** Is read before the client gets any of it. */
export class Whole implements LlmAnswerReader {
  readonly fields = undefined;
  readonly #kept: Kept;
  #seen = NOTHING_SEEN;

  constructor(
    private readonly call: LlmCall,
    private readonly status: number,
    private readonly upstreamFields: HeaderList,
    private readonly settings: ReaderSettings,
  ) {
    this.#kept = new Kept(settings.maxBufferSize);
  }

  get seen(): ResponseSeen {
    return this.#seen;
  }

  get stopped(): Answer | undefined {
    return this.#kept.isTooLarge ? TOO_LARGE : undefined;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#kept.add(chunk);
    return NOTHING;
  }

  end(): WholeAnswer | Answer {
    const { call, status, upstreamFields: headers, settings } = this;
    const sent = this.#kept.whole() ?? NOTHING;
    const body = isPacked(headers) ? unpacked(sent, headers, settings.maxBufferSize) : sent;
    if (!body) return problemAnswer('llmResponse', DAMAGED);
    const read = readResponse(call, status, body, settings.now());
    if (isProblem(read)) return problemAnswer('llmResponse', read);
    this.#seen = read.seen;
    removeHeader(headers, 'content-length');
    if (read.body === sent) return { status, headers, bytes: sent };
    for (const name of OF_BYTES) removeHeader(headers, name);
    if (read.body !== body) setHeader(headers, 'content-type', 'application/json');
    const bytes = typeof read.body === 'string' ? Buffer.from(read.body) : read.body;
    return { status, headers, bytes };
  }
}
