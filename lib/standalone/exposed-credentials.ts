import { anonymousReason } from './allow-anonymous';
import { type Guard, isAuthenticated } from './authenticated';

/** Whether anybody gets through a route, and nothing says that this is meant. */
export function isExposed(guards: readonly Guard[]): boolean {
  const isMeant = guards.some(({ rules }) =>
    rules.some(({ expression }) => anonymousReason(expression) !== undefined),
  );
  return !isMeant && !isAuthenticated(guards);
}

/**
 * How a finding says it.
 *
 * @param who is let in: `who reaches listener http`
 */
export function exposedMessage(who: string, backend: string): string {
  return `anybody ${who} may use ${backend} with the credentials that the gateway has for it: no caller has to prove who they are`;
}
