import type { Diagnostic } from '../diagnostic';
import { CheckedFile } from './checked-file';
import { fixText } from './fix';
import { type DiffedText, unifiedDiff } from './fix-diff';
import { replaceFile } from './fix-file';
import type { JudgeOptions } from './fix-judge';
import { maskedText } from './masked-text';

const BYTE_ORDER_MARK = '\uFEFF';

export interface FixOptions extends Omit<JudgeOptions, 'source'> {
  /** Shows what would be changed, and changes nothing. @default false */
  readonly dryRun?: boolean;
}

/** What became of one file. */
export interface FixedFile {
  readonly path: string;
  /** The text as it is now, or would be. */
  readonly text: string;
  readonly repaired: readonly Diagnostic[];
  /** The change, without the secrets in and around it; empty where there is none. */
  readonly diff: string;
}

/**
 * Repairs the file that a text was read from; standard input (`-`) and dry runs are left to whoever called.
 *
 * @throws UsageError where the file cannot be written
 */
export function fixFile(path: string, text: string, { dryRun, ...options }: FixOptions): FixedFile {
  const { text: fixed, repaired } = fixText(text, { ...options, source: path });
  if (fixed !== text && path !== '-' && !dryRun) replaceFile(path, fixed);
  return { path, text: fixed, repaired, diff: diffOf(path, text, fixed) };
}

function diffOf(path: string, before: string, after: string): string {
  if (before === after) return '';
  return unifiedDiff(path, diffed(path, before), diffed(path, after));
}

function diffed(path: string, text: string): DiffedText {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const file = new CheckedFile({ path, isNamed: true }, text.slice(mark.length));
  return { text, shown: mark + maskedText(file) };
}
