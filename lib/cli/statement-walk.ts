import { isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { didYouMean } from '../schema/did-you-mean';
import { definitionName, type Schema } from '../schema/schema';
import type { YamlTree } from '../standalone/yaml-tree';

/** What is stated about a value, and how its references are looked up. */
export interface Statement {
  readonly schema: Schema;
  readonly resolve: (schema: Schema) => Schema;
}

/** A part of a document, and what is stated about it. */
export interface StatedNode {
  readonly node: Node;
  /** The map that it is a value of. */
  readonly map?: YAMLMap;
  /** As in findings: `spec.rules[0].name`. */
  readonly path: string;
  /** @default - the statement does not know it */
  readonly schema?: Schema;
  /** The definition that it refers to: `Expression`. */
  readonly definition?: string;
}

/** Every node below one and itself, each once, however many aliases name it. */
export function* statedNodes(
  root: Node | undefined,
  tree: YamlTree,
  { schema, resolve }: Statement,
): Generator<StatedNode> {
  const seen = new Set<Node>();
  const open: Visit[] = [{ node: root, path: '', schema }];
  for (let next = open.pop(); next; next = open.pop()) {
    const node = tree.resolved(next.node);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    const { path, map } = next;
    const stated = next.schema && fitting(next.schema, node, resolve);
    yield { node, path, ...(map && { map }), ...stated };
    open.push(...inside(node, path, stated?.schema).reverse());
  }
}

interface Visit {
  readonly node: unknown;
  readonly map?: YAMLMap;
  readonly path: string;
  readonly schema: Schema | undefined;
}

function inside(node: Node, path: string, schema: Schema | undefined): Visit[] {
  if (isSeq(node)) {
    return node.items.map((item, index) => ({
      node: item,
      path: `${path}[${index}]`,
      schema: schema?.items,
    }));
  }
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const at = path ? `${path}.${name}` : name;
    if (name === '<<') return { node: value, path, schema };
    return { node: value, map: node, path: at, schema: propertyOf(schema, name) };
  });
}

/** A misspelt key is taken as it was meant: so is what stands behind it. */
function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  const meant = properties && didYouMean(name, Object.keys(properties));
  return meant ? properties[meant] : additionalProperties;
}

/** What is stated about a node; of several alternatives the one that `alternativeOf` chooses for its value. */
function fitting(
  reference: Schema,
  node: Node,
  resolve: Statement['resolve'],
): Pick<StatedNode, 'schema' | 'definition'> {
  const definition = reference.$ref && definitionName(reference.$ref);
  const schema = resolve(reference);
  const made = (schema.anyOf ?? []).filter((alternative) => isMadeFor(resolve(alternative), node));
  const found = made.find((alternative) => hasRequired(resolve(alternative), node)) ?? made.at(-1);
  if (!found) return { schema, ...(definition && { definition }) };
  const chosen = fitting(found, node, resolve);
  return { ...chosen, schema: { ...schema, anyOf: undefined, ...chosen.schema } };
}

function hasRequired({ required = [] }: Schema, node: Node): boolean {
  return required.length === 0 || (isMap(node) && required.every((name) => node.has(name)));
}

function isMadeFor({ type }: Schema, node: Node): boolean {
  if (type === undefined) return true;
  if (isMap(node)) return type === 'object';
  if (isSeq(node)) return type === 'array';
  if (!isNode(node) || !isScalar(node)) return false;
  if (typeof node.value === 'string') return type === 'string';
  if (typeof node.value === 'boolean') return type === 'boolean';
  return type === 'integer' || type === 'number';
}
