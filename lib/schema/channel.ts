import { GATEWAY_API } from './gateway-api/shared';
import type { Definitions, Kind, Schema } from './schema';

/** The releases of Gateway API's definitions: the experimental one has fields that the standard one lacks. */
export const CHANNELS = ['standard', 'experimental'] as const;
export type Channel = (typeof CHANNELS)[number];

/** A kind as one channel of Gateway API states it. Kinds of other groups are the same in both. */
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

/** Without what only the experimental channel has; its names are kept, to tell them from unknown ones. */
function narrowed({ inExperimental, ...schema }: Schema): Schema {
  const names = Object.entries(schema.properties ?? {})
    .filter(([, { experimental }]) => experimental)
    .map(([name]) => name);
  const values = inExperimental?.enum?.filter((value) => !schema.enum?.includes(value)).map(String);
  const elsewhere = [...names, ...(values ?? [])];
  const known = Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name));
  return {
    ...parts(schema, narrowed),
    ...(schema.properties && { properties: mapped(Object.fromEntries(known), narrowed) }),
    ...(elsewhere.length > 0 && { experimentalNames: elsewhere }),
  };
}

function widened({ inExperimental, ...schema }: Schema): Schema {
  const whole = { ...schema, ...inExperimental };
  return {
    ...parts(whole, widened),
    ...(whole.properties && { properties: mapped(whole.properties, widened) }),
  };
}

function parts(schema: Schema, stated: (schema: Schema) => Schema): Schema {
  const { items, additionalProperties } = schema;
  return {
    ...schema,
    ...(items && { items: stated(items) }),
    ...(additionalProperties && { additionalProperties: stated(additionalProperties) }),
  };
}

function mapped(schemas: Definitions, stated: (schema: Schema) => Schema): Definitions {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, stated(schema)]),
  );
}
