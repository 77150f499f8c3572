import { quoted } from '../schema/json';
import type {
  BackendPoliciesEntry,
  HealthEntry,
  LlmEntry,
  LlmPolicyEntry,
  LlmProviderEntry,
} from './document';
import type { Findings } from './findings';
import { parseHost } from './host';
import { adviseModels } from './model-advice';
import type {
  NormalComputedField,
  NormalHealth,
  NormalLlm,
  NormalLlmPolicy,
  NormalLlmProvider,
  NormalProvider,
} from './normal-document';
import { normalizeBackendPolicies } from './normalize-backend-policies';
import { durationAt } from './normalize-config';

/** Policies as they are written, and where. */
export interface WrittenPolicies {
  readonly entry: BackendPoliciesEntry;
  readonly path: string;
}

/**
 * Language models, each provider with all that applies to it.
 *
 * @param path of the entry `ai`
 * @param shared the policies of the backend, from weak to strong; a provider's own are the strongest
 */
export function normalizeLlm(
  entry: LlmEntry,
  path: string,
  shared: readonly WrittenPolicies[],
  findings: Findings,
): NormalLlm {
  const policies = shared.map((one) => one.entry);
  adviseModels(entry, policies, { path, only: path }, findings);
  if (!('groups' in entry)) return { llm: [[normalizeProvider(entry, path, shared, findings)]] };
  if (entry.groups.every(({ providers }) => providers.length === 0)) {
    findings.warning(
      'NoEffect',
      `${path}.groups`,
      'there is no provider, so every request is answered 500',
      'add one to `providers`',
    );
  }
  checkNames(entry.groups, path, findings);
  return {
    llm: entry.groups.map(({ providers }, group) =>
      providers.map((provider, index) =>
        normalizeProvider(
          provider,
          `${path}.groups[${group}].providers[${index}]`,
          shared,
          findings,
        ),
      ),
    ),
  };
}

function checkNames(
  groups: readonly { readonly providers: readonly LlmProviderEntry[] }[],
  path: string,
  findings: Findings,
): void {
  const seen = new Set<string>();
  groups.forEach(({ providers }, group) => {
    providers.forEach(({ name }, index) => {
      if (seen.has(name)) {
        findings.error(
          'Duplicate',
          `${path}.groups[${group}].providers[${index}].name`,
          `another provider of this backend is named ${quoted(name)} too`,
          'give each provider a name of its own',
        );
      }
      seen.add(name);
    });
  });
}

function normalizeProvider(
  entry: LlmProviderEntry,
  path: string,
  shared: readonly WrittenPolicies[],
  findings: Findings,
): NormalLlmProvider {
  const { name, provider, hostOverride, pathOverride, pathPrefix, tokenize = false } = entry;
  // The schema has seen to it that there is exactly one, and that this gateway runs it.
  const [[kind, settings]] = Object.entries(provider) as [
    [NormalProvider['kind'], Omit<NormalProvider, 'kind'>],
  ];
  const written = [...shared, { entry: entry.policies ?? {}, path: `${path}.policies` }];
  if (entry.policies?.extAuthz) {
    findings.error(
      'Unsupported',
      `${path}.policies.extAuthz`,
      'this gateway asks about requests before it chooses a provider',
      'write it under `policies` of the backend or the route, or run this with agentgateway',
    );
  }
  const host = hostOverride === undefined ? undefined : parseHost(hostOverride);
  if (host && 'problem' in host) {
    findings.error('Invalid', `${path}.hostOverride`, host.problem, host.hint);
  }
  if (!host && kind === 'custom') {
    findings.error(
      'Required',
      `${path}.hostOverride`,
      'a custom provider has no host of its own',
      'write where it is called: `hostOverride: models.example.com:443`, with `backendTLS: {}` under `policies` for TLS',
    );
  }
  return {
    path,
    name,
    provider: { kind, ...settings },
    ...(host && !('problem' in host) && { hostOverride: host }),
    ...(pathOverride !== undefined && { pathOverride }),
    ...(pathPrefix !== undefined && { pathPrefix }),
    tokenize,
    policies: {
      ...merged(written.map((one) => normalizeBackendPolicies(one.entry, one.path, findings))),
      ...healthOf(written, findings),
      ai: normalizePolicy(written),
    },
  };
}

/** Each field counts as a whole. */
function merged<T extends object>(policies: readonly T[]): T {
  return Object.assign({}, ...policies);
}

function healthOf(
  written: readonly WrittenPolicies[],
  findings: Findings,
): { health?: NormalHealth } {
  const strongest = written.findLast(({ entry }) => entry.health);
  if (!strongest?.entry.health) return {};
  return { health: normalizeHealth(strongest.entry.health, `${strongest.path}.health`, findings) };
}

function normalizeHealth(
  { unhealthyExpression, eviction }: HealthEntry,
  path: string,
  findings: Findings,
): NormalHealth {
  const { consecutiveFailures, healthThreshold, restoreHealth, duration } = eviction ?? {};
  const durationMs = durationAt(`${path}.eviction.duration`, duration ?? undefined, findings);
  return {
    path,
    ...(unhealthyExpression && { unhealthyExpression }),
    ...(eviction && {
      eviction: {
        ...(durationMs !== undefined && { durationMs }),
        ...(isPresent(consecutiveFailures) && { consecutiveFailures }),
        ...(isPresent(healthThreshold) && { healthThreshold }),
        ...(isPresent(restoreHealth) && { restoreHealth }),
      },
    }),
  };
}

function isPresent<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** Of what is done with requests each field counts by itself (surface of agentgateway: the backend phase merges it). */
function normalizePolicy(written: readonly WrittenPolicies[]): NormalLlmPolicy {
  const field = <K extends keyof LlmPolicyEntry>(key: K) => {
    const strongest = written.findLast(({ entry }) => isPresent(entry.ai?.[key]));
    const value = strongest?.entry.ai?.[key] as NonNullable<LlmPolicyEntry[K]> | undefined;
    return { value, path: `${strongest?.path}.ai.${key}` };
  };
  const { prepend = [], append = [] } = field('prompts').value ?? {};
  return {
    routes: field('routes').value ?? {},
    modelAliases: field('modelAliases').value ?? {},
    defaults: field('defaults').value ?? {},
    overrides: field('overrides').value ?? {},
    transformations: computed(field('transformations')),
    finalTransformations: computed(field('finalTransformations')),
    prompts: { prepend, append },
  };
}

function computed({
  value,
  path,
}: {
  value: Readonly<Record<string, string>> | undefined;
  path: string;
}): NormalComputedField[] {
  return Object.entries(value ?? {}).map(([field, expression]) => ({
    path: `${path}.${field}`,
    field,
    expression,
  }));
}
