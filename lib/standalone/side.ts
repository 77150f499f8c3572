import type { Diagnostic } from '../diagnostic';

/** Whether a finding is about the key of an entry, or about what stands behind it. */
export type Side = 'key' | 'value';

/** Codes of findings that speak of a key, or of all that stands behind it. */
const ABOUT_KEYS = new Set([
  ...['UnknownField', 'Unsupported', 'Forbidden', 'Required', 'Deprecated', 'Conflicted'],
]);

/** Whether a finding points at a key or at what stands behind it. */
export function sideOf({ code }: Diagnostic): Side {
  return ABOUT_KEYS.has(code) ? 'key' : 'value';
}
