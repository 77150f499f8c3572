import { GATEWAY_API } from './gateway-api/shared';
import type { Definitions, Kind, Schema } from './schema';

/** The releases of Gateway API's definitions: the experimental one has fields that the standard one lacks. */
export const CHANNELS = ['standard', 'experimental'] as const;
export type Channel = (typeof CHANNELS)[number];

/** A kind as one channel of Gateway API states it. Kinds of other groups, and the fields that they share, are the same in both. */
export function inChannel(kind: Kind, channel: Channel): Kind {
  if (kind.group !== GATEWAY_API) return kind;
  const stated = channel === 'experimental' ? widened : narrowed;
  return {
    ...kind,
    spec: stated(kind.spec),
    definitions: mapped(kind.definitions, stated),
    ...(kind.formerVersions && {
      formerVersions: kind.formerVersions.map(({ name, spec }) => ({
        name,
        ...(spec && { spec: stated(spec) }),
      })),
    }),
  };
}

/** What only the experimental channel has stays marked, so that it is told from what nobody knows. */
function narrowed({ inExperimental, ...schema }: Schema): Schema {
  const values = (inExperimental?.enum ?? []).filter((value) => !schema.enum?.includes(value));
  return {
    ...withParts(schema, narrowed),
    ...(values.length > 0 && { experimentalValues: values.map(String) }),
  };
}

function widened({ inExperimental, experimental: _, ...schema }: Schema): Schema {
  return withParts({ ...schema, ...inExperimental }, widened);
}

function withParts(schema: Schema, stated: (schema: Schema) => Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapped(properties, stated) }),
    ...(items && { items: stated(items) }),
    ...(additionalProperties && { additionalProperties: stated(additionalProperties) }),
  };
}

function mapped(schemas: Definitions, stated: (schema: Schema) => Schema): Definitions {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, stated(schema)]),
  );
}
