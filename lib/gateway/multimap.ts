/** Adds to the list of a key. */
export function append<K, T>(lists: Map<K, T[]>, key: K, entry: T): void {
  const known = lists.get(key);
  if (known) known.push(entry);
  else lists.set(key, [entry]);
}
