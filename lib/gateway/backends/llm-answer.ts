import type { HeaderList } from '../../effects';
import { headerValue, removeHeader, setHeader } from '../../http/header-list';
import { isStreamed, type LlmCall, responseStream } from '../../llm/call';
import { badResponse } from '../../llm/problem';
import type { LlmAnswerReader, ReaderSettings } from './llm-answer-reader';
import { PassedOn, Streamed, Unreadable, Watched } from './llm-passing';
import { problemAnswer } from './llm-problem';
import { Whole } from './llm-whole';
import { isPacked } from './packed';

/** How the answer to a call is read. */
export function readerFor(
  call: LlmCall,
  status: number,
  fields: HeaderList,
  settings: ReaderSettings,
): LlmAnswerReader {
  const { route } = call.seen;
  if (route === 'passthrough' || route === 'realtime') return new PassedOn(fields);
  if (isStreamed(call, status, headerValue(fields, 'content-type'))) {
    return streamReader(call, fields, settings);
  }
  if (!call.choice) return new Watched(fields, settings.maxBufferSize);
  return new Whole(call, status, fields, settings);
}

function streamReader(call: LlmCall, fields: HeaderList, { now }: ReaderSettings): LlmAnswerReader {
  const packed = isPacked(fields);
  if (!call.choice?.translation) {
    return packed ? new PassedOn(fields) : new Streamed(fields, responseStream(call, now));
  }
  if (packed) return new Unreadable(PACKED);
  removeHeader(fields, 'content-length');
  setHeader(fields, 'content-type', 'text/event-stream');
  return new Streamed(fields, responseStream(call, now));
}

const PACKED = problemAnswer('llmResponse', badResponse('the stream is packed'));
