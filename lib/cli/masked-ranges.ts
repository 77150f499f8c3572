import { isMap, isNode, isScalar, isSeq, type Node } from 'yaml';
import { textField } from '../schema/json';
import type { Step, YamlTree } from '../standalone/yaml-tree';
import type { Manifest } from './manifests';
import { type Statement, statedScalars, statementOf } from './statement-walk';

/** A stretch of a text that is not to be shown, as offsets. */
export interface MaskedRange {
  readonly start: number;
  readonly end: number;
}

/** Kinds whose values are anybody's secrets, and where those stand. */
const VALUES_OF: Readonly<Record<string, readonly string[]>> = {
  Secret: ['data', 'stringData'],
  ConfigMap: ['data', 'binaryData'],
};

/**
 * What an excerpt of a manifest must not show: values of Secrets and ConfigMaps, annotations, which may hold a copy of
 * either, what the statement marks as sensitive, and whatever stands where nothing is stated.
 */
export function maskedInManifest({ object, tree, at }: Manifest): MaskedRange[] {
  const kind = textField(object, 'kind');
  const root = tree.place(at, 'key').node;
  const statement = statementOf(textField(object, 'apiVersion'), kind);
  if (statement) return maskedInStatement(root, tree, statement);
  const fields = Object.hasOwn(VALUES_OF, kind) ? VALUES_OF[kind]! : [];
  const places: Step[][] = [
    ...fields.map((name) => [...at, name]),
    [...at, 'metadata', 'annotations'],
  ];
  return places.flatMap((steps) => {
    const place = tree.place(steps, 'key');
    return place.isComplete ? everyScalarIn(place.node, tree) : [];
  });
}

/** The same of any document with a statement of its own. */
export function maskedInStatement(
  root: Node | undefined,
  tree: YamlTree,
  statement: Statement,
): MaskedRange[] {
  const masked: MaskedRange[] = [];
  for (const { node, schema } of statedScalars(root, tree, statement)) {
    if (!schema || schema.sensitive || isUnstated(schema)) masked.push(...rangeOf(node));
  }
  return masked;
}

function isUnstated({ type, enum: values, properties }: Statement['schema']): boolean {
  return type === undefined && values === undefined && properties === undefined;
}

function everyScalarIn(root: Node | undefined, tree: YamlTree): MaskedRange[] {
  const found: MaskedRange[] = [];
  const seen = new Set<Node>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = tree.resolved(open.pop());
    if (!node || seen.has(node)) continue;
    seen.add(node);
    if (isScalar(node)) found.push(...rangeOf(node));
    else if (isSeq(node)) open.push(...node.items);
    else if (isMap(node)) open.push(...node.items.map(({ value }) => value));
  }
  return found;
}

function rangeOf(node: Node): MaskedRange[] {
  if (!isNode(node) || !node.range) return [];
  const [start, end] = node.range;
  return end > start ? [{ start, end }] : [];
}
