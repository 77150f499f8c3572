import type { Diagnostic } from '../diagnostic';
import { statedTexts } from '../schema/stated-values';
import { objectKey, statementOf } from '../schema/validate';
import { expressionFaults, shownFault } from '../standalone/expression-faults';
import { placesInObject } from '../standalone/expression-places';

/**
 * What is wrong with the expressions of an object, each with the line and a caret: an API server takes any text, and the
 * gateway then refuses it, or does nothing where a rule was meant.
 */
export function expressionFindings(object: unknown): Diagnostic[] {
  const stated = statementOf(object);
  if (!stated) return [];
  const placeOf = placesInObject(object);
  const found: Diagnostic[] = [];
  for (const { text, path, definition } of statedTexts(object, stated.whole, stated.resolve)) {
    if (definition !== 'Expression') continue;
    for (const fault of expressionFaults(text, placeOf(path))) {
      const { severity = 'error', code, hint } = fault;
      const message = shownFault(text, fault);
      found.push({ severity, code, message, ...(hint && { hint }), path });
    }
  }
  const key = objectKey(object, stated.kind);
  return found.map((finding) => ({ ...finding, object: key }));
}
