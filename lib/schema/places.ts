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

function collect(root: Schema, resolve: Resolve): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  const visit = (reference: Schema, path: string): void => {
    const schema = resolve(reference);
    if (schema.items) visit(schema.items, `${path}[]`);
    if (schema.additionalProperties) visit(schema.additionalProperties, `${path}.*`);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const place = path ? `${path}.${name}` : name;
      places.set(name, [...(places.get(name) ?? []), place]);
      visit(property, place);
    }
  };
  visit(root, '');
  return places;
}

/** Of these places, those that are the fewest steps up and down from where the field was written. */
export function nearestPlaces(written: string, places: readonly string[]): readonly string[] {
  const from = steps(written.replace(/\[[0-9]+\]/g, '[]'));
  const distances = places.map((place) => {
    const to = steps(place);
    const shared = from.findIndex((step, index) => step !== to[index]);
    const same = shared < 0 ? from.length : shared;
    return from.length + to.length - 2 * same;
  });
  const nearest = Math.min(...distances);
  return places.filter((_, index) => distances[index] === nearest);
}

function steps(place: string): string[] {
  return place.split('.');
}
