#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './program';
import { EXIT, UsageError } from './usage-error';

async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await createProgram((result) => {
      code = result;
    }).parseAsync(args);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`agw: ${error.message}\n`);
    return EXIT.usage;
  }
}

// A reader that leaves, as `head` does, wants no more output and no complaint.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.refused);
  });
}

void main(process.argv).then((code) => process.exit(code));
