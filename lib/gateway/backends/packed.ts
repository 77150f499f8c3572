import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { HeaderList } from '../../effects';
import { headerValue } from '../../http/header-list';

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Content codings by name (RFC 9110 §8.4.1). */
const CODINGS: Readonly<Record<string, Unpack>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Whether a message is packed, though nobody asked for it. */
export function isPacked(headers: HeaderList): boolean {
  const coding = codingOf(headers);
  return coding !== undefined && coding !== 'identity';
}

/** What was packed, up to a limit; nothing where it is longer, damaged, or packed in an unknown way. */
export function unpacked(
  bytes: Uint8Array,
  headers: HeaderList,
  limit: number,
): Uint8Array | undefined {
  const coding = codingOf(headers) ?? '';
  if (!Object.hasOwn(CODINGS, coding)) return undefined;
  try {
    return CODINGS[coding](bytes, { maxOutputLength: limit });
  } catch {
    return undefined;
  }
}

function codingOf(headers: HeaderList): string | undefined {
  return headerValue(headers, 'content-encoding')?.trim().toLowerCase();
}
