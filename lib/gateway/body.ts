import { Readable } from 'node:stream';
import type { BodySource } from '../effects';

/** Up to here a body is kept, so that it can be sent again; larger ones are sent once. */
export const REPLAY_LIMIT = 64 * 1024;

/** A body that was read ahead: whole, or only its beginning with the rest still to come. */
export type ReadAhead =
  | { readonly whole: Uint8Array }
  | { readonly start: Uint8Array; readonly rest: BodySource };

/** Reads a body as far as `limit` bytes may be kept. */
export function readAhead(
  body: BodySource,
  limit: number,
  done: (result: ReadAhead) => void,
  failed: (error: Error) => void,
): void {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let settled = false;
  body.on('data', (chunk) => {
    if (settled) return;
    chunks.push(chunk);
    size += chunk.length;
    if (size <= limit) return;
    settled = true;
    body.pause();
    done({ start: Buffer.concat(chunks), rest: concatenated(chunks, body) });
  });
  body.on('end', () => {
    if (settled) return;
    settled = true;
    done({ whole: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks) });
  });
  body.on('error', (error) => {
    if (settled) return;
    settled = true;
    failed(error);
  });
}

/** What was read, then what comes. */
function concatenated(chunks: readonly Uint8Array[], rest: BodySource): BodySource {
  const stream = new Readable({ read: () => rest.resume() });
  // It may break off while nobody reads it, and an error that nobody hears ends the process.
  stream.on('error', () => {});
  for (const chunk of chunks) stream.push(chunk);
  rest.on('data', (chunk) => {
    if (!stream.push(chunk)) rest.pause();
  });
  let ended = false;
  rest.on('end', () => {
    ended = true;
    stream.push(null);
  });
  rest.on('error', (error) => stream.destroy(error));
  // A body that breaks off must not look like one that ended.
  rest.on('close', () => {
    if (!ended) stream.destroy(new Error('the request body broke off'));
  });
  return stream as BodySource;
}
