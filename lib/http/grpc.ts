import type { HeaderList } from '../effects';
import { headerValue } from './header-list';

/** A flag for compression, and the length (gRPC over HTTP/2, `Length-Prefixed-Message`). */
const PREFIX_BYTES = 5;

/** A message as it travels. */
export function frameGrpcMessage(message: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** The message of a body that holds exactly one, not compressed; nothing for any other body. */
export function onlyGrpcMessage(body: Uint8Array): Uint8Array | undefined {
  if (body.length < PREFIX_BYTES || body[0] !== 0) return undefined;
  const length = new DataView(body.buffer, body.byteOffset).getUint32(1);
  return body.length === PREFIX_BYTES + length ? body.subarray(PREFIX_BYTES) : undefined;
}

/** `grpc-status`: in the trailers, or in the head of an answer that has nothing else. */
export function grpcStatusOf(headers: HeaderList, trailers: HeaderList): number | undefined {
  const text = headerValue(trailers, 'grpc-status') ?? headerValue(headers, 'grpc-status');
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** The value of `grpc-timeout`, which has at most eight digits. */
export function grpcTimeout(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 100_000_000 ? `${whole}m` : `${Math.min(99_999_999, Math.ceil(whole / 1000))}S`;
}
