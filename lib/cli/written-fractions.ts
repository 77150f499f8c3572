import { isScalar } from 'yaml';
import type { Diagnostic } from '../diagnostic';
import { quoted } from '../schema/json';
import { type CheckedFile, STANDALONE_STATEMENT } from './checked-file';
import { statedNodes } from './statement-walk';

const FRACTION = /[.eE]/;

/** Whole numbers that are written as fractions, `3000.0`: the same number in YAML, and no port to agentgateway's parser. */
export function writtenFractions(file: CheckedFile): Diagnostic[] {
  return file.standaloneTrees.flatMap((tree) => {
    const root = tree.resolved(tree.document.contents);
    const found: Diagnostic[] = [];
    for (const { node, path, schema } of statedNodes(root, tree, STANDALONE_STATEMENT)) {
      if (schema?.type !== 'integer' || !isScalar(node)) continue;
      const { value, source = '' } = node;
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) continue;
      if (!FRACTION.test(source) || source.startsWith('0x')) continue;
      found.push(asWholeNumber(path, file.path, source, value));
    }
    return found;
  });
}

function asWholeNumber(path: string, file: string, written: string, value: number): Diagnostic {
  return {
    severity: 'error',
    code: 'TypeInvalid',
    message: `must be a whole number, and ${quoted(written)} is written as a fraction`,
    path,
    source: file,
    hint: `write ${value}`,
  };
}
