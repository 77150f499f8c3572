import { BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The tag of a field with a length: a message, a text, bytes. */
export function lengthTag(field: number): number {
  return (field << 3) | WireType.LengthDelimited;
}

/** The tag of a field that is a number, a bool or a choice. */
export function varintTag(field: number): number {
  return (field << 3) | WireType.Varint;
}

/** The tag of a double. */
export function doubleTag(field: number): number {
  return (field << 3) | WireType.Bit64;
}

/** Takes the field of a tag from the reader, or answers false for one that it does not know. */
export type TakeField = (tag: number, reader: BinaryReader) => boolean;

/**
 * Reads a message field by field; unknown ones, and known ones of another wire type, are passed over.
 *
 * @throws Error where the bytes are no message
 */
export function readMessage(bytes: Uint8Array, take: TakeField): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (!take((field << 3) | wireType, reader)) reader.skip(wireType, field);
  }
}

/** Writes a message inside another. */
export function writeMessage(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

/** Writes a text, unless it is empty: that is what a missing one means. */
export function writeText(writer: BinaryWriter, field: number, text: string): void {
  if (text !== '') writer.tag(field, WireType.LengthDelimited).string(text);
}

/** Writes an entry of a map, which is a message of key and value. */
export function writeTextEntry(
  writer: BinaryWriter,
  field: number,
  key: string,
  value: string,
): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  writeText(writer, 1, key);
  writeText(writer, 2, value);
  writer.join();
}
