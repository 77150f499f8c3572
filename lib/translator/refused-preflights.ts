import { listed } from '../schema/json';
import type { CorsPolicy } from '../standalone/document';
import type { Effective } from './levels';
import { nameOf } from './objects';
import type { TrafficField } from './traffic';

type Policies = ReadonlyMap<TrafficField, readonly Effective[]>;

/**
 * Tells of rules for other origins that no browser gets to know: it asks without credentials, and a check before routing
 * refuses that question before the route is chosen, unless rules of the same phase answer it.
 */
export function reportRefusedPreflights(beforeRouting: Policies, route: Policies): void {
  const check = beforeRouting.get('extAuthz')?.[0]?.setting;
  const cors = route.get('cors')?.[0]?.setting;
  if (!check || !cors) return;
  const answering = beforeRouting.get('cors')?.[0]?.setting.value as CorsPolicy | undefined;
  const missing = uncovered(answering ?? {}, cors.value as CorsPolicy);
  if (missing.length === 0) return;
  const { kind } = check.object.key;
  cors.object.findings.warning(
    'PreflightRefused',
    cors.path,
    `browsers ask first without credentials (preflight), and the check of ${kind} ${nameOf(check.object.key)} meets that question before the route does; no \`cors\` of phase PreRouting allows ${listed(missing.slice(0, MOST_SHOWN))}`,
    'write a policy on the Gateway with `phase: PreRouting` and a `cors` that allows what its routes do',
  );
}

const MOST_SHOWN = 5;

const LISTS = ['allowOrigins', 'allowMethods', 'allowHeaders'] as const;

/** What the one allows and the other does not. */
function uncovered(wide: CorsPolicy, narrow: CorsPolicy): string[] {
  const values = LISTS.flatMap((list) =>
    (narrow[list] ?? []).filter((value) => !(wide[list] ?? []).some((by) => covers(by, value))),
  );
  const credentials = narrow.allowCredentials && !wide.allowCredentials;
  return credentials ? [...values, 'allowCredentials'] : values;
}

/** `https://*.example.com` covers `https://a.example.com`. */
function covers(by: string, value: string): boolean {
  const [wide, narrow] = [by.toLowerCase(), value.toLowerCase()];
  if (wide === '*' || wide === narrow) return true;
  const [head = '', tail] = wide.split('*');
  return tail !== undefined && narrow.startsWith(head) && narrow.endsWith(tail);
}
