import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

const known = new Map<Schema, ReadonlyMap<string, readonly string[]>>();

/** Every place below `root` where a field of this name may stand: `spec.traffic.apiKeyAuthentication.mode`. */
export function placesOf(root: Schema, resolve: Resolve, name: string): readonly string[] {
  let places = known.get(root);
  if (!places) {
    places = collect(root, resolve);
    known.set(root, places);
  }
  return places.get(name) ?? [];
}

/** A shared type is entered from so many places, the outermost first; a statement may contain itself. */
const MOST_ENTRIES = 12;

function collect(root: Schema, resolve: Resolve): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  const entered = new Map<string, number>();
  const pending: { schema: Schema; path: string }[] = [{ schema: root, path: '' }];
  for (const { schema: reference, path } of pending) {
    if (reference.$ref && countUp(entered, reference.$ref) > MOST_ENTRIES) continue;
    const { properties = {}, additionalProperties, items, anyOf = [] } = resolve(reference);
    for (const [name, schema] of Object.entries(properties)) {
      const place = path ? `${path}.${name}` : name;
      append(places, name, place);
      pending.push({ schema, path: place });
    }
    if (items) pending.push({ schema: items, path: `${path}[]` });
    if (additionalProperties) pending.push({ schema: additionalProperties, path: `${path}.*` });
    for (const schema of anyOf) pending.push({ schema, path });
  }
  return places;
}

function countUp(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function append(places: Map<string, string[]>, name: string, place: string): void {
  const known = places.get(name);
  if (!known) places.set(name, [place]);
  else if (!known.includes(place)) known.push(place);
}

/** Further away, or deeper in another field, a field of the same name is another one. */
const MOST_STEPS = 5;
const MOST_STEPS_IN = 2;

/** Of these places, those that are the fewest steps up and down from where the field was written; none that is far. */
export function nearestPlaces(written: string, places: readonly string[]): readonly string[] {
  const from = steps(written.replace(/\[[0-9]+\]/g, '[]'));
  const reachable = places.flatMap((place) => {
    const to = steps(place);
    const shared = from.findIndex((step, index) => step !== to[index]);
    const same = shared < 0 ? from.length : shared;
    const distance = from.length + to.length - 2 * same;
    const isNear = distance <= MOST_STEPS && to.length - same - 1 <= MOST_STEPS_IN;
    return isNear ? [{ place, distance }] : [];
  });
  const nearest = Math.min(...reachable.map(({ distance }) => distance));
  return reachable.filter(({ distance }) => distance === nearest).map(({ place }) => place);
}

function steps(place: string): string[] {
  return place.split('.');
}
