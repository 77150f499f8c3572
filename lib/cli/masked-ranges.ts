import { isNode, isScalar, type Node } from 'yaml';
import type { Schema } from '../schema/schema';
import { statementOf } from '../schema/validate';
import type { YamlTree } from '../standalone/yaml-tree';
import type { Manifest } from './manifests';
import { type Statement, statedNodes } from './statement-walk';

/** A stretch of a text that is not to be shown, as offsets. */
export interface MaskedRange {
  readonly start: number;
  readonly end: number;
}

const TEXT: Schema = { type: 'string' };

/** Of objects that are not ours, no more than whose they are. */
const ANY_OBJECT: Statement = {
  schema: {
    type: 'object',
    properties: {
      apiVersion: TEXT,
      kind: TEXT,
      metadata: { type: 'object', properties: { name: TEXT, namespace: TEXT } },
    },
  },
  resolve: (schema) => schema,
};

/**
 * What an excerpt of a manifest must not show: what the statement marks as sensitive, annotations among it, whatever
 * stands where nothing is stated, and all of other kinds, Secrets above all.
 */
export function maskedInManifest({ object, tree, at }: Manifest): MaskedRange[] {
  const stated = statementOf(object, { channel: 'experimental' });
  const statement = stated ? { schema: stated.whole, resolve: stated.resolve } : ANY_OBJECT;
  return maskedInStatement(tree.place(at, 'key').node, tree, statement);
}

/** The same of any document with a statement of its own. */
export function maskedInStatement(
  root: Node | undefined,
  tree: YamlTree,
  statement: Statement,
): MaskedRange[] {
  const masked: MaskedRange[] = [];
  for (const { node, schema } of statedNodes(root, tree, statement)) {
    if (isScalar(node) && (!schema || schema.sensitive || isUnstated(schema)))
      masked.push(...rangeOf(node));
  }
  return masked;
}

function isUnstated({ type, enum: values, properties }: Statement['schema']): boolean {
  return type === undefined && values === undefined && properties === undefined;
}

function rangeOf(node: Node): MaskedRange[] {
  if (!isNode(node) || !node.range) return [];
  const [start, end] = node.range;
  return end > start ? [{ start, end }] : [];
}
