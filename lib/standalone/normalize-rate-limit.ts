import type { LocalRateLimit, PolicyTarget } from './document';
import type { Findings } from './findings';
import type {
  NormalBind,
  NormalLocalRateLimit,
  NormalPolicies,
  NormalRoute,
  NormalTargetedPolicy,
} from './normal-document';
import { durationAt } from './normalize-config';

/** agentgateway counts intervals in nanoseconds. */
const SHORTEST_INTERVAL_MS = 0.000_001;

export function normalizeRateLimits(
  limits: readonly LocalRateLimit[],
  path: string,
  findings: Findings,
): NormalLocalRateLimit[] {
  return limits.map((limit, index) => normalizeRateLimit(limit, `${path}[${index}]`, findings));
}

function normalizeRateLimit(
  { maxTokens = 0, tokensPerFill = 0, fillInterval, type = 'requests' }: LocalRateLimit,
  path: string,
  findings: Findings,
): NormalLocalRateLimit {
  if (tokensPerFill > maxTokens) {
    findings.error(
      'Invalid',
      `${path}.tokensPerFill`,
      `${tokensPerFill} are put into a bucket that holds ${maxTokens}, which agentgateway refuses`,
      `write \`maxTokens: ${tokensPerFill}\` or more`,
    );
  } else reportEmptiness(maxTokens, tokensPerFill, path, findings);
  const at = `${path}.fillInterval`;
  const fillIntervalMs = durationAt(at, fillInterval, findings) ?? 0;
  if (fillIntervalMs < SHORTEST_INTERVAL_MS) {
    findings.error(
      'Invalid',
      at,
      `must be longer than nothing, not \`${fillInterval}\``,
      'write `1s`, `1m` or `1h`',
    );
  }
  return { path, maxTokens, tokensPerFill, fillIntervalMs, type };
}

function reportEmptiness(
  maxTokens: number,
  tokensPerFill: number,
  path: string,
  findings: Findings,
): void {
  if (tokensPerFill > 0) return;
  const field = maxTokens === 0 ? 'maxTokens' : 'tokensPerFill';
  findings.warning(
    'LimitOfNothing',
    `${path}.${field}`,
    maxTokens === 0
      ? 'the bucket holds nothing, so everything is answered 429'
      : `the bucket is never filled again, so everything after the first ${maxTokens} is answered 429`,
    `write \`${field}\` with how many may pass in each \`fillInterval\``,
  );
}

// ---------------------------------------------------------------- limits of tokens

/** Says which limits of tokens can never count, since nothing that they cover calls a language model. */
export function reportIdleTokenLimits(
  binds: readonly NormalBind[],
  policies: readonly NormalTargetedPolicy[],
  findings: Findings,
): void {
  for (const { target, policy } of policies) {
    reportIdle(policy, () => routesOf(target, binds), findings);
  }
  for (const route of binds.flatMap(({ listeners }) => listeners.flatMap(({ routes }) => routes))) {
    reportIdle(route.policies, () => [route], findings);
  }
}

function reportIdle(
  { localRateLimit = [] }: NormalPolicies,
  covered: () => readonly NormalRoute[],
  findings: Findings,
): void {
  const limits = localRateLimit.filter(({ type }) => type === 'tokens');
  if (limits.length === 0 || covered().some(mayCallModels)) return;
  for (const { path } of limits) {
    findings.warning(
      'NoEffect',
      `${path}.type`,
      'counts what language models use, and nothing that this limit covers calls one, so it limits nothing',
      'write `type: requests`, or set it where a language model is called',
    );
  }
}

function routesOf(target: PolicyTarget, binds: readonly NormalBind[]): NormalRoute[] {
  const listeners = binds.flatMap(({ port, listeners: entries }) =>
    entries.map(({ name, routes }) => ({ port, name, routes })),
  );
  if ('route' in target) {
    const { namespace, name } = target.route;
    return listeners
      .flatMap(({ routes }) => routes)
      .filter((route) => route.namespace === namespace && route.name === name);
  }
  const { listenerName, port } = target.gateway;
  return listeners
    .filter((listener) => listenerName === undefined || listener.name === listenerName)
    .filter((listener) => port === undefined || listener.port === port)
    .flatMap(({ routes }) => routes);
}

/** What a reference that does not resolve stands for is not known. */
function mayCallModels({ backends }: NormalRoute): boolean {
  return backends.some(({ target }) => target === 'invalid' || 'llm' in target);
}
