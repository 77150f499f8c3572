import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request exactly as it stood on the wire. */
export interface WireRequest {
  readonly line: string;
  /** `name: value`, as they came. */
  readonly fields: readonly string[];
  readonly body: string;
}

/** What an upstream does with the bytes of one connection. */
export type UpstreamScript = (socket: Socket, request: WireRequest, connection: number) => void;

/**
 * An upstream that records every byte and reads requests more strictly than any real one: what it cannot read as a
 * sequence of whole, unambiguous requests is an error of the gateway.
 */
export class RawUpstream {
  readonly connections: string[] = [];
  readonly requests: WireRequest[] = [];
  readonly sockets: Socket[] = [];
  /** Bytes that were no request, by strict reading. */
  readonly broken: string[] = [];

  constructor(
    readonly port: number,
    private readonly script: UpstreamScript,
  ) {}

  accept(socket: Socket): void {
    const connection = this.connections.push('') - 1;
    this.sockets.push(socket);
    let pending = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      this.connections[connection] += text;
      pending = this.#read(pending + text, socket, connection);
    });
    socket.on('close', () => {
      if (pending) this.broken.push(pending);
    });
  }

  #read(text: string, socket: Socket, connection: number): string {
    let rest = text;
    for (;;) {
      const read = readRequest(rest);
      if (!read) return rest;
      rest = rest.slice(read.length);
      this.requests.push(read.request);
      this.script(socket, read.request, connection);
    }
  }
}

/** A name in lower case (RFC 9110 §5.1), and a value without control characters. */
const FIELD = /^[!#$%&'*+\-.^_`|~0-9a-z]+: [\t\x20-\x7e\x80-\xff]*$/;

function readRequest(text: string): { request: WireRequest; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line, ...fields] = text.slice(0, end).split('\r\n');
  if (!/^[A-Z]+ \S+ HTTP\/1\.1$/.test(line)) throw new Error(`no request line: ${line}`);
  const odd = fields.filter((field) => !FIELD.test(field));
  if (odd.length > 0) throw new Error(`no fields: ${JSON.stringify(odd)}`);
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Error(`two lengths: ${fields.join(', ')}`);
  if (valuesOf(fields, 'host').length !== 1) throw new Error(`not one host: ${fields.join(', ')}`);
  const body = codings.length > 0 ? readChunks(text, end + 4) : readLength(text, end + 4, lengths);
  return body && { request: { line, fields, body: body.text }, length: body.end };
}

export function valuesOf(fields: readonly string[], name: string): string[] {
  return fields.filter((f) => f.startsWith(`${name}: `)).map((f) => f.slice(name.length + 2));
}

function readLength(text: string, start: number, [length = '0']: readonly string[]) {
  if (!/^\d+$/.test(length)) throw new Error(`no length: ${length}`);
  const end = start + Number(length);
  return text.length < end ? undefined : { text: text.slice(start, end), end };
}

function readChunks(text: string, start: number): { text: string; end: number } | undefined {
  let body = '';
  for (let at = start; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = text.slice(at, lineEnd);
    if (!/^[0-9a-f]+$/.test(size)) throw new Error(`no chunk size: ${JSON.stringify(size)}`);
    const chunk = lineEnd + 2;
    const next = chunk + Number.parseInt(size, 16) + 2;
    if (text.length < next) return undefined;
    if (text.slice(next - 2, next) !== '\r\n') throw new Error('no end of chunk');
    body += text.slice(chunk, next - 2);
    if (size === '0') return { text: body, end: next };
    at = next;
  }
}

const OK: UpstreamScript = (socket) =>
  void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');

/** Listens until the test ends. */
export async function rawUpstream(script: UpstreamScript = OK): Promise<RawUpstream> {
  const server = createServer({ noDelay: true }, (socket) => upstream.accept(socket));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const upstream = new RawUpstream((server.address() as AddressInfo).port, script);
  onTestFinished(() => {
    server.close();
    for (const socket of upstream.sockets) socket.destroy();
  });
  return upstream;
}

/** Answers with bytes, whatever is asked. */
export function answering(...pieces: readonly string[]): UpstreamScript {
  return (socket) => {
    for (const piece of pieces) socket.write(piece, 'latin1');
  };
}
