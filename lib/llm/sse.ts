/**
 * One event of a stream (HTML Standard, "Server-sent events"). `data` is undecoded, for few events are ever read, and
 * lasts only as long as the call that hands it out.
 */
export interface SseEvent {
  /** @default - '' where the stream names none */
  readonly name: string;
  readonly data: Buffer;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const DATA = Buffer.from('data');
const EVENT = Buffer.from('event');
const NOTHING = Buffer.alloc(0);

/** More than any provider sends in one event; what is longer is dropped. */
export const LONGEST_EVENT = 4 * 1024 * 1024;

/**
 * Reads a stream of events from chunks that may end anywhere. Only what is unfinished is kept between chunks, and
 * never more than the longest event.
 */
export class SseParser {
  readonly #onEvent: (event: SseEvent) => void;
  readonly #longest: number;
  #rest: Buffer[] = [];
  #restLength = 0;
  #afterReturn = false;
  #first = true;
  #name = '';
  #data: Buffer[] = [];
  /** How many of the lines of data are copies of our own. */
  #copied = 0;
  #dataLength = 0;
  #tooLong = false;
  #dropped = 0;

  constructor(onEvent: (event: SseEvent) => void, longest = LONGEST_EVENT) {
    this.#onEvent = onEvent;
    this.#longest = longest;
  }

  /** How many events were too long. */
  get dropped(): number {
    return this.#dropped;
  }

  push(chunk: Uint8Array): void {
    this.#read(chunk);
    this.#copyData();
  }

  #read(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length === 0) return;
    let from = this.#afterReturn && bytes[0] === LINE_FEED ? 1 : 0;
    this.#afterReturn = false;
    const hasReturns = bytes.includes(CARRIAGE_RETURN);
    while (from < bytes.length) {
      const end = hasReturns ? endOfLine(bytes, from) : bytes.indexOf(LINE_FEED, from);
      if (end < 0) return this.#keep(bytes.subarray(from));
      this.#endLine(bytes.subarray(from, end));
      const isReturn = bytes[end] === CARRIAGE_RETURN;
      if (isReturn && end + 1 === bytes.length) this.#afterReturn = true;
      from = isReturn && bytes[end + 1] === LINE_FEED ? end + 2 : end + 1;
    }
  }

  /** The stream is over. An event that lacks only its blank line still counts; a line without an end does not. */
  end(): void {
    this.#rest = [];
    this.#restLength = 0;
    this.#dispatch();
  }

  #keep(piece: Buffer): void {
    if (this.#tooLong) return;
    this.#restLength += piece.length;
    if (this.#restLength + this.#dataLength > this.#longest) return this.#giveUp();
    this.#rest.push(Buffer.from(piece));
  }

  #giveUp(): void {
    this.#tooLong = true;
    this.#rest = [];
    this.#data = [];
    this.#copied = 0;
    this.#dataLength = 0;
  }

  #endLine(tail: Buffer): void {
    const isBlank = this.#restLength === 0 && tail.length === 0;
    const line = this.#rest.length > 0 ? Buffer.concat([...this.#rest, tail]) : tail;
    this.#rest = [];
    this.#restLength = 0;
    if (isBlank) this.#dispatch();
    else if (!this.#tooLong) this.#field(this.#withoutMark(line));
    this.#first = false;
  }

  #withoutMark(line: Buffer): Buffer {
    if (!this.#first || !line.subarray(0, 3).equals(BYTE_ORDER_MARK)) return line;
    return line.subarray(3);
  }

  #field(line: Buffer): void {
    const colon = line.indexOf(COLON);
    if (colon === 0) return;
    const name = colon < 0 ? line : line.subarray(0, colon);
    const value = colon < 0 ? NOTHING : afterColon(line, colon);
    if (name.equals(DATA)) this.#addData(value);
    else if (name.equals(EVENT)) this.#name = value.toString('utf8');
  }

  #addData(value: Buffer): void {
    this.#dataLength += value.length + 1;
    if (this.#dataLength > this.#longest) return this.#giveUp();
    this.#data.push(value);
  }

  /** What outlives the chunk must not be a part of it: the connection uses its memory again. */
  #copyData(): void {
    for (; this.#copied < this.#data.length; this.#copied++) {
      this.#data[this.#copied] = Buffer.from(this.#data[this.#copied]);
    }
  }

  #dispatch(): void {
    const name = this.#name;
    const data = this.#data;
    this.#name = '';
    this.#data = [];
    this.#copied = 0;
    this.#dataLength = 0;
    if (this.#tooLong) {
      this.#tooLong = false;
      this.#dropped++;
      return;
    }
    if (data.length > 0) this.#onEvent({ name, data: joined(data) });
  }
}

function endOfLine(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN) return at;
  }
  return -1;
}

function afterColon(line: Buffer, colon: number): Buffer {
  return line.subarray(line[colon + 1] === SPACE ? colon + 2 : colon + 1);
}

/** Lines of data belong together with a line feed between them. */
function joined(lines: readonly Buffer[]): Buffer {
  if (lines.length === 1) return lines[0];
  const feed = Buffer.from([LINE_FEED]);
  return Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [feed, line])));
}

/** An event as it is written. `data` holds no line break, as JSON on one line. */
export function sseEvent(name: string, data: string): string {
  return name === '' ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}
