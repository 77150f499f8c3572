import { DOUBLE, STRING } from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import { double } from '../value';
import type { Host } from './host';

/** RFC 9562 §5.4: a UUID of version 4. */
function uuid(random: () => number): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Buffer.from(bytes).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function chance({ random }: Host): readonly FunctionRow[] {
  return [
    fn('random', [], DOUBLE, () => double(random()) as number, 'a number from 0.0 to 1.0'),
    fn('uuid', [], STRING, () => uuid(random), 'a new UUID of version 4'),
  ];
}
