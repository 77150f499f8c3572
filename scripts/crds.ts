/**
 * Writes the statement of the API as CustomResourceDefinitions, one file per kind, to hold it against others. Rules
 * stand there by name, so these files are for comparing, not for a cluster.
 *
 *     npm run -s crds -- build/crds
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { KINDS } from '../lib/schema/kinds';
import { type Kind, resolver, type Schema } from '../lib/schema/schema';

type Resolve = (schema: Schema) => Schema;

export function definitionOf(kind: Kind): unknown {
  const resolve = resolver(kind.definitions);
  const openAPIV3Schema = {
    type: 'object',
    description: kind.description,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structural(kind.spec, resolve),
    },
    required: ['spec'],
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      names: { kind: kind.kind, plural: kind.plural, shortNames: kind.shortNames },
      scope: kind.scope,
      versions: kind.versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema },
      })),
    },
  };
}

/** The statement as a structural schema: references written out, words that are ours alone left out. */
function structural(reference: Schema, resolve: Resolve): Record<string, unknown> {
  const {
    rules,
    properties,
    additionalProperties,
    items,
    sensitive: _sensitive,
    patternMeans: _patternMeans,
    ...keywords
  } = resolve(reference);
  const { $ref: _ref, ...plain } = keywords;
  return {
    ...plain,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, structural(value, resolve)]),
      ),
    }),
    ...(additionalProperties && {
      additionalProperties: structural(additionalProperties, resolve),
    }),
    ...(items && { items: structural(items, resolve) }),
    ...Object.assign({}, ...(rules ?? []).map((rule) => rule.keywords ?? {})),
    ...(rules && { 'x-kubernetes-validations': rules.map(({ form }) => ({ rule: form })) }),
  };
}

function main(directory = join('build', 'crds')): void {
  mkdirSync(directory, { recursive: true });
  for (const kind of KINDS) {
    const file = join(directory, `${kind.group}_${kind.plural}.yaml`);
    writeFileSync(file, stringify(definitionOf(kind), { aliasDuplicateObjects: false }));
  }
}

if (require.main === module) main(process.argv[2]);
