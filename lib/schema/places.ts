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
  const above = new Set<Schema>();
  const visit = (reference: Schema, path: string): void => {
    const schema = resolve(reference);
    if (above.has(schema)) return;
    above.add(schema);
    visitParts(schema, path);
    above.delete(schema);
  };
  const visitParts = (schema: Schema, path: string): void => {
    if (schema.items) visit(schema.items, `${path}[]`);
    if (schema.additionalProperties) visit(schema.additionalProperties, `${path}.*`);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const place = path ? `${path}.${name}` : name;
      append(places, name, place);
      visit(property, place);
    }
  };
  visit(root, '');
  return places;
}

function append(places: Map<string, string[]>, name: string, place: string): void {
  const known = places.get(name);
  if (known) known.push(place);
  else places.set(name, [place]);
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
