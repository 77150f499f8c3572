import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { Cidr, Ip, showIp } from '../ext/network';
import { DEEPEST_VALUE } from '../limits';
import { showDuration, showTimestamp } from '../std/time-value';
import {
  adopt,
  type CelValue,
  Double,
  Duration,
  isMap,
  keysOf,
  lookup,
  type MapView,
  Optional,
  type PlainObject,
  Timestamp,
  Uint,
} from '../value';

/** A value as JSON: bytes in base64, times and durations as strings, what JSON has no form for as null. */
export function jsonText(value: CelValue, budget: Budget, depth = 0): string {
  if (depth > DEEPEST_VALUE) throw new CelError('the values are nested too deeply', 'too-deep');
  budget.spend(1);
  switch (typeof value) {
    case 'string':
      budget.spend(value.length >> 5);
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return objectText(value, budget, depth);
  }
}

function objectText(value: CelValue, budget: Budget, depth: number): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const entries = value.map((entry) => partText(entry, budget, depth));
    return `[${entries.join(',')}]`;
  }
  if (isMap(value)) return mapText(value, budget, depth);
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (value instanceof Timestamp) return JSON.stringify(showTimestamp(value));
  if (value instanceof Duration) return JSON.stringify(showDuration(value));
  if (value instanceof Ip) return JSON.stringify(showIp(value));
  if (value instanceof Cidr) return JSON.stringify(`${showIp(value.ip)}/${value.prefix}`);
  if (value instanceof Optional) return jsonText(value.value ?? null, budget, depth);
  return 'null';
}

function mapText(entries: MapView | PlainObject, budget: Budget, depth: number): string {
  const parts = keysOf(entries).map(
    (key) => `${keyText(key)}:${partText(lookup(entries, key), budget, depth)}`,
  );
  return `{${parts.join(',')}}`;
}

function keyText(key: CelValue): string {
  return JSON.stringify(key instanceof Uint ? String(key.value) : String(key));
}

function partText(part: unknown, budget: Budget, depth: number): string {
  const value = adopt(part);
  return value instanceof CelError ? 'null' : jsonText(value, budget, depth + 1);
}

/** A double stays one: `1.0`. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
