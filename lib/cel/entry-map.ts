import { CelError } from './cel-error';
import { type CelResult, type CelValue, Double, MapView, Uint } from './value';

type Key = string | boolean | number | bigint;

/** A map that an expression made. Numbers that are equal are one key, whatever their types. */
export class EntryMap extends MapView {
  private readonly entries = new Map<Key, { readonly key: CelValue; readonly value: CelValue }>();

  get(key: CelValue): CelValue | undefined {
    const name = keyOf(key);
    return name === undefined ? undefined : this.entries.get(name)?.value;
  }

  *keys(): Iterable<CelValue> {
    for (const { key } of this.entries.values()) yield key;
  }

  override get size(): number {
    return this.entries.size;
  }

  /** An error where the key is of a type that keys cannot have, or stands in the map already. */
  add(key: CelValue, value: CelValue): CelError | undefined {
    const name = key instanceof Double || isFraction(key) ? undefined : keyOf(key);
    if (name === undefined)
      return new CelError(
        'unsupported key type: keys are strings, ints, uints and bools',
        'invalid-argument',
      );
    if (this.entries.has(name)) return new CelError('the map has a key twice', 'duplicate-key');
    this.entries.set(name, { key, value });
    return undefined;
  }
}

function isFraction(key: CelResult): boolean {
  return typeof key === 'number' && !Number.isInteger(key);
}

function keyOf(key: CelValue): Key | undefined {
  switch (typeof key) {
    case 'string':
    case 'boolean':
      return key;
    case 'number':
      return key;
    case 'bigint':
      return key;
    default:
      if (key instanceof Uint) return shortest(key.value);
      return key instanceof Double ? wholeKey(key.value) : undefined;
  }
}

function shortest(value: bigint): Key {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

function wholeKey(value: number): Key {
  return Number.isSafeInteger(value) ? value : BigInt(value);
}
