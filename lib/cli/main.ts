#!/usr/bin/env node
import { CommanderError } from 'commander';
import { reportFault } from './fault';
import { printableLine } from './printable';
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
    if (!(error instanceof UsageError)) {
      reportFault(error);
      return EXIT.fault;
    }
    process.stderr.write(`agw: ${printableLine(error.message)}\n`);
    return EXIT.usage;
  }
}

// A reader that leaves, as `head` does, wants no more output and no complaint.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.refused);
  });
}

/** Pipes take what is written little by little; what they have not taken when the process ends is lost. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

void main(process.argv).then(async (code) => {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
});
