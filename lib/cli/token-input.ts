import { readText, STANDARD_INPUT, unreadable } from './files';
import { UsageError } from './usage-error';

/** What people copy along with a token. */
const PREFIX = /^(?:authorization:\s*)?(?:bearer\s+)?/i;

const LISTED =
  'note: arguments can be read in the list of processes and in the history of the shell; give tokens that matter on standard input';
const WAITING = 'the token is read from standard input; end it with Ctrl-D';

/**
 * The token of the argument, or of standard input.
 *
 * @throws UsageError where there is none
 */
export function readToken(argument: string | undefined): string {
  const isArgument = argument !== undefined && argument !== STANDARD_INPUT;
  if (isArgument) process.stderr.write(`${LISTED}\n`);
  const token = (isArgument ? argument : readInput()).trim().replace(PREFIX, '');
  if (token !== '') return token;
  throw new UsageError(
    isArgument
      ? 'the token is empty'
      : 'there is no token on standard input: `agw token sign … | agw token explain`',
  );
}

function readInput(): string {
  if (process.stdin.isTTY) process.stderr.write(`${WAITING}\n`);
  const read = readText(STANDARD_INPUT);
  if ('problem' in read) throw unreadable(STANDARD_INPUT, read);
  return read.text;
}
