import { isMap } from 'yaml';
import type { Diagnostic } from '../diagnostic';
import type { Schema } from '../schema/schema';
import type { TextPosition } from '../standalone/line-index';
import { type CheckedFile, STANDALONE_STATEMENT } from './checked-file';
import { statedNodes } from './statement-walk';

/** A field that a standalone file may leave out, to which Kubernetes gives another meaning then, or which it requires. */
interface Reliance {
  readonly field: string;
  /** Whether a default is the one that is meant, since fields of one name stand at many places. */
  readonly isMeant: (stated: Schema) => boolean;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Only those that decide who may call what. */
const RELIANCES: readonly Reliance[] = [
  {
    field: 'mode',
    isMeant: ({ default: fallback, enum: values }) =>
      fallback === 'optional' && values?.includes('strict') === true,
    code: 'OptionalByDefault',
    message:
      'without a mode, requests without credentials pass: the default of a standalone file is `optional`, where that of Kubernetes is `Strict`',
    hint: 'write `mode: strict` to require credentials, or `mode: optional` to say that this is meant',
  },
];

/** Where a file relies on a default that lets in others than the same policy of Kubernetes would. */
export function reliedDefaults(
  file: CheckedFile,
  locate: (path: string) => TextPosition,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const tree of file.standaloneTrees) {
    const root = tree.resolved(tree.document.contents);
    for (const { node, path, schema } of statedNodes(root, tree, STANDALONE_STATEMENT)) {
      if (!isMap(node)) continue;
      for (const { field, isMeant, ...finding } of RELIANCES) {
        const stated = schema?.properties?.[field];
        if (!stated || !isMeant(stated) || node.has(field)) continue;
        const place = { path: `${path}.${field}`, source: file.path, ...locate(path) };
        found.push({ severity: 'warning', ...finding, ...place });
      }
    }
  }
  return found;
}
