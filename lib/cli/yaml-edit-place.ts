import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml';
import type { Step } from '../standalone/yaml-tree';

/** A field of a map in a document: its key, its value and the maps around it. */
export interface FieldPlace {
  readonly pair: Pair;
  readonly key: Scalar & { readonly range: Range };
  readonly value: unknown;
  /** The nodes from the root of the document down to the map that holds the field. */
  readonly above: readonly unknown[];
}

/** Start, end of the value, end with the comment behind it. */
export type Range = readonly [number, number, number];

/**
 * The nodes along a path, the root first; nothing where the path leads through an alias or an anchor, since other places
 * of the file mean the same node, or where it is not written.
 */
export function nodesAlong(document: Document, steps: readonly Step[]): unknown[] | undefined {
  const nodes: unknown[] = [document.contents];
  for (const step of steps) {
    const node = nodes[nodes.length - 1];
    if (isShared(node)) return undefined;
    if (isSeq(node) && typeof step === 'number') nodes.push(node.items[step]);
    else if (isMap(node)) nodes.push(pairOf(node, step)?.value);
    else return undefined;
    if (nodes[nodes.length - 1] === undefined) return undefined;
  }
  return nodes;
}

/** The field at a path; nothing where it is not written in so many words. */
export function fieldAt(document: Document, steps: readonly Step[]): FieldPlace | undefined {
  const above = nodesAlong(document, steps.slice(0, -1));
  const map = above?.[above.length - 1];
  if (!above || !isMap(map) || isShared(map)) return undefined;
  const pair = pairOf(map, steps[steps.length - 1]!);
  if (!pair || !isScalar(pair.key) || pair.key.anchor || !pair.key.range) return undefined;
  return { pair, key: pair.key as FieldPlace['key'], value: pair.value, above };
}

export function pairOf(map: unknown, step: Step): Pair | undefined {
  if (!isMap(map)) return undefined;
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}

export function isShared(node: unknown): boolean {
  return isAlias(node) || ((isMap(node) || isSeq(node) || isScalar(node)) && !!node.anchor);
}
