const LABELS = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const IPV4 = /^\d+(\.\d+){3}$/;
const MAX_LENGTH = 253;

/** Throws unless it is a lower-case DNS name, which may start with `*.`. */
export function checkHostname(hostname: string, field: string): void {
  const labels = hostname.startsWith('*.') ? hostname.slice(2) : hostname;
  if (hostname === '*')
    throw new Error(`${field} "*" is no hostname; leave it out to match every host`);
  if (hostname.length > MAX_LENGTH || !LABELS.test(labels)) {
    const lower = hostname.toLowerCase();
    const hint =
      lower !== hostname && LABELS.test(lower.replace(/^\*\./, ''))
        ? `did you mean "${lower}"?`
        : 'write a DNS name without scheme, port and path, for example "api.example.com" or "*.example.com"';
    throw new Error(`${field} "${hostname}" is not a hostname; ${hint}`);
  }
  if (IPV4.test(hostname))
    throw new Error(`${field} "${hostname}" is an IP address; Gateway API takes DNS names only`);
}

/**
 * Whether some host fits both.
 *
 * @example
 * '*.example.com' and 'a.b.example.com' → true
 */
export function hostnamesIntersect(left: string, right: string): boolean {
  if (left === right) return true;
  return covers(left, right) || covers(right, left);
}

function covers(wildcard: string, hostname: string): boolean {
  return wildcard.startsWith('*.') && hostname.endsWith(wildcard.slice(1));
}
