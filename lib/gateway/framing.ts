import type { HeaderList } from '../effects';

/** RFC 9110 §15.3.5, §15.3.6 and §15.4.5. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** A length must not stand in a 204, and in a 304 it would be that of another answer (RFC 9110 §8.6). */
const WITHOUT_LENGTH: ReadonlySet<number> = new Set([204, 304]);
const NOTHING: HeaderList = [];

/** What of a whole body may be sent with a status, and the field that says its length. */
export function framed(
  status: number,
  whole: Uint8Array | string,
): { readonly body: Uint8Array | string; readonly length: HeaderList } {
  const body = WITHOUT_BODY.has(status) ? '' : whole;
  if (WITHOUT_LENGTH.has(status)) return { body, length: NOTHING };
  return { body, length: ['content-length', String(Buffer.byteLength(body))] };
}
