/**
 * The hosts that both a listener and a route serve, as hostnames of the route; nothing when there are none.
 *
 * @example
 * intersect('*.example.com', ['shop.example.com', 'shop.test']) // ['shop.example.com']
 * intersect('shop.example.com', ['*.example.com'])              // ['shop.example.com']
 * intersect('*.example.com', [])                                // []: whatever the listener serves
 */
export function intersect(listener: string, route: readonly string[]): string[] | undefined {
  if (route.length === 0) return [];
  const both = route.flatMap((hostname) => narrower(listener, hostname.toLowerCase()) ?? []);
  return both.length > 0 ? [...new Set(both)] : undefined;
}

function narrower(listener: string, hostname: string): string | undefined {
  if (listener === '' || covers(listener, hostname)) return hostname;
  return covers(hostname, listener) ? listener : undefined;
}

/** Whether every host of `narrow` is one of `wide`. */
function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (!wide.startsWith('*.')) return false;
  const below = wide.slice(1);
  return narrow.endsWith(below) && narrow.length > below.length;
}
