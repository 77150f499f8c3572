import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** What the service looks at of a request, out of Envoy's `CheckRequest`. */
export interface CheckedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Names are in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What the service says, for Envoy's `CheckResponse`. */
export type CheckAnswer =
  | { readonly allowed: true; readonly headers: readonly Header[] }
  | {
      readonly allowed: false;
      readonly status: number;
      readonly headers: readonly Header[];
      readonly body: string;
    };

export type Header = readonly [name: string, value: string];

// ---------------------------------------------------------------- what is asked

type ReadField = (reader: BinaryReader) => void;

/** Calls what reads a field, and passes over the others: services outlive their protocol. */
function readFields(
  reader: BinaryReader,
  end: number,
  fields: Readonly<Record<number, ReadField>>,
) {
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const read = fields[number];
    if (read) read(reader);
    else reader.skip(wireType);
  }
}

function readMessage(reader: BinaryReader, fields: Readonly<Record<number, ReadField>>): void {
  const length = reader.uint32();
  readFields(reader, reader.pos + length, fields);
}

/** The numbers are those of `envoy.service.auth.v3`: attributes, request, http, and its fields. */
export function readCheckRequest(bytes: Uint8Array): CheckedRequest {
  const headers = new Map<string, string>();
  const texts = { method: '', host: '', path: '' };
  const http: Record<number, ReadField> = {
    2: (reader) => {
      texts.method = reader.string();
    },
    3: (reader) => {
      const entry = { name: '', value: '' };
      readMessage(reader, {
        1: () => {
          entry.name = reader.string();
        },
        2: () => {
          entry.value = reader.string();
        },
      });
      headers.set(entry.name, entry.value);
    },
    4: (reader) => {
      texts.path = reader.string();
    },
    5: (reader) => {
      texts.host = reader.string();
    },
  };
  const request = { 2: (reader: BinaryReader) => readMessage(reader, http) };
  const attributes = { 4: (reader: BinaryReader) => readMessage(reader, request) };
  const reader = new BinaryReader(bytes);
  readFields(reader, reader.len, { 1: () => readMessage(reader, attributes) });
  return { ...texts, headers };
}

// ---------------------------------------------------------------- what is answered

/** `google.rpc.Code`. */
const OK = 0;
const PERMISSION_DENIED = 7;

export function writeCheckResponse(answer: CheckAnswer): Uint8Array {
  const writer = new BinaryWriter();
  const code = answer.allowed ? OK : PERMISSION_DENIED;
  writer.tag(1, LENGTH_DELIMITED).fork().tag(1, VARINT).int32(code).join();
  if (answer.allowed) {
    writer.tag(3, LENGTH_DELIMITED).fork();
    writeHeaders(writer, answer.headers);
    return writer.join().finish();
  }
  writer.tag(2, LENGTH_DELIMITED).fork();
  writer.tag(1, LENGTH_DELIMITED).fork().tag(1, VARINT).int32(answer.status).join();
  writeHeaders(writer, answer.headers);
  writer.tag(3, LENGTH_DELIMITED).string(answer.body);
  return writer.join().finish();
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Field 2 of either answer: a list of headers, each with options that are left out here. */
function writeHeaders(writer: BinaryWriter, headers: readonly Header[]): void {
  for (const [name, value] of headers) {
    writer.tag(2, LENGTH_DELIMITED).fork().tag(1, LENGTH_DELIMITED).fork();
    writer.tag(1, LENGTH_DELIMITED).string(name).tag(2, LENGTH_DELIMITED).string(value);
    writer.join().join();
  }
}
