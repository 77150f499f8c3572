import { shownUrl } from '../gateway/remote-key-sets';
import type { NormalJwtProvider } from '../standalone/normal-document';
import { jsonText } from './printable';
import type { PlaceVerdict, PolicyVerdict, RuleVerdict } from './token-judge';
import { explained } from './token-reasons';
import { TIMES, type TokenReport } from './token-report';
import { isoTime } from './token-time';

/** A report for programs. Every key is always there; what there is not is null. */
export function jsonOf(report: TokenReport): string {
  const { token, at, problem, gateways } = report;
  return jsonText({
    header: token.header,
    claims: token.claims,
    times: Object.fromEntries(
      TIMES.filter((name) => typeof token.claims[name] === 'number').map((name) => [
        name,
        isoTime(Number(token.claims[name]) * 1000) ?? null,
      ]),
    ),
    at: isoTime(at),
    problem: problem ?? null,
    gateways:
      gateways?.map(({ name, places, unguarded }) => ({
        name,
        places: places.map((place) => placeEntry(place, report)),
        unguarded,
      })) ?? null,
  });
}

function placeEntry({ place, phases, outcome }: PlaceVerdict, report: TokenReport) {
  const { listener, routes } = place;
  return {
    listener,
    routes,
    policies: phases.flatMap(({ jwt }) => (jwt ? [policyEntry(jwt, report)] : [])),
    rules: phases.flatMap(({ rules }) => rules.map(ruleEntry)),
    outcome: {
      kind: outcome.kind,
      status: outcome.kind === 'refused' ? outcome.status : null,
      body: outcome.kind === 'refused' ? outcome.body : null,
      dependsOn: outcome.kind === 'depends' ? outcome.reads : [],
    },
  };
}

function policyEntry({ policy, reason, providers, errors }: PolicyVerdict, report: TokenReport) {
  return {
    path: policy.path,
    mode: policy.mode,
    location: policy.location,
    accepted: reason === undefined,
    reason: reason ?? null,
    errors: errors.map(({ code, path, message }) => ({ code, path, message })),
    providers: providers.map(({ provider, reason: why, decides }) => ({
      path: provider.path,
      issuer: provider.issuer,
      audiences: provider.audiences,
      keys: keysOf(provider),
      decides,
      accepted: why === undefined,
      reason: why ?? null,
      explanation: (why && explained(why, report.token, provider, report.at)) ?? null,
    })),
  };
}

function keysOf({ jwks }: NormalJwtProvider) {
  if ('url' in jwks) return { url: shownUrl(jwks.url) };
  return 'file' in jwks ? { file: jwks.file } : { inline: true };
}

function ruleEntry({ rule, holds, reads, failure }: RuleVerdict) {
  const { path, action, expression } = rule;
  return {
    path,
    action,
    expression,
    holds: holds ?? null,
    dependsOn: reads,
    failure: failure ?? null,
  };
}
