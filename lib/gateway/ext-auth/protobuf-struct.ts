import { type BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { doubleTag, lengthTag, readMessage, varintTag, writeMessage } from './protobuf';

/** Values inside values: deeper ones are refused rather than followed. */
const DEEPEST = 64;

/** What `google.protobuf.Struct` holds: JSON. */
export type Struct = Readonly<Record<string, unknown>>;

// ---------------------------------------------------------------- writing

/** Writes the fields of a `google.protobuf.Struct`; what is no JSON is null. */
export function writeStruct(writer: BinaryWriter, struct: Struct, depth = 0): void {
  if (depth > DEEPEST) return;
  for (const [key, value] of Object.entries(struct)) {
    writeMessage(writer, 1, () => {
      writer.tag(1, WireType.LengthDelimited).string(key);
      writeMessage(writer, 2, () => writeValue(writer, value, depth));
    });
  }
}

function writeValue(writer: BinaryWriter, value: unknown, depth: number): void {
  if (typeof value === 'number') writer.tag(2, WireType.Bit64).double(value);
  else if (typeof value === 'string') writer.tag(3, WireType.LengthDelimited).string(value);
  else if (typeof value === 'boolean') writer.tag(4, WireType.Varint).bool(value);
  else if (typeof value !== 'object' || value === null) writer.tag(1, WireType.Varint).int32(0);
  else if (Array.isArray(value)) writeMessage(writer, 6, () => writeList(writer, value, depth));
  else writeMessage(writer, 5, () => writeStruct(writer, value as Struct, depth + 1));
}

function writeList(writer: BinaryWriter, values: readonly unknown[], depth: number): void {
  if (depth > DEEPEST) return;
  for (const value of values) writeMessage(writer, 1, () => writeValue(writer, value, depth + 1));
}

// ---------------------------------------------------------------- reading

/**
 * Reads a `google.protobuf.Struct`. It has no prototype: a field may be called `__proto__`.
 *
 * @throws Error where the bytes are none, or nested too deeply
 */
export function readStruct(bytes: Uint8Array, depth = 0): Struct {
  if (depth > DEEPEST) throw new Error('the values are nested too deeply');
  const struct: Record<string, unknown> = Object.create(null);
  readMessage(bytes, (tag, reader) => {
    if (tag !== lengthTag(1)) return false;
    const { key, value } = readEntry(reader.bytes(), depth);
    struct[key] = value;
    return true;
  });
  return struct;
}

function readEntry(bytes: Uint8Array, depth: number): { key: string; value: unknown } {
  const entry: { key: string; value: unknown } = { key: '', value: null };
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(1)) entry.key = reader.string();
    else if (tag === lengthTag(2)) entry.value = readValue(reader.bytes(), depth);
    else return false;
    return true;
  });
  return entry;
}

type Kind = (reader: BinaryReader, depth: number) => unknown;

/** The kinds of `google.protobuf.Value` by the tag of their field. */
const KINDS: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [
    varintTag(1),
    (reader) => {
      reader.int32();
      return null;
    },
  ],
  [doubleTag(2), (reader) => reader.double()],
  [lengthTag(3), (reader) => reader.string()],
  [varintTag(4), (reader) => reader.bool()],
  [lengthTag(5), (reader, depth) => readStruct(reader.bytes(), depth + 1)],
  [lengthTag(6), (reader, depth) => readList(reader.bytes(), depth + 1)],
]);

function readValue(bytes: Uint8Array, depth: number): unknown {
  let value: unknown = null;
  readMessage(bytes, (tag, reader) => {
    const kind = KINDS.get(tag);
    if (!kind) return false;
    value = kind(reader, depth);
    return true;
  });
  return value;
}

function readList(bytes: Uint8Array, depth: number): unknown[] {
  if (depth > DEEPEST) throw new Error('the values are nested too deeply');
  const values: unknown[] = [];
  readMessage(bytes, (tag, reader) => {
    if (tag !== lengthTag(1)) return false;
    values.push(readValue(reader.bytes(), depth));
    return true;
  });
  return values;
}
