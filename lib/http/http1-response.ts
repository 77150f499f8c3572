import type { HeaderList } from '../effects';
import { isFieldValue, isToken } from './field-syntax';
import { endToEndTrailers } from './hop-by-hop';

/** What a parser of responses tells. */
export interface ResponseEvents {
  /** The head of the final answer. Interim answers (1xx but 101) are skipped. */
  onHead(status: number, headers: HeaderList): void;
  onBody(chunk: Buffer): void;
  /** The answer is whole. `reusable` tells whether another may follow on the connection. */
  onEnd(trailers: HeaderList, reusable: boolean): void;
  /** The connection has switched protocols; `rest` is already in the other one. */
  onSwitch(status: number, headers: HeaderList, rest: Buffer): void;
}

const MAX_HEAD_BYTES = 64 * 1024;

/** An answer whose head is longer than is read. */
export class HeadTooLong extends Error {}
const NO_TRAILERS: HeaderList = [];

/**
 * Reads HTTP/1 responses (RFC 9112) from pieces of a connection, one at a time. It is strict where leniency would let
 * two readers see different messages: folded lines, bare line feeds, unclear lengths and unknown codings are errors.
 *
 * Its own because it is on the path of every request, where a general client costs a third of the throughput.
 */
export class ResponseParser {
  #state: State = 'head';
  #method = 'GET';
  #held: Buffer | undefined;
  #remaining = 0;
  #reusable = true;
  #trailers: HeaderList = NO_TRAILERS;

  constructor(private readonly events: ResponseEvents) {}

  /** Whether an answer is outstanding of which nothing has come. */
  get untouched(): boolean {
    return this.#state === 'head' && this.#held === undefined;
  }

  /** Ready for the answer to another request. */
  expect(method: string): void {
    this.#state = 'head';
    this.#method = method;
    this.#reusable = true;
    this.#trailers = NO_TRAILERS;
  }

  /** Takes the next bytes. @throws Error where they are no response */
  push(bytes: Buffer): void {
    let rest: Buffer | undefined = this.#held ? Buffer.concat([this.#held, bytes]) : bytes;
    this.#held = undefined;
    while (rest !== undefined && rest.length > 0) rest = this.#step(rest);
  }

  /** The connection has ended. Answers whether that is the end of a whole answer. */
  finish(): boolean {
    if (this.#state !== 'until close') return this.#state === 'done';
    this.#end(false);
    return true;
  }

  /** Consumes what it can and answers what is left, or keeps it and answers nothing. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'length':
        return this.#readLength(bytes);
      case 'until close':
        this.events.onBody(bytes);
        return undefined;
      case 'chunk size':
        return this.#readChunkSize(bytes);
      case 'chunk':
        return this.#readChunk(bytes);
      case 'chunk end':
        return this.#readChunkEnd(bytes);
      case 'trailers':
        return this.#readTrailers(bytes);
      case 'done':
        throw new Error('bytes after the end of the response');
    }
  }

  #hold(bytes: Buffer): undefined {
    if (bytes.length > MAX_HEAD_BYTES) throw new HeadTooLong('response head too large');
    this.#held = bytes;
    return undefined;
  }

  #readHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return this.#hold(bytes);
    const { status, keepAlive, headers } = parseHead(bytes.toString('latin1', 0, end));
    const rest = bytes.subarray(end + 4);
    if (status === 101) {
      this.#state = 'done';
      this.events.onSwitch(status, headers, rest);
      return undefined;
    }
    if (status < 200) return rest;
    this.#frame(status, keepAlive, headers);
    return rest;
  }

  /** How the body ends (RFC 9112 §6.3). */
  #frame(status: number, keepAlive: boolean, headers: HeaderList): void {
    const { coding, length, close } = framing(headers);
    this.#reusable = keepAlive && !close;
    const empty = this.#method === 'HEAD' || status === 204 || status === 304;
    this.events.onHead(status, headers);
    if (empty || (length === 0 && coding === undefined)) return this.#end(this.#reusable);
    if (coding !== undefined) this.#state = 'chunk size';
    else if (length === undefined) this.#state = 'until close';
    else {
      this.#remaining = length;
      this.#state = 'length';
    }
  }

  #readLength(bytes: Buffer): Buffer | undefined {
    if (bytes.length < this.#remaining) {
      this.#remaining -= bytes.length;
      this.events.onBody(bytes);
      return undefined;
    }
    const rest = bytes.subarray(this.#remaining);
    this.events.onBody(bytes.subarray(0, this.#remaining));
    this.#end(this.#reusable);
    return rest;
  }

  #readChunkSize(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf('\r\n');
    if (end < 0) return this.#hold(bytes);
    const match = CHUNK_SIZE.exec(bytes.toString('latin1', 0, end));
    if (!match) throw new Error('invalid chunk size');
    this.#remaining = Number.parseInt(match[1], 16);
    this.#state = this.#remaining === 0 ? 'trailers' : 'chunk';
    return bytes.subarray(end + 2);
  }

  #readChunk(bytes: Buffer): Buffer | undefined {
    const size = Math.min(bytes.length, this.#remaining);
    this.#remaining -= size;
    this.events.onBody(bytes.subarray(0, size));
    if (this.#remaining === 0) this.#state = 'chunk end';
    return bytes.subarray(size);
  }

  #readChunkEnd(bytes: Buffer): Buffer | undefined {
    if (bytes.length < 2) return this.#hold(bytes);
    if (bytes[0] !== CR || bytes[1] !== LF) throw new Error('invalid end of chunk');
    this.#state = 'chunk size';
    return bytes.subarray(2);
  }

  #readTrailers(bytes: Buffer): Buffer | undefined {
    if (bytes.length < 2) return this.#hold(bytes);
    if (bytes[0] === CR && bytes[1] === LF) {
      this.#end(this.#reusable);
      return bytes.subarray(2);
    }
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return this.#hold(bytes);
    this.#trailers = endToEndTrailers(parseFields(bytes.toString('latin1', 0, end), 0));
    this.#end(this.#reusable);
    return bytes.subarray(end + 4);
  }

  #end(reusable: boolean): void {
    this.#state = 'done';
    this.events.onEnd(this.#trailers, reusable);
  }
}

type State =
  | 'head'
  | 'length'
  | 'until close'
  | 'chunk size'
  | 'chunk'
  | 'chunk end'
  | 'trailers'
  | 'done';

const CR = 13;
const LF = 10;
/** Up to 2^52, then perhaps extensions. */
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,13})[\t ]*(?:;[^\r\n]*)?$/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n\0]*)?$/;

interface Head {
  readonly status: number;
  readonly keepAlive: boolean;
  readonly headers: HeaderList;
}

function parseHead(text: string): Head {
  const lineEnd = text.indexOf('\r\n');
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const match = STATUS_LINE.exec(line);
  if (!match) throw new Error('invalid status line');
  return {
    status: Number(match[2]),
    keepAlive: match[1] === '1',
    headers: lineEnd < 0 ? [] : parseFields(text, lineEnd + 2),
  };
}

/** Field lines from `start` on. A line that begins with a blank would be folded: it has no name and is refused. */
function parseFields(text: string, start: number): HeaderList {
  const headers: HeaderList = [];
  for (let at = start; at < text.length; ) {
    const found = text.indexOf('\r\n', at);
    const end = found < 0 ? text.length : found;
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > end) throw new Error('invalid field');
    const name = text.slice(at, colon);
    const value = withoutBlanks(text, colon + 1, end);
    if (!isToken(name) || !isFieldValue(value)) throw new Error('invalid field');
    headers.push(name.toLowerCase(), value);
    at = end + 2;
  }
  return headers;
}

/** A part of a text without the blanks around it: only these may surround a value (RFC 9110 §5.6.3). */
function withoutBlanks(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

const SPACE = 32;
const TAB = 9;

interface Framing {
  readonly coding: 'chunked' | undefined;
  readonly length: number | undefined;
  readonly close: boolean;
}

function framing(headers: HeaderList): Framing {
  let coding: 'chunked' | undefined;
  let length: number | undefined;
  let close = false;
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1];
    switch (headers[i]) {
      case 'transfer-encoding':
        if (coding !== undefined || value.toLowerCase() !== 'chunked') {
          throw new Error('unknown transfer coding');
        }
        coding = 'chunked';
        break;
      case 'content-length':
        if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== Number(value))) {
          throw new Error('invalid content length');
        }
        length = Number(value);
        break;
      case 'connection':
        close ||= /(^|,)\s*close\s*(,|$)/i.test(value);
    }
  }
  if (coding !== undefined && length !== undefined) throw new Error('two lengths');
  return { coding, length, close };
}
