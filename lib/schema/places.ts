import type { Kind, Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

const placesByKind = new Map<Kind, ReadonlyMap<string, readonly string[]>>();

/** Every place of a kind where a field of this name may stand: `spec.traffic.apiKeyAuthentication.mode`. */
export function placesOf(kind: Kind, resolve: Resolve, name: string): readonly string[] {
  let places = placesByKind.get(kind);
  if (!places) {
    places = collect(kind.spec, resolve);
    placesByKind.set(kind, places);
  }
  return places.get(name) ?? [];
}

function collect(spec: Schema, resolve: Resolve): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  const visit = (reference: Schema, path: string): void => {
    const schema = resolve(reference);
    if (schema.items) visit(schema.items, `${path}[]`);
    if (schema.additionalProperties) visit(schema.additionalProperties, `${path}.*`);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const place = `${path}.${name}`;
      places.set(name, [...(places.get(name) ?? []), place]);
      visit(property, place);
    }
  };
  visit(spec, 'spec');
  return places;
}
