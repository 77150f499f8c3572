import { isMap, isNode, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { KINDS } from '../schema/kinds';
import { METADATA } from '../schema/metadata';
import { definitionName, resolver, type Schema } from '../schema/schema';
import type { YamlTree } from '../standalone/yaml-tree';

/** What is stated about a value, and how its references are looked up. */
export interface Statement {
  readonly schema: Schema;
  readonly resolve: (schema: Schema) => Schema;
}

/** A scalar of a document, and what is stated about it. */
export interface StatedScalar {
  readonly node: Scalar;
  /** As in findings: `spec.rules[0].name`. */
  readonly path: string;
  /** @default - the statement does not know it */
  readonly schema?: Schema;
  /** The definition that it refers to: `Expression`. */
  readonly definition?: string;
}

/** What is stated about an object of this group and kind, whatever its version. */
export function statementOf(apiVersion: string, kindName: string): Statement | undefined {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
  const kind = KINDS.find((known) => known.kind === kindName && known.group === group);
  if (!kind) return undefined;
  const text: Schema = { type: 'string' };
  const properties = { apiVersion: text, kind: text, metadata: METADATA, spec: kind.spec };
  return { schema: { type: 'object', properties }, resolve: resolver(kind.definitions) };
}

/** Every scalar below a node, each once, however many aliases name it. */
export function* statedScalars(
  root: Node | undefined,
  tree: YamlTree,
  { schema, resolve }: Statement,
): Generator<StatedScalar> {
  const seen = new Set<Node>();
  const open: Visit[] = [{ node: root, path: '', schema }];
  for (let next = open.pop(); next; next = open.pop()) {
    const node = tree.resolved(next.node);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    const definition = next.schema?.$ref && definitionName(next.schema.$ref);
    const stated = next.schema && fitting(resolve(next.schema), node, resolve);
    if (isScalar(node)) {
      const { path } = next;
      yield { node, path, ...(stated && { schema: stated }), ...(definition && { definition }) };
    } else open.push(...inside(node, next.path, stated).reverse());
  }
}

interface Visit {
  readonly node: unknown;
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
    return { node: value, path: at, schema: propertyOf(schema, name) };
  });
}

function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  return additionalProperties;
}

/** Of several alternatives, the first that is made for such a value. */
function fitting(schema: Schema, node: Node, resolve: Statement['resolve']): Schema {
  if (!schema.anyOf) return schema;
  const found = schema.anyOf.find((alternative) => isMadeFor(resolve(alternative), node));
  return found ? { ...schema, anyOf: undefined, ...resolve(found) } : schema;
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
