import type { Rule } from '../../cel/gateway/rule';
import { type RouteType, routeFinder } from '../../llm/format';
import { HEALTHY } from '../../llm/health';
import { modelAliases } from '../../llm/model-alias';
import { providerHost } from '../../llm/provider';
import type {
  NormalHealth,
  NormalLlm,
  NormalLlmPolicies,
  NormalLlmProvider,
} from '../../standalone/normal-document';
import type { BackendHost, MetricsOf } from './backend-host';
import { addressOf, compileEndpoint } from './compile-endpoint';
import { compileFields } from './computed-fields';
import { LlmBackend } from './llm';
import type { LlmProvider } from './llm-provider';
import { providerAddress, settingsOf } from './provider-address';
import { upstreamTls } from './tls';
import { reportUnserved } from './unserved-formats';

/** Where calls of models are counted. */
export interface LlmMetrics {
  readonly of: MetricsOf;
  readonly count: LlmProvider['count'];
}

export function compileLlm({ llm }: NormalLlm, metrics: LlmMetrics, host: BackendHost): LlmBackend {
  const groups = llm.map((group) =>
    group.flatMap((provider) => compileProvider(provider, metrics, host)),
  );
  return new LlmBackend(groups, host);
}

function compileProvider(
  settings: NormalLlmProvider,
  metrics: LlmMetrics,
  host: BackendHost,
): LlmProvider[] {
  const { path, provider, hostOverride, policies } = settings;
  const { ai, health, auth } = policies;
  const ownHost = hostOverride ? undefined : providerHost(settingsOf(provider));
  const target = providerAddress(settings);
  if (!target) return missingHost(path, provider.kind, host);
  reportUnserved(settings, host);
  const encrypted = encryption(policies, ownHost, path, host);
  return [
    {
      endpoint: compileEndpoint(addressOf(target, policies, encrypted), policies, metrics.of, host),
      ownHost,
      // The schema knows no other routes.
      routeOf: routeFinder(ai.routes as Readonly<Record<string, RouteType>>),
      target: llmTarget(settings),
      transformations: compileFields(ai.transformations, host.llmRequests),
      finalTransformations: compileFields(ai.finalTransformations, host.llmRequests),
      credentialPlace: credentialPlace(auth),
      tokenize: settings.tokenize,
      eviction: health?.eviction,
      unhealthy: health && unhealthyRule(health, host),
      count: metrics.count,
      health: HEALTHY,
    },
  ];
}

function missingHost(path: string, kind: string, host: BackendHost): [] {
  host.report({
    severity: 'error',
    code: 'Required',
    path: `${path}.hostOverride`,
    message: `a provider of kind \`${kind}\` has no host of its own`,
    hint: 'write where it is called: `hostOverride: models.example.com:443`',
  });
  return [];
}

/** Whoever is called at another host says itself whether it is encrypted. */
function encryption(
  { tls }: NormalLlmPolicies,
  ownHost: string | undefined,
  path: string,
  host: BackendHost,
) {
  if (tls) return upstreamTls(tls, `${path}.policies.backendTLS`, host);
  return ownHost === undefined ? undefined : {};
}

function llmTarget({
  provider,
  pathOverride,
  pathPrefix,
  hostOverride,
  policies: { ai },
}: NormalLlmProvider): LlmProvider['target'] {
  const { overrides, defaults, prompts } = ai;
  const hasPrompts = prompts.prepend.length + prompts.append.length > 0;
  return {
    provider: settingsOf(provider),
    pathOverride,
    pathPrefix,
    hostOverride: hostOverride !== undefined,
    policy: {
      ...(!isEmpty(overrides) && { overrides }),
      ...(!isEmpty(defaults) && { defaults }),
      ...(!isEmpty(ai.modelAliases) && { modelAliases: modelAliases(ai.modelAliases) }),
      ...(hasPrompts && { prompts }),
    },
  };
}

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}

function credentialPlace(auth: NormalLlmPolicies['auth']): LlmProvider['credentialPlace'] {
  const location = auth?.key?.location ?? auth?.passthrough?.location;
  if (!location) return undefined;
  const isHeader = 'header' in location && location.header.name.toLowerCase() === 'authorization';
  if (isHeader) return 'authorization';
  return auth?.key ? 'elsewhere' : undefined;
}

function unhealthyRule(
  { path, unhealthyExpression }: NormalHealth,
  host: BackendHost,
): Rule | undefined {
  if (unhealthyExpression === undefined) return undefined;
  return host.responses.compile(`${path}.unhealthyExpression`, unhealthyExpression);
}
