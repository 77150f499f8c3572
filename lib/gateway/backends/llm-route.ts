import type { RouteType } from '../../llm/format';

/** Whether bodies of the route are looked into; others pass as they come. */
export function isRead(route: RouteType): boolean {
  return route !== 'passthrough' && route !== 'realtime' && route !== 'models';
}

/** Whether limits of tokens hold for the route. */
export function isCharged(route: RouteType): boolean {
  return isRead(route) && route !== 'anthropicTokenCount';
}
