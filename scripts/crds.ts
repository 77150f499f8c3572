/**
 * Writes the statement of the API as CustomResourceDefinitions, one file per kind, and as the JSON Schema of the
 * standalone file, for clusters, editors and comparisons.
 *
 *     npm run -s crds                     build/crds and build/standalone.schema.json, to hold against other statements of
 *                                         the API: texts for people, which each words in its own way, stand by their length
 *     npm run -s crds -- DIR [CHANNEL]    the definitions alone, for a cluster; CHANNEL is `standard` or `experimental`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { CHANNELS, type Channel, inChannel } from '../lib/schema/channel';
import { GATEWAY_API } from '../lib/schema/gateway-api/shared';
import { KINDS } from '../lib/schema/kinds';
import type { Rule } from '../lib/schema/rule';
import { type Kind, resolver, type Schema } from '../lib/schema/schema';
import { standaloneSchema } from './standalone-schema';

type Resolve = (schema: Schema) => Schema;
type Keywords = Record<string, unknown>;

/** Keywords of the statement that an API server knows too; the others are ours alone. */
const KUBERNETES_KEYWORDS = [
  'type',
  'description',
  'default',
  'nullable',
  'required',
  'minProperties',
  'maxProperties',
  'minItems',
  'maxItems',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'format',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-map-type',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] as const satisfies readonly (keyof Schema)[];

/** An API server takes definitions of groups below `k8s.io` only if they say whether the community approved them. */
const APPROVAL =
  'unapproved, as cdk8s-agentgateway states the API and not as Gateway API publishes it';

export function definitionOf(stated: Kind, channel: Channel = 'standard'): unknown {
  const kind = inChannel(stated, channel);
  const resolve = resolver(kind.definitions);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${kind.plural}.${kind.group}`,
      ...(kind.group === GATEWAY_API && { annotations: annotations(channel) }),
    },
    spec: {
      group: kind.group,
      names: {
        categories: [kind.group === GATEWAY_API ? 'gateway-api' : 'agentgateway'],
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        ...(kind.shortNames && { shortNames: kind.shortNames }),
        singular: kind.kind.toLowerCase(),
      },
      scope: kind.scope,
      versions: [
        ...kind.versions.map((name) => ({
          name,
          served: true,
          storage: name === (kind.storage ?? kind.versions[0]),
          ...content(kind, kind.spec, resolve),
        })),
        ...(kind.formerVersions ?? []).map(({ name, spec = kind.spec }) => ({
          name,
          served: channel === 'experimental',
          storage: false,
          deprecated: true,
          ...content(kind, spec, resolve),
        })),
      ],
    },
  };
}

function annotations(channel: Channel): Keywords {
  return {
    'api-approved.kubernetes.io': APPROVAL,
    'gateway.networking.k8s.io/channel': channel,
  };
}

function content(kind: Kind, spec: Schema, resolve: Resolve): Keywords {
  return {
    ...(kind.status && { subresources: { status: {} } }),
    schema: {
      openAPIV3Schema: {
        type: 'object',
        description: kind.description,
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: structural(spec, resolve),
          ...(kind.status && {
            status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          }),
        },
        required: ['spec'],
      },
    },
  };
}

/** The statement as a structural schema: references written out, words that are ours alone left out. */
function structural(reference: Schema, resolve: Resolve): Keywords {
  const schema = resolve(reference);
  const { rules = [], properties, additionalProperties, items } = schema;
  const result: Keywords = {};
  for (const keyword of KUBERNETES_KEYWORDS) {
    if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  }
  if (properties) {
    result.properties = Object.fromEntries(
      Object.entries(properties)
        .filter(([, value]) => !value.experimental)
        .map(([name, value]) => [name, structural(value, resolve)]),
    );
  }
  if (additionalProperties) result.additionalProperties = structural(additionalProperties, resolve);
  if (items) result.items = structural(items, resolve);
  if (schema['x-kubernetes-int-or-string']) result.anyOf = schema.anyOf;
  for (const rule of rules) Object.assign(result, rule.keywords);
  const validations = rules.flatMap(validationOf);
  if (validations.length > 0) result['x-kubernetes-validations'] = validations;
  return result;
}

function validationOf({ form, cel, message, keywords }: Rule): Keywords[] {
  if (cel) return [{ rule: cel, ...(message && { message }) }];
  if (keywords) return [];
  throw new Error(`the rule ${form} has no CEL, so no API server can run it`);
}

/** Defaults that are texts for people, with their length in place of the words. */
function withLengths(definition: unknown): unknown {
  return JSON.parse(JSON.stringify(definition), (key, value: unknown) => {
    const isText = key === 'default' && typeof value === 'string' && value.includes(' ');
    return isText ? `<human text, ${value.length} characters>` : value;
  });
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function main(directory?: string, channel: string = 'standard'): void {
  const known = CHANNELS.find((name) => name === channel);
  if (!known) throw new Error(`there is no channel ${channel}; write ${CHANNELS.join(' or ')}`);
  const target = directory ?? join('build', 'crds');
  for (const kind of KINDS) {
    const definition = definitionOf(kind, known);
    const shown = directory ? definition : withLengths(definition);
    const text = stringify(shown, { aliasDuplicateObjects: false });
    write(join(target, `${kind.group}_${kind.plural}.yaml`), text);
  }
  if (directory) return;
  const schema = `${JSON.stringify(standaloneSchema(), null, 2)}\n`;
  write(join('build', 'standalone.schema.json'), schema);
}

if (require.main === module) main(...process.argv.slice(2));
