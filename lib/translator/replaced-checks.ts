import type { Level, Setting } from './levels';
import { nameOf } from './objects';

/** Says that policies below are meant to replace this one. */
const OVERRIDABLE_ANNOTATION = 'cdk8s-agentgateway/overridable';

type Levels = readonly (Level | undefined)[];

/**
 * Tells of checks by an authorization service that are made in place of one further up: of one phase only that nearest to
 * the route is made, where readers expect that a request must pass both.
 *
 * @param gateway of one phase, the Gateway's before its listener's
 * @param route of the same phase, the route's before its rule's
 */
export function reportReplacedChecks(gateway: Levels, route: Levels): void {
  let held: Setting | undefined;
  for (const check of gateway.flatMap(checks)) {
    if (held?.override) return;
    if (held) report(check, held, 'attach this one to the routes');
    held = check;
  }
  if (!held || held.override) return;
  const way = `write \`phase: PreRouting\` in that policy to have both made, or \`strategy: {inheritance: Override}\` to have it made alone`;
  for (const check of route.flatMap(checks)) report(check, held, way);
}

function checks(level: Level | undefined): readonly Setting[] {
  return level?.get('extAuthz') ?? [];
}

function report(nearer: Setting, held: Setting, way: string): void {
  if (held.object.annotations.get(OVERRIDABLE_ANNOTATION) === 'true') return;
  nearer.object.findings.warning(
    'ReplacesCheck',
    nearer.path,
    `is asked in place of the service of ${held.object.key.kind} ${nameOf(held.object.key)}, not in addition: requests pass here without that one`,
    `${way}; where it is meant, annotate that policy with \`${OVERRIDABLE_ANNOTATION}: "true"\``,
  );
}
