import { createHash } from 'node:crypto';
import { Variable } from '../standalone/variables';
import { getOrAdd } from './objects';

/** An entry of a Secret that is not in the input, so that the environment has its value. */
export interface SecretEntry {
  readonly namespace: string;
  readonly secret: string;
  readonly entry: string;
}

/** The variables of the environment that stand for entries of Secrets, each for one. */
export class SecretVariables {
  readonly #entries = new Map<string, SecretEntry>();

  /** @param names for entries that the short name would not tell from others, by identity */
  constructor(private readonly names: ReadonlyMap<string, string> = new Map()) {}

  variable(entry: SecretEntry): Variable {
    const identity = identityOf(entry);
    this.#entries.set(identity, entry);
    return new Variable(this.names.get(identity) ?? shortName(entry));
  }

  /** Longer names for the entries that shared one, whatever the order in which they were asked for. */
  distinctNames(): ReadonlyMap<string, string> {
    const entries = [...this.#entries.values()];
    const isShared = sharedBy(entries, shortName);
    const clashing = entries.filter(isShared);
    const isSharedStill = sharedBy(clashing, longName);
    const taken = new Set(entries.filter((entry) => !isShared(entry)).map(shortName));
    return new Map(
      clashing.map((entry) => {
        const name = longName(entry);
        const isFree = !isSharedStill(entry) && !taken.has(name);
        return [identityOf(entry), isFree ? name : `${name}_${digestOf(entry)}`];
      }),
    );
  }
}

function sharedBy(
  entries: readonly SecretEntry[],
  nameOf: (entry: SecretEntry) => string,
): (entry: SecretEntry) => boolean {
  const byName = new Map<string, SecretEntry[]>();
  for (const entry of entries) getOrAdd(byName, nameOf(entry), () => []).push(entry);
  return (entry) => byName.get(nameOf(entry))!.length > 1;
}

/** `api-keys` and `alice` as `API_KEYS_ALICE`. */
function shortName({ secret, entry }: SecretEntry): string {
  return variableName([secret, entry]);
}

/** The same of namespace `shop` as `SHOP_API_KEYS_ALICE`. */
function longName({ namespace, secret, entry }: SecretEntry): string {
  return variableName([namespace, secret, entry]);
}

function variableName(words: readonly string[]): string {
  const name = words
    .join('_')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

function identityOf({ namespace, secret, entry }: SecretEntry): string {
  return JSON.stringify([namespace, secret, entry]);
}

/** Of names that differ in punctuation alone, which no variable can have. */
function digestOf(entry: SecretEntry): string {
  const digest = createHash('sha256').update(identityOf(entry)).digest('hex');
  return digest.slice(0, 8).toUpperCase();
}
