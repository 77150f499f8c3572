import { CelError } from '../../cel/cel-error';
import { jsonText } from '../../cel/gateway/json-text';
import type { CelResult } from '../../cel/value';

/** What was evaluated was bounded already. */
const UNBOUNDED = { spend: () => {} };

/** The value of an expression as JSON; nothing where it failed. */
export function jsonOf(result: CelResult): unknown {
  if (result instanceof CelError) return undefined;
  try {
    return JSON.parse(jsonText(result, UNBOUNDED)) as unknown;
  } catch {
    return undefined;
  }
}
