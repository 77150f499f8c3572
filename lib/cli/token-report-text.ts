import { formatDiagnostic } from '../diagnostic';
import { shownUrl } from '../gateway/remote-key-sets';
import type { NormalJwtPolicy, NormalJwtProvider } from '../standalone/normal-document';
import { printable, printableLine } from './printable';
import type {
  Outcome,
  PhaseVerdict,
  PlaceVerdict,
  PolicyVerdict,
  RuleVerdict,
} from './token-judge';
import { explained } from './token-reasons';
import { type GatewayReport, TIMES, type TokenReport } from './token-report';
import { inWords, isoTime } from './token-time';

/**
 * A report for people.
 *
 * @example
 * header
 *   alg  "ES256"
 * claims
 *   sub  "alice"
 *   exp  1893456000: 2030-01-01T00:00:00Z, in 59 minutes
 *
 * gateway default/default
 *   listener http, route shop/cart
 *     jwt binds[0].listeners[0].policies.jwtAuth (strict, header authorization): accepted
 *     …
 */
export function textOf(report: TokenReport): string {
  const { token, at, problem, gateways } = report;
  const head = [
    'header',
    ...members(token.header, () => ''),
    'claims',
    ...members(token.claims, (name, value) => timeText(name, value, at)),
  ];
  const unread = problem === undefined ? [] : ['', `no gateway can read it: ${problem}`];
  const judged = gateways
    ? gateways.flatMap((gateway) => ['', ...gatewayLines(gateway, report)])
    : ['', 'nothing of this is proven: --config FILES asks the policies of a gateway'];
  return `${[...head, ...unread, ...judged].map(printableLine).join('\n')}\n`;
}

function members(
  values: Readonly<Record<string, unknown>>,
  beside: (name: string, value: unknown) => string,
): string[] {
  const names = Object.keys(values);
  const width = Math.max(0, ...names.map((name) => printable(name).length));
  return names.map(
    (name) =>
      `  ${name.padEnd(Math.min(width, 20))}  ${JSON.stringify(values[name])}${beside(name, values[name])}`,
  );
}

function timeText(name: string, value: unknown, at: number): string {
  if (!TIMES.includes(name) || typeof value !== 'number') return '';
  const time = isoTime(value * 1000);
  return time === undefined
    ? ': no calendar has this time'
    : `: ${time}, ${inWords(value * 1000, at)}`;
}

// ---------------------------------------------------------------- gateways

function gatewayLines({ name, places, unguarded }: GatewayReport, report: TokenReport): string[] {
  const time = `at ${isoTime(report.at)}`;
  return [
    `gateway ${name}, ${time}`,
    ...places.flatMap((place) => placeLines(place, report)),
    ...(places.length === 0 ? ['  nothing looks at a token'] : []),
    ...(places.length > 0 && unguarded.length > 0
      ? [`  nothing looks at a token on ${listed(unguarded)}`]
      : []),
  ];
}

function placeLines({ place, phases, outcome }: PlaceVerdict, report: TokenReport): string[] {
  const { listener, routes } = place;
  const where =
    routes.length === 0
      ? 'no routes'
      : `${routes.length === 1 ? 'route' : 'routes'} ${listed(routes)}`;
  return [
    `  listener ${listener}, ${where}`,
    ...phases.flatMap((phase) => phaseLines(phase, report)),
    `    ${outcomeText(outcome)}`,
  ];
}

const SHOWN = 5;

function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  const shown = names.slice(0, SHOWN).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function phaseLines({ jwt, rules }: PhaseVerdict, report: TokenReport): string[] {
  return [
    ...(jwt ? policyLines(jwt, report) : []),
    ...rules.map((rule) => `    ${ruleText(rule)}`),
  ];
}

// ---------------------------------------------------------------- policies

function policyLines(
  { policy, reason, providers, errors }: PolicyVerdict,
  report: TokenReport,
): string[] {
  return [
    `    jwt ${policy.path} (${policy.mode}, ${locationText(policy)}): ${verdictText(policy, reason)}`,
    ...errors.map((error) => `      ${formatDiagnostic(error).replace('\n', ';')}`),
    ...providers.map(({ provider, reason: why, decides }) => {
      const means = why && explained(why, report.token, provider, report.at);
      const verdict =
        why === undefined ? 'accepted' : `refused: ${why}${means ? `; ${means}` : ''}`;
      const deciding = decides && providers.length > 1 ? ' (it has the key, so it decides)' : '';
      return `      provider ${provider.issuer}, ${keysText(provider)}${deciding}: ${verdict}`;
    }),
  ];
}

function verdictText({ mode }: NormalJwtPolicy, reason: string | undefined): string {
  if (reason === undefined) return 'accepted';
  return mode === 'permissive' ? 'not accepted, and let through without a caller' : 'refused';
}

function locationText({ location }: NormalJwtPolicy): string {
  if ('header' in location) return `header ${location.header.name}`;
  if ('queryParameter' in location) return `query parameter ${location.queryParameter.name}`;
  if ('cookie' in location) return `cookie ${location.cookie.name}`;
  return `where ${location.expression} finds it`;
}

function keysText({ jwks }: NormalJwtProvider): string {
  if ('url' in jwks) return `keys of ${shownUrl(jwks.url)}`;
  return 'file' in jwks ? `keys of ${jwks.file}` : 'inline keys';
}

// ---------------------------------------------------------------- rules

function ruleText({ rule, holds, reads, failure }: RuleVerdict): string {
  const text = `${rule.action} ${rule.expression.replace(/\s+/g, ' ')}`;
  if (holds === undefined) return `${text}: depends on ${reads.join(', ')}`;
  if (failure !== undefined) return `${text}: does not hold, it fails: ${failure}`;
  return `${text}: ${holds ? 'holds' : 'does not hold'}`;
}

function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'passes') return 'so a request with it passes here';
  if (outcome.kind === 'depends')
    return `so it depends on the rest of the request: ${outcome.reads.join(', ')}`;
  return `so a request with it is refused here: ${outcome.status} ${outcome.body}`;
}
