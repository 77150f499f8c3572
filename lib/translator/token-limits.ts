import type { LocalRateLimit, RouteBackendEntry } from '../standalone/document';
import type { Effective, Setting } from './levels';

/** Finds the limits of tokens that never count, since none of the rules they apply to calls a language model. */
export class TokenLimits {
  /** Whether anything may count against them. */
  readonly #counts = new Map<Setting, boolean>();

  look([limit]: readonly Effective[] = [], backends: readonly RouteBackendEntry[]): void {
    if (!limit) return;
    const known = this.#counts.get(limit.setting) ?? false;
    this.#counts.set(limit.setting, known || backends.some(mayCallModels));
  }

  report(): void {
    for (const [{ object, path, value }, counts] of this.#counts) {
      if (counts) continue;
      for (const [index, { type }] of (value as readonly LocalRateLimit[]).entries()) {
        if (type !== 'tokens') continue;
        object.findings.warning(
          'NoEffect',
          `${path}.local[${index}].tokens`,
          'counts what language models use, and no rule that this limit applies to calls one, so it limits nothing',
          'write `requests`, or target routes to language models',
        );
      }
    }
  }
}

/** What a reference that does not resolve stands for is not known. */
function mayCallModels(backend: RouteBackendEntry): boolean {
  return 'ai' in backend || 'invalid' in backend;
}
