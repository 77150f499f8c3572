import { hasErrors } from '../diagnostic';
import { readHeader, TokenProblem } from '../gateway/policies/jwt-token';
import { STANDARD_INPUT } from './files';
import { report as reportFindings, summary } from './report';
import { fetchKeySets, readTokenConfig } from './token-config';
import { decodeToken } from './token-decode';
import { readToken } from './token-input';
import { TokenJudge } from './token-judge';
import { tokenPlaces } from './token-places';
import type { GatewayReport, TokenReport } from './token-report';
import { jsonOf } from './token-report-json';
import { textOf } from './token-report-text';
import { parseTime } from './token-time';
import { EXIT, UsageError } from './usage-error';

export interface TokenExplainOptions {
  /** Manifests or standalone files. Empty for none. */
  readonly config: readonly string[];
  /** The time to judge for. @default - now */
  readonly at?: string;
  readonly gateway?: string;
  readonly resolve: readonly string[];
  readonly format: 'text' | 'json';
}

/** `agw token explain`: what a token says, and what a gateway would make of it. Its signature is never shown. */
export async function tokenExplainCommand(
  argument: string | undefined,
  options: TokenExplainOptions,
  now = Date.now(),
): Promise<number> {
  const { config, at, format } = options;
  const time = at === undefined ? now : parseTime('--at', at, now);
  if (config.some(looksLikeToken))
    throw new UsageError(
      '--config was given a token: write the token before --config, or give it on standard input',
    );
  const readsInput = argument === undefined || argument === STANDARD_INPUT;
  if (readsInput && config.includes(STANDARD_INPUT))
    throw new UsageError(
      'standard input can be the token or the configuration: give one of them as a file or an argument',
    );
  const token = readToken(argument);
  const decoded = decodeToken(token);
  if ('problem' in decoded) {
    process.stderr.write(`agw: ${decoded.problem}\n`);
    return EXIT.refused;
  }
  const header = readHeader(token);
  const known: TokenReport = {
    token: decoded,
    at: time,
    ...(header instanceof TokenProblem && { problem: header.text }),
  };
  const gateways = config.length === 0 ? undefined : await judge(token, time, options);
  if (gateways === 'refused') return EXIT.refused;
  const report: TokenReport = { ...known, gateways };
  process.stdout.write(format === 'json' ? jsonOf(report) : textOf(report));
  return isAccepted(report) ? EXIT.ok : EXIT.refused;
}

/** Each part in base64url, the first of them an object: a path has not got that. */
function looksLikeToken(text: string): boolean {
  return /^(bearer\s+)?eyJ[\w-]*\.[\w-]*\.[\w-]*$/i.test(text.trim());
}

async function judge(
  token: string,
  at: number,
  options: TokenExplainOptions,
): Promise<readonly GatewayReport[] | 'refused'> {
  const settings = { paths: options.config, gateway: options.gateway, resolve: options.resolve };
  const { gateways, diagnostics } = readTokenConfig(settings);
  if (hasErrors(diagnostics)) {
    reportFindings(diagnostics.filter(({ severity }) => severity === 'error'));
    process.stderr.write(`no gateway runs this configuration: ${summary(diagnostics)}\n`);
    return 'refused';
  }
  const fetched = await fetchKeySets(gateways, settings);
  const reports: GatewayReport[] = [];
  for (const { name, document, readFile } of gateways) {
    const judging = new TokenJudge(token, { at, readFile, ...fetched });
    const { guarded, unguarded } = tokenPlaces(document);
    const places = [];
    for (const place of guarded) places.push(await judging.place(place));
    reports.push({ name, places, unguarded });
  }
  return reports;
}

/** By a policy at least, where policies were asked. */
function isAccepted({ problem, gateways }: TokenReport): boolean {
  if (problem !== undefined) return false;
  if (gateways === undefined) return true;
  const phases = gateways.flatMap(({ places }) => places.flatMap((place) => place.phases));
  return phases.some(({ jwt }) => jwt && jwt.reason === undefined);
}
