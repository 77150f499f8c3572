import type { Channel } from '../schema/channel';
import type { VariableLookup } from '../standalone/variables';
import { CheckedFile } from './checked-file';
import { isConfiguration } from './file-kind';
import type { FoundFile, ReadText, Unreadable } from './files';
import { type FixedFile, fixFile } from './fix-command';

export interface RepairOptions {
  readonly variables: VariableLookup;
  readonly channel: Channel;
  /** How a file is read. */
  readonly read: (path: string) => ReadText | Unreadable;
  /** Changes nothing on disk. */
  readonly dryRun: boolean;
}

/**
 * Repairs what is certain in those of the files that are configurations; what cannot be read is left to the check.
 *
 * @throws UsageError where a file cannot be written
 */
export function repairFiles(found: readonly FoundFile[], options: RepairOptions): FixedFile[] {
  return found.flatMap((file) => {
    const read = options.read(file.path);
    if (!('text' in read)) return [];
    const isOurs = file.isNamed || isConfiguration(new CheckedFile(file, read.text));
    return isOurs ? [fixFile(file.path, `${read.mark}${read.text}`, options)] : [];
  });
}
