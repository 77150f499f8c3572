import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/cel/compile';
import { fieldName, KUBERNETES } from '../../lib/cel/kubernetes';
import { CHANNELS } from '../../lib/schema/channel';
import { KINDS } from '../../lib/schema/kinds';
import { definitionOf } from '../../scripts/crds';

type Node = Readonly<Record<string, unknown>>;

interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly subresources?: unknown;
  readonly schema: { readonly openAPIV3Schema: Node };
}

interface Definition {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: Readonly<Record<string, unknown>>;
    readonly versions: readonly Version[];
  };
}

/** What the schema of a definition may say, and what of it may stand in `oneOf`, `anyOf` and `not`. */
const KEYWORDS = new Set([
  ...['type', 'description', 'default', 'nullable', 'properties', 'required', 'items', 'enum'],
  ...['additionalProperties', 'minProperties', 'maxProperties', 'minItems', 'maxItems', 'pattern'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'format', 'oneOf', 'anyOf', 'not'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'],
  ...['x-kubernetes-map-type', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'],
  'x-kubernetes-validations',
]);
const LOGICAL_KEYWORDS = new Set(['properties', 'enum', 'not', 'anyOf', 'format', 'required']);
const SCALARS = ['string', 'integer', 'number', 'boolean'];
const LONGEST_MESSAGE = 2048;

const DEFINITIONS = CHANNELS.flatMap((channel) =>
  KINDS.map((kind) => [channel, kind.kind, definitionOf(kind, channel) as Definition] as const),
);

function fieldsOf(node: unknown): Readonly<Record<string, Node>> {
  return ((node as Node | undefined)?.properties ?? {}) as Readonly<Record<string, Node>>;
}

/** Every node that values are held against, with its path. */
function* nodes(node: Node, path: string): Generator<readonly [string, Node]> {
  yield [path, node];
  for (const [name, part] of Object.entries(fieldsOf(node))) yield* nodes(part, `${path}.${name}`);
  if (node.items) yield* nodes(node.items as Node, `${path}[]`);
  if (node.additionalProperties) yield* nodes(node.additionalProperties as Node, `${path}{}`);
}

function problemsOf(node: Node): string[] {
  const open = node['x-kubernetes-int-or-string'] ?? node['x-kubernetes-preserve-unknown-fields'];
  const unknown = Object.keys(node).filter((name) => !KEYWORDS.has(name));
  const required = (node.required ?? []) as string[];
  return [
    ...unknown.map((name) => `the keyword ${name}`),
    ...(node.type || open ? [] : ['no type']),
    ...(node.properties && node.additionalProperties ? ['fields both named and free'] : []),
    ...required
      .filter((name) => !Object.hasOwn(fieldsOf(node), name))
      .map((name) => `${name} is required and no field`),
    ...listProblems(node),
    ...logicalProblems(node),
  ];
}

function listProblems(node: Node): string[] {
  const items = (node.items ?? {}) as Node;
  const type = node['x-kubernetes-list-type'];
  const keys = (node['x-kubernetes-list-map-keys'] ?? []) as string[];
  const required = (items.required ?? []) as string[];
  const fields = fieldsOf(items);
  return [
    ...(node.type === 'array' && !node.items ? ['a list of nothing'] : []),
    ...(type === 'map' && keys.length === 0 ? ['a map without keys'] : []),
    ...(type === 'set' && !SCALARS.includes(String(items.type)) ? ['a set of no scalars'] : []),
    ...keys
      .filter((key) => !SCALARS.includes(String(fields[key]?.type)))
      .map((key) => `the key ${key} is no scalar`),
    ...keys
      .filter((key) => !required.includes(key) && fields[key]?.default === undefined)
      .map((key) => `the key ${key} may be missing`),
  ];
}

/** The one place where an API server lets types stand inside of a logical keyword. */
const INT_OR_STRING = JSON.stringify([{ type: 'integer' }, { type: 'string' }]);

function logicalProblems(node: Node): string[] {
  if (node['x-kubernetes-int-or-string'] && JSON.stringify(node.anyOf) === INT_OR_STRING) return [];
  const parts = [node.not, ...((node.oneOf ?? []) as unknown[]), ...((node.anyOf ?? []) as [])];
  return parts.filter(Boolean).flatMap((part) => {
    const names = Object.keys(part as Node).filter((name) => !LOGICAL_KEYWORDS.has(name));
    const inside = Object.values(fieldsOf(part)).flatMap((field) =>
      Object.keys(field).filter((name) => !LOGICAL_KEYWORDS.has(name)),
    );
    return [...names, ...inside].map((name) => `${name} inside of a logical keyword`);
  });
}

/** Fields that a rule reads and the value does not have; an API server refuses such a definition. */
function unknownFields(node: Node, rule: string): string[] {
  if (!node.properties) return [];
  const read = [...rule.matchAll(/\bself\.([A-Za-z_][A-Za-z0-9_]*)\b(?!\()/g)].map(([, name]) =>
    fieldName(name!),
  );
  return read.filter((name) => !Object.hasOwn(fieldsOf(node), name));
}

describe.each(DEFINITIONS)('the definition, in the %s channel, of %s', (channel, _, definition) => {
  const { spec, metadata } = definition;

  it('is named as an API server wants it', () => {
    expect(metadata.name).toBe(`${spec.names.plural}.${spec.group}`);
    expect(spec.names).toMatchObject({
      listKind: `${spec.names.kind}List`,
      singular: String(spec.names.kind).toLowerCase(),
    });
    const approved = metadata.annotations?.['api-approved.kubernetes.io'] !== undefined;
    expect(approved).toBe(spec.group.endsWith('.k8s.io'));
  });

  it('stores one version, and serves it', () => {
    const stored = spec.versions.filter(({ storage }) => storage);
    expect(stored).toHaveLength(1);
    expect(stored[0]!.served).toBe(true);
    for (const { served, deprecated } of spec.versions) {
      expect(served).toBe(!deprecated || channel === 'experimental');
    }
  });

  it('is a structural schema', () => {
    for (const { name, schema } of spec.versions) {
      const problems = [...nodes(schema.openAPIV3Schema, name)].flatMap(([path, node]) =>
        problemsOf(node).map((problem) => `${path}: ${problem}`),
      );
      expect(problems).toEqual([]);
    }
  });

  it('has rules that compile, and messages of one line', () => {
    const problems: unknown[] = [];
    const seen = new Set<string>();
    for (const { name, schema } of spec.versions) {
      for (const [path, node] of nodes(schema.openAPIV3Schema, name)) {
        const rules = (node['x-kubernetes-validations'] ?? []) as {
          rule: string;
          message: string;
        }[];
        for (const { rule, message } of rules) {
          if (!message || /\n/.test(message) || message.length > LONGEST_MESSAGE)
            problems.push(`${path}: ${message}`);
          if (seen.has(rule)) continue;
          seen.add(rule);
          const compiled = compile(rule.replaceAll('oldSelf', 'self'), KUBERNETES);
          if ('problems' in compiled) problems.push([path, rule, compiled.problems]);
          problems.push(
            ...unknownFields(node, rule).map((field) => `${path}: ${field} of ${rule}`),
          );
        }
      }
    }
    expect(problems).toEqual([]);
  });
});
