/**
 * A finding: what is wrong, where, and what to do next. Every layer reports in this one shape, so that every finding
 * reads the same at synth, at load, in a test and in the terminal.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** What kind of finding, in Gateway API's words for condition reasons where it has one, for example `RefNotPermitted`. */
  readonly code: string;
  /** What is wrong: lower-case, with the value given, never with a secret. */
  readonly message: string;
  /** Where inside the object or file, for example `spec.rules[0].backendRefs[1].port`; empty for the whole of it. */
  readonly path: string;
  /** The next step. */
  readonly hint?: string;
  /** What repairs it for certain, in the order in which to do it; nothing where an author has to choose. */
  readonly fix?: readonly Edit[];
  /** The Kubernetes object that it is about, if it is about one. */
  readonly object?: ObjectKey;
  /** The construct that wrote the object, or the file that holds it: `main.ts App/Chart/Route`, `gateway.yaml`. */
  readonly source?: string;
  /** Counted from 1, like editors do. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
}

/** An error stops a synth, a start or a reload; a warning is printed. */
export type Severity = 'error' | 'warning';

/**
 * A change of the object or file that the finding is about; paths as in the finding. What moves to the map around it
 * takes the place of everything there.
 */
export type Edit =
  | { readonly op: 'rename'; readonly path: string; readonly to: string }
  | { readonly op: 'replace'; readonly path: string; readonly value: string | number | boolean }
  | { readonly op: 'move'; readonly path: string; readonly to: string };

/** Which Kubernetes object: enough to find it again among others. */
export interface ObjectKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/**
 * One finding as text: a line that says where and what, and an indented one with the next step.
 *
 * @example
 * error RefNotPermitted routes.yaml:12:9 HTTPRoute shop/cart spec.rules[0].backendRefs[0]: …
 *   add a ReferenceGrant in namespace `warehouse` …
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { object, source, line, column, hint } = diagnostic;
  const place = source && line ? `${source}:${line}:${column ?? 1}` : source;
  const identity = object && `${object.kind} ${object.namespace}/${object.name}`;
  const where = [place, identity, diagnostic.path].filter(Boolean).join(' ');
  const head = `${diagnostic.severity} ${diagnostic.code}${where && ` ${where}`}: ${diagnostic.message}`;
  return hint ? `${head}\n  ${hint}` : head;
}
