import { parseQuantity } from '../cel/ext/quantity';

const NANO = 10n ** 9n;

/**
 * A number of bytes as Kubernetes writes it, rounded up; undefined where it is none, or less than none.
 *
 * @example
 * '64Ki' → 65536
 */
export function byteSize(size: unknown): bigint | undefined {
  const nanos = parseQuantity(String(size))?.nanos;
  return nanos === undefined || nanos < 0n ? undefined : (nanos + NANO - 1n) / NANO;
}
