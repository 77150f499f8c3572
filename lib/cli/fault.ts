import { printableLine } from './printable';

/** Says that not what was asked for is wrong, but this program; `outcome` says what follows. */
export function reportFault(error: unknown, outcome = ''): void {
  const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  process.stderr.write(
    `agw: a fault of agw itself, please report it: ${printableLine(message)}${outcome}\n`,
  );
  if (process.env.AGW_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
