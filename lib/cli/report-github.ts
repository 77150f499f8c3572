import type { Diagnostic } from '../diagnostic';
import { nameOf } from '../translator/objects';
import type { Checked } from './check-files';
import { printable } from './printable';
import { slashes } from './report-sarif';

/**
 * Findings as commands of a GitHub workflow, which shows each beside its line of a pull request.
 *
 * @example
 * ::error file=routes.yaml,line=12,col=9,title=RefNotPermitted::HTTPRoute shop/cart: the reference …%0Aadd a …
 */
export function githubReport({ diagnostics }: Checked): string {
  return diagnostics.map((finding) => `${commandOf(finding)}\n`).join('');
}

function commandOf({
  severity,
  code,
  message,
  hint,
  object,
  path,
  source,
  line,
  column,
}: Diagnostic) {
  const properties = [
    ['file', source === undefined || source === '-' ? undefined : slashes(source)],
    ['line', line],
    ['col', column],
    ['title', code],
  ].filter(([, value]) => value !== undefined);
  const written = properties.map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  const identity = object && `${object.kind} ${nameOf(object)}`;
  const where = [identity, path].filter(Boolean).join(' ');
  const text = `${where ? `${where}: ` : ''}${message}${hint ? `\n${hint}` : ''}`;
  return `::${severity} ${written.join(',')}::${escapedData(text)}`;
}

/** As the runner unescapes it: https://docs.github.com/actions, "workflow commands". */
function escapedData(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
