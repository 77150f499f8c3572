import type { Document } from 'yaml';
import type { Edit } from '../diagnostic';
import { type Step, stepsOf } from '../standalone/yaml-tree';
import { moveSplices } from './yaml-edit-move';
import { fieldAt, nodesAlong } from './yaml-edit-place';
import { isReplaceable, scalarText } from './yaml-edit-scalar';
import { type EditableText, inOriginal, overlap, type Splice, spliced } from './yaml-edit-text';

/** Edits of one document, to be done all or none; their paths begin at `at`. */
export interface PlacedEdits {
  readonly document: Document;
  readonly at: readonly Step[];
  readonly edits: readonly Edit[];
}

export interface Edited<T extends PlacedEdits> {
  readonly text: string;
  readonly done: readonly T[];
}

/**
 * Edits a text where the paths point, and leaves every other byte as it is. What cannot be done without touching more
 * (values that anchors share, values that come from variables) is left out, and so is what overlaps with something done.
 */
export function editYaml<T extends PlacedEdits>(
  source: EditableText,
  groups: readonly T[],
): Edited<T> {
  const done: T[] = [];
  const splices: Splice[] = [];
  for (const group of groups) {
    const wanted = splicesOf(source, group);
    if (!wanted || wanted.some((splice) => splices.some((other) => overlap(splice, other))))
      continue;
    splices.push(...wanted);
    done.push(group);
  }
  return { text: spliced(source.text, splices), done };
}

function splicesOf(
  source: EditableText,
  { document, at, edits }: PlacedEdits,
): Splice[] | undefined {
  const read = source.expanded ?? source.text;
  const splices: Splice[] = [];
  for (const edit of edits) {
    const made = ofEdit(read, document, at, edit);
    const inFile = made?.map((splice) => inOriginal(source, splice));
    if (!inFile || inFile.includes(undefined)) return undefined;
    splices.push(...(inFile as Splice[]));
  }
  return splices;
}

function ofEdit(
  text: string,
  document: Document,
  at: readonly Step[],
  edit: Edit,
): Splice[] | undefined {
  const steps = [...at, ...stepsOf(edit.path)];
  if (edit.op === 'move') {
    return moveSplices(text, document, { from: steps, to: [...at, ...stepsOf(edit.to)] });
  }
  if (edit.op === 'rename') return replaced(fieldAt(document, steps)?.key, edit.to);
  return replaced(nodesAlong(document, steps)?.at(-1), edit.value);
}

function replaced(node: unknown, value: string | number | boolean): Splice[] | undefined {
  if (!isReplaceable(node)) return undefined;
  const [start, end] = node.range;
  return [{ start, end, text: scalarText(value, node) }];
}
