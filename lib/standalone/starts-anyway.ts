import type { Diagnostic } from '../diagnostic';

/** Errors of a configuration that agentgateway runs as it is written, though nobody should. */
const UNSAFE: ReadonlySet<string> = new Set(['ExposedCredentials']);

/** The finding as whoever starts a gateway has it: what is valid, but unsafe, is printed and stops nothing. */
export function atStart(finding: Diagnostic): Diagnostic {
  return UNSAFE.has(finding.code) ? { ...finding, severity: 'warning' } : finding;
}
