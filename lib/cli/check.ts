import { hasErrors } from '../diagnostic';
import type { Channel } from '../schema/channel';
import { type Checked, checkFiles } from './check-files';
import { EXPLANATIONS, explanationText, findCode, nearestCode } from './codes';
import {
  type FoundFile,
  fileName,
  findFiles,
  type ReadText,
  readText,
  STANDARD_INPUT,
  textWithMark,
  type Unreadable,
} from './files';
import type { FixedFile } from './fix-command';
import { printable, printableLine } from './printable';
import { Progress } from './progress';
import { githubReport } from './report-github';
import { jsonReport } from './report-json';
import { sarifReport } from './report-sarif';
import { textReport } from './report-text';
import { EXIT, UsageError } from './usage-error';
import { version } from './version';

export interface CheckCommandOptions {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly verdict?: boolean;
  /** @default - on a terminal, unless NO_COLOR is set */
  readonly color?: boolean;
  readonly fix?: boolean;
  /** Shows repairs, and makes none. */
  readonly dryRun?: boolean;
  readonly explain?: string;
  readonly gatewayApiChannel: Channel;
}

/** `agw check`: what is wrong with configurations, and where. */
export function checkCommand(paths: readonly string[], options: CheckCommandOptions): number {
  if (options.explain !== undefined) return explain(options.explain);
  if (paths.length === 0) {
    throw new UsageError('name what to check: files, directories, or - for standard input');
  }
  if (options.dryRun && !options.fix) throw new UsageError('--dry-run goes with --fix');
  const found = findFiles(paths);
  const read = readingOnce();
  const fixed = options.fix ? repair(found, read, options) : [];
  const checked = check(found, fixed, read, options);
  note(checked.skipped);
  // What was repaired takes standard output where no file does.
  const repairs = options.dryRun
    ? diffOf(fixed)
    : fixed.find(({ path }) => path === STANDARD_INPUT)?.text;
  if (repairs !== undefined) process.stdout.write(repairs);
  (repairs === undefined ? process.stdout : process.stderr).write(reportOf(checked, options));
  return hasErrors(checked.diagnostics) ? EXIT.refused : EXIT.ok;
}

function environment(name: string): string | undefined {
  return process.env[name];
}

type Read = (path: string) => ReadText | Unreadable;

/** Standard input can be read once, and may be wanted twice. */
function readingOnce(): Read {
  let input: ReadText | Unreadable | undefined;
  return (path) => {
    if (path !== STANDARD_INPUT) return readText(path);
    input ??= readText(path);
    return input;
  };
}

function check(
  found: readonly FoundFile[],
  fixed: readonly FixedFile[],
  readFile: Read,
  { verdict = false, gatewayApiChannel: channel }: CheckCommandOptions,
): Checked {
  const progress = new Progress(process.stderr);
  const texts = new Map(fixed.map(({ path, text }) => [path, text]));
  const read = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? readFile(path) : textWithMark(text);
  };
  const onProgress = (done: number, total: number) =>
    progress.show(`checking ${done} of ${total} files`);
  const checked = checkFiles(found, {
    ...{ verdict, channel, variables: environment, read, onProgress },
  });
  progress.clear();
  return checked;
}

function note(skipped: readonly string[]): void {
  for (const path of skipped) {
    const name = printableLine(fileName(path));
    process.stderr.write(`note: ${name} is no configuration of agentgateway, so it was passed\n`);
  }
}

// ---------------------------------------------------------------- repairs

function repair(
  found: readonly FoundFile[],
  read: Read,
  options: CheckCommandOptions,
): FixedFile[] {
  const { gatewayApiChannel: channel, dryRun = false } = options;
  const fixed = repairVerb().repairFiles(found, { variables: environment, channel, read, dryRun });
  for (const { path, repaired } of fixed) {
    for (const { code, line, message } of repaired) {
      const place = `${printableLine(fileName(path))}${line === undefined ? '' : `:${line}`}`;
      process.stderr.write(
        `${dryRun ? 'would repair' : 'repaired'} ${place} ${code}: ${printableLine(message)}\n`,
      );
    }
  }
  return fixed;
}

function diffOf(fixed: readonly FixedFile[]): string {
  return fixed.map(({ diff }) => diff).join('');
}

function repairVerb(): typeof import('./repair') {
  return require('./repair');
}

// ---------------------------------------------------------------- reports

function reportOf(checked: Checked, { format, color }: CheckCommandOptions): string {
  if (format === 'json') return jsonReport(checked);
  if (format === 'github') return githubReport(checked);
  if (format === 'sarif') {
    return sarifReport(checked, { version: version(), workingDirectory: process.cwd() });
  }
  return textReport(checked, { colour: color ?? isColourful() });
}

function isColourful(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

// ---------------------------------------------------------------- explanations

function explain(written: string): number {
  const code = findCode(written);
  if (code) {
    process.stdout.write(explanationText(code));
    return EXIT.ok;
  }
  const near = nearestCode(written);
  const all = Object.keys(EXPLANATIONS).sort().join(', ');
  throw new UsageError(
    `no finding has the code ${printable(written)}; ${near ? `did you mean ${near}?` : `there are ${all}`}`,
  );
}
