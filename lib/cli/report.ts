import { type Diagnostic, formatDiagnostic } from '../diagnostic';

const COLOURS: Readonly<Record<Diagnostic['severity'], string>> = { error: '31', warning: '33' };

/** Prints findings on standard error, errors last, since a terminal shows its end. */
export function report(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const others = diagnostics.filter(({ severity }) => severity !== 'error');
  for (const diagnostic of [...others, ...errors])
    process.stderr.write(`${coloured(diagnostic)}\n`);
}

function coloured(diagnostic: Diagnostic): string {
  const text = formatDiagnostic(diagnostic);
  if (!process.stderr.isTTY || process.env.NO_COLOR) return text;
  const { severity } = diagnostic;
  return `\x1b[${COLOURS[severity]}m${severity}\x1b[0m${text.slice(severity.length)}`;
}

/** `2 errors, 1 warning`. */
export function summary(diagnostics: readonly Diagnostic[]): string {
  return (['error', 'warning'] as const)
    .map(
      (severity) => [diagnostics.filter((d) => d.severity === severity).length, severity] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}
