import { quoted } from '../schema/json';
import type { Findings } from './findings';

/** A hostname of a listener or a route in lower case; a finding when it matches nothing. */
export function checkHostname(hostname: string, path: string, findings: Findings): string {
  const name = hostname.toLowerCase();
  const below = name.startsWith('*.') ? name.slice(2) : name;
  if (below === '' || below.includes('*')) {
    findings.error(
      'Invalid',
      path,
      `${quoted(hostname)} matches no host: a wildcard stands for the first labels only`,
      'write `*.example.com`, or leave the hostname out for any host',
    );
  } else if (/[:/\s]/.test(below)) {
    findings.error(
      'Invalid',
      path,
      `${quoted(hostname)} is not a host name`,
      'write the name alone, without scheme, port and path',
    );
  }
  return name;
}
