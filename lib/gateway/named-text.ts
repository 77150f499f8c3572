import type { PolicyHost } from './policy-host';

/** What a configuration says itself, or names a file for. */
export type NamedText = { readonly text: string } | { readonly file: string };

/** The text; or nothing, and a finding at `path`, where its file cannot be read. */
export function readNamedText(
  source: NamedText,
  path: string,
  host: Pick<PolicyHost, 'readFile' | 'report'>,
) {
  if ('text' in source) return source.text;
  try {
    return Buffer.from(host.readFile(source.file)).toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = REASONS[code ?? ''] ?? 'cannot be read';
    host.report({
      severity: 'error',
      code: 'Unreadable',
      path: `${path}.file`,
      message: `the file ${JSON.stringify(source.file)} ${why}`,
      hint: 'paths are relative to the working directory of the gateway',
    });
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read',
  EISDIR: 'is a directory',
};
