import { type Checked, type CheckOptions, checkFiles } from '../../lib/cli/check-files';
import type { Diagnostic } from '../../lib/diagnostic';

/** Checks texts as if they were files of these names. */
export function check(
  files: Readonly<Record<string, string>>,
  options: Partial<CheckOptions> & { readonly isNamed?: boolean } = {},
): Checked {
  const { isNamed = true, ...others } = options;
  const found = Object.keys(files).map((path) => ({ path, isNamed }));
  return checkFiles(found, {
    variables: () => undefined,
    verdict: false,
    channel: 'standard',
    read: (path) => ({ text: files[path]!, mark: '' }),
    ...others,
  });
}

/** `error UnknownField a.yaml:3:5 spec.x`, one for each finding. */
export function brief({ diagnostics }: Checked): string[] {
  return diagnostics.map(briefly);
}

function briefly({ severity, code, source, line, column, path }: Diagnostic): string {
  const place = line === undefined ? source : `${source}:${line}:${column}`;
  return [severity, code, place, path].filter(Boolean).join(' ');
}
