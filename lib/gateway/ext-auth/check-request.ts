import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { writeMessage, writeText, writeTextEntry } from './protobuf';
import { type Struct, writeStruct } from './protobuf-struct';

/** What the service is told, `envoy.service.auth.v3.AttributeContext`. */
export interface CheckAttributes {
  /** `10.0.0.1:51234`, `[::1]:51234`. */
  readonly source: string;
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly http: CheckedRequest;
  /** By name, each a value that is a map. */
  readonly metadata: ReadonlyMap<string, Struct>;
  /** What `contextExtensions` gives, written out once. */
  readonly contextExtensions: Uint8Array;
  /** The server name of the TLS handshake. @default - the connection has no TLS */
  readonly sni: string | undefined;
}

export interface CheckedRequest {
  readonly id: string;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** With the query. */
  readonly path: string;
  readonly host: string;
  readonly scheme: string;
  /** `HTTP/1.1`, `HTTP/2`. */
  readonly protocol: string;
  /** Of the body: 0 without one, -1 where only its beginning is told. */
  readonly size: number;
  readonly body: { readonly text: string } | { readonly bytes: Uint8Array } | undefined;
}

/** `contextExtensions` as fields of the AttributeContext. */
export function encodeContextExtensions(extensions: Readonly<Record<string, string>>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [key, value] of Object.entries(extensions)) writeTextEntry(writer, 10, key, value);
  return writer.finish();
}

/** Longer messages hold bodies: what they took is not kept. */
const KEPT_BYTES = 64 * 1024;

/** Writes CheckRequests, ready to be framed. It keeps its buffer, since the next message is about as long. */
export class CheckRequestEncoder {
  #writer = new BinaryWriter();

  encode(attributes: CheckAttributes): Uint8Array {
    const writer = this.#writer;
    // Half a message must not begin the next one.
    this.#writer = new BinaryWriter();
    writeMessage(writer, 1, () => writeAttributes(writer, attributes));
    const message = writer.finish();
    if (message.length <= KEPT_BYTES) this.#writer = writer;
    return message;
  }
}

function writeAttributes(writer: BinaryWriter, attributes: CheckAttributes): void {
  const { source, destination, time, http, metadata, contextExtensions, sni } = attributes;
  writePeer(writer, 1, source);
  writePeer(writer, 2, destination);
  writeMessage(writer, 4, () => {
    writeMessage(writer, 1, () => writeTime(writer, time));
    writeMessage(writer, 2, () => writeHttp(writer, http));
  });
  writer.raw(contextExtensions);
  writeMessage(writer, 11, () => writeMetadata(writer, metadata));
  if (sni !== undefined) writeMessage(writer, 12, () => writeText(writer, 1, sni));
}

/** An `envoy.config.core.v3.SocketAddress` of TCP, which is its default. */
function writePeer(writer: BinaryWriter, field: number, text: string): void {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, colon).replace(/^\[|\]$/g, '');
  writeMessage(writer, field, () =>
    writeMessage(writer, 1, () =>
      writeMessage(writer, 1, () => {
        writeText(writer, 2, address);
        writer.tag(3, WireType.Varint).uint32(Number(text.slice(colon + 1)));
      }),
    ),
  );
}

/** `google.protobuf.Timestamp`. */
function writeTime(writer: BinaryWriter, milliseconds: number): void {
  const seconds = Math.floor(milliseconds / 1000);
  writer.tag(1, WireType.Varint).int64(seconds);
  const nanos = Math.floor((milliseconds - seconds * 1000) * 1_000_000);
  if (nanos > 0) writer.tag(2, WireType.Varint).int32(nanos);
}

function writeHttp(writer: BinaryWriter, request: CheckedRequest): void {
  writeText(writer, 1, request.id);
  writeText(writer, 2, request.method);
  for (const [name, value] of request.headers) writeTextEntry(writer, 3, name, value);
  writeText(writer, 4, request.path);
  writeText(writer, 5, request.host);
  writeText(writer, 6, request.scheme);
  if (request.size !== 0) writer.tag(9, WireType.Varint).int64(request.size);
  writeText(writer, 10, request.protocol);
  const { body } = request;
  if (body === undefined) return;
  if ('text' in body) writeText(writer, 11, body.text);
  else if (body.bytes.length > 0) writer.tag(12, WireType.LengthDelimited).bytes(body.bytes);
}

function writeMetadata(writer: BinaryWriter, metadata: ReadonlyMap<string, Struct>): void {
  for (const [name, struct] of metadata) {
    writeMessage(writer, 1, () => {
      writeText(writer, 1, name);
      writeMessage(writer, 2, () => writeStruct(writer, struct));
    });
  }
}
