import type { Diagnostic } from '../diagnostic';
import type { Checked } from './check-files';
import { jsonText } from './printable';

/** Findings for programs. Every key is always there; what a finding does not have is null. */
export function jsonReport({ diagnostics, objects }: Checked): string {
  const report = {
    diagnostics: diagnostics.map(entryOf),
    summary: {
      errors: diagnostics.filter(({ severity }) => severity === 'error').length,
      warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
      objects,
    },
  };
  return jsonText(report);
}

function entryOf(finding: Diagnostic) {
  const { severity, code, message, hint, path, source, line, column, object } = finding;
  return {
    severity,
    code,
    message,
    hint: hint ?? null,
    path,
    file: source ?? null,
    line: line ?? null,
    column: column ?? null,
    object: object ? { kind: object.kind, namespace: object.namespace, name: object.name } : null,
  };
}
