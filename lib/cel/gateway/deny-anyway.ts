import { parse } from '../parser';
import { environmentFor } from './environment';
import { givesBool, mayFail } from './may-fail';
import type { Phase } from './phase';

/**
 * A rule that denies as well where `source` fails, or gives neither true nor false: agentgateway takes either for false,
 * and so would let pass whom the rule was meant for.
 *
 * @param shown stands for the rule in what is given. @default - `source` itself
 * @example denyAnyway('jwt.banned', 'route') // 'coalesce(jwt.banned, true) != false'
 */
export function denyAnyway(source: string, phase: Phase, shown = source): string {
  return settled(source, phase, shown, { failed: 'true', otherwise: ' != false' });
}

/**
 * A rule that denies only where `source` is true, and says so: what fails, or gives neither true nor false, lets pass.
 *
 * @example denyOnlyWhereTrue('jwt.banned', 'route') // 'coalesce(jwt.banned, false) == true'
 */
export function denyOnlyWhereTrue(source: string, phase: Phase): string {
  return settled(source, phase, source, { failed: 'false', otherwise: ' == true' });
}

interface Settlement {
  /** What a failure counts for. */
  readonly failed: 'true' | 'false';
  /** Makes true or false of what is neither. */
  readonly otherwise: string;
}

function settled(
  source: string,
  phase: Phase,
  shown: string,
  { failed, otherwise }: Settlement,
): string {
  const { expr } = parse(source, environmentFor(phase));
  if (!expr || !mayFail(expr, phase)) return shown;
  // A comment at its end would go on to the end of the line.
  const end = shown.includes('//') ? '\n' : '';
  return `coalesce(${shown}${end}, ${failed})${givesBool(expr, phase) ? '' : otherwise}`;
}
