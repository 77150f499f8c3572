import type { Diagnostic, ObjectKey, Severity } from '../diagnostic';

/** Collects what is found on the way, so that a reader sees all of it and not only the first. */
export class Findings {
  constructor(
    readonly diagnostics: Diagnostic[] = [],
    private readonly object?: ObjectKey,
  ) {}

  /** The same collection, for findings about a Kubernetes object. */
  about(object: ObjectKey): Findings {
    return new Findings(this.diagnostics, object);
  }

  error(code: string, path: string, message: string, hint?: string): void {
    this.#add('error', code, path, message, hint);
  }

  warning(code: string, path: string, message: string, hint?: string): void {
    this.#add('warning', code, path, message, hint);
  }

  #add(severity: Severity, code: string, path: string, message: string, hint?: string): void {
    this.diagnostics.push({
      severity,
      code,
      message,
      path,
      ...(hint && { hint }),
      ...(this.object && { object: this.object }),
    });
  }
}
