import { hasErrors } from '../diagnostic';
import type { Channel } from '../schema/channel';
import { type Checked, checkFiles } from './check-files';
import { explanationText, findCode, nearestCode } from './codes';
import { findFiles } from './files';
import { printable, printableLine } from './printable';
import { Progress } from './progress';
import { githubReport } from './report-github';
import { jsonReport } from './report-json';
import { sarifReport } from './report-sarif';
import { nameOf, textReport } from './report-text';
import { EXIT, UsageError } from './usage-error';
import { version } from './version';

export interface CheckCommandOptions {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly verdict?: boolean;
  /** @default - on a terminal, unless NO_COLOR is set */
  readonly color?: boolean;
  readonly explain?: string;
  readonly gatewayApiChannel: Channel;
}

/** `agw check`: what is wrong with configurations, and where. */
export function checkCommand(paths: readonly string[], options: CheckCommandOptions): number {
  if (options.explain !== undefined) return explain(options.explain);
  if (paths.length === 0) {
    throw new UsageError('name what to check: files, directories, or - for standard input');
  }
  const progress = new Progress(process.stderr);
  const checked = checkFiles(findFiles(paths), {
    verdict: options.verdict ?? false,
    channel: options.gatewayApiChannel,
    variables: (name) => process.env[name],
    onProgress: (done, total) => progress.show(`checking ${done} of ${total} files`),
  });
  progress.clear();
  for (const path of checked.skipped) {
    const name = printableLine(nameOf(path));
    process.stderr.write(`note: ${name} is no configuration of agentgateway, so it was passed\n`);
  }
  process.stdout.write(reportOf(checked, options));
  return hasErrors(checked.diagnostics) ? EXIT.refused : EXIT.ok;
}

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

function explain(written: string): number {
  const code = findCode(written);
  if (code) {
    process.stdout.write(explanationText(code));
    return EXIT.ok;
  }
  const near = nearestCode(written);
  throw new UsageError(
    `no finding has the code ${printable(written)}${near ? `; did you mean ${near}?` : ''}`,
  );
}
