import type { Diagnostic, Severity } from '../diagnostic';

/** Collects what is found on the way, so that a reader sees all of it and not only the first. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];

  error(code: string, path: string, message: string, hint?: string): void {
    this.#add('error', code, path, message, hint);
  }

  warning(code: string, path: string, message: string, hint?: string): void {
    this.#add('warning', code, path, message, hint);
  }

  #add(severity: Severity, code: string, path: string, message: string, hint?: string): void {
    this.diagnostics.push({ severity, code, message, path, ...(hint && { hint }) });
  }
}
