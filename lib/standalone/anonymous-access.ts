import { entries, field, isObject, quoted, textField } from '../schema/json';
import { isChecked } from './checked-backend';
import { exposedMessage, isExposed } from './exposed-credentials';
import type { Findings } from './findings';
import { hasOwnCredentials } from './own-credentials';
import { type ServedRoute, servedRoutes } from './served-routes';
import { unguardedHint, unguardedMessage, unguardedModes } from './unguarded-modes';
import { BlindRules, blindHint, blindMessage, blindRule, tellsCallers } from './unknown-callers';

/**
 * Tells of routes of a file on which nobody asks who calls.
 *
 * @param document one that the schema takes, whether this gateway runs all of it or not
 */
export function reportAnonymousAccess(document: object, findings: Findings): void {
  const backends = entries(field(document, 'backends'));
  const named = new Map(backends.map((backend) => [`/${textField(backend, 'name')}`, backend]));
  const unguarded = new Set<string>();
  const blind = new BlindRules<string>();
  for (const served of servedRoutes(document)) {
    const { listener, route } = served;
    lookAtRules(served, named, blind);
    if (listener.demandsCertificate || !entries(route.backends).some(isThere)) continue;
    reportUnguarded(served, unguarded, findings);
    if (isExposed(served.guards)) reportExposed(served, named, findings);
  }
  blind.report((path, rule) => {
    findings.warning('UnknownCaller', path, blindMessage(rule), blindHint(rule, FINDS_OUT));
  });
}

const FINDS_OUT = { jwt: 'jwtAuth', apiKey: 'apiKey', basicAuth: 'basicAuth' } as const;

function lookAtRules(
  { route, guards }: ServedRoute,
  named: ReadonlyMap<string, unknown>,
  blind: BlindRules<string>,
): void {
  const asks = entries(route.backends).some((backend) =>
    [backend, named.get(textField(backend, 'backend'))].some((one) =>
      tellsCallers(field(one, 'policies')),
    ),
  );
  for (const { phase, rules } of guards)
    for (const rule of rules)
      blind.look(rule.path, rule.path, asks ? undefined : blindRule(rule, phase, guards));
}

function isThere(backend: unknown): boolean {
  return field(backend, 'weight') !== 0 && field(backend, 'invalid') === undefined;
}

function reportExposed(
  { path, route, listener, guards }: ServedRoute,
  named: ReadonlyMap<string, unknown>,
  findings: Findings,
): void {
  entries(route.backends).forEach((backend, index) => {
    const called = named.get(textField(backend, 'backend')) ?? backend;
    const levels = [guards[1].policies, field(called, 'policies'), field(backend, 'policies')];
    if (!isThere(backend) || isChecked(levels.slice(1))) return;
    if (!hasOwnCredentials(withoutPolicies(called), levels)) return;
    findings.error(
      'ExposedCredentials',
      `${path}.backends[${index}]`,
      exposedMessage(`who reaches listener ${quoted(listener.name)}`, 'this backend'),
      HINT,
    );
  });
}

/** They are among the levels. */
function withoutPolicies(backend: unknown): unknown {
  return isObject(backend) ? { ...backend, policies: undefined } : backend;
}

const HINT =
  "ask for a token, a key or a password with a policy of `mode: strict` for the route or its listener; or say why anybody may call by a rule of the route's `authorization`: `require: 'true // allow-anonymous: …'`";

function reportUnguarded(
  { path, guards }: ServedRoute,
  told: Set<string>,
  findings: Findings,
): void {
  for (const unguarded of unguardedModes(guards)) {
    const { policies, paths } = guards[unguarded.phase === 'gateway' ? 0 : 1];
    const at = paths.get(unguarded.field)!;
    if (told.has(at)) continue;
    told.add(at);
    findings.warning(
      'AnonymousPasses',
      `${at}.mode`,
      unguardedMessage(textField(policies[unguarded.field], 'mode'), unguarded, `\`${path}\``),
      unguardedHint('strict', unguarded),
    );
  }
}
