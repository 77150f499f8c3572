import type { RouteBackendEntry, RouteEntry, RouteMatch } from './document';
import type { Findings } from './findings';
import { parseHost } from './host';
import { checkHostname } from './hostname';
import { findBackend, type NamedBackends } from './named-backends';
import type {
  HostTarget,
  NormalBackend,
  NormalBackendPolicies,
  NormalRoute,
} from './normal-document';
import { normalizeBackendPolicies } from './normalize-backend-policies';
import { normalizeExtAuth } from './normalize-ext-auth';
import { normalizeLlm, type WrittenPolicies } from './normalize-llm';
import { normalizePolicies } from './normalize-policies';

const ANY_PATH = { path: { pathPrefix: '/' } } as const;

/** `index` counts the routes of the listener: it names those without a name. */
export function normalizeRoute(
  entry: RouteEntry,
  path: string,
  index: number,
  backends: NamedBackends,
  findings: Findings,
): NormalRoute {
  const matches = entry.matches?.length ? entry.matches : [ANY_PATH];
  return {
    path,
    name: entry.name ?? `route${index}`,
    namespace: entry.namespace ?? 'default',
    hostnames: normalizeHostnames(entry.hostnames ?? [], `${path}.hostnames`, findings),
    matches: matches.map((match: RouteMatch) => ({ ...match, path: match.path ?? ANY_PATH.path })),
    policies: normalizePolicies(entry.policies, `${path}.policies`, findings, backends),
    backends: (entry.backends ?? []).map((backend, at) =>
      normalizeBackend(backend, `${path}.backends[${at}]`, backends, findings),
    ),
  };
}

function normalizeHostnames(hostnames: readonly string[], path: string, findings: Findings) {
  return hostnames.map((hostname, index) => {
    const at = `${path}[${index}]`;
    if (hostname !== '*') return checkHostname(hostname, at, findings);
    findings.error(
      'Invalid',
      at,
      'a bare `*` matches no request in agentgateway',
      'leave `hostnames` out for any host',
    );
    return hostname;
  });
}

function normalizeBackend(
  entry: RouteBackendEntry,
  path: string,
  backends: NamedBackends,
  findings: Findings,
): NormalBackend {
  const own: WrittenPolicies = { entry: entry.policies ?? {}, path: `${path}.policies` };
  const guarded = (backend: NormalBackend, written: readonly WrittenPolicies[]): NormalBackend => ({
    ...backend,
    ...checksOf(written, backends, findings),
  });
  if (entry.backend === undefined) {
    return guarded(backendOf(entry, path, path, [own], findings), [own]);
  }
  const named = findBackend(entry.backend, `${path}.backend`, backends, findings);
  if (!named) return backendOf({ weight: entry.weight }, path, path, [own], findings);
  const inherited = { entry: named.entry.policies ?? {}, path: `${named.path}.policies` };
  const called = { ...named.entry, weight: entry.weight };
  const written = [inherited, own];
  return guarded(backendOf(called, path, named.path, written, findings), written);
}

/** Who is asked about requests to a backend: by the strongest of its policies. */
function checksOf(
  written: readonly WrittenPolicies[],
  backends: NamedBackends,
  findings: Findings,
): Pick<NormalBackend, 'extAuthz'> {
  const checks = written.flatMap(({ entry: { extAuthz }, path }) =>
    extAuthz ? [normalizeExtAuth(extAuthz, `${path}.extAuthz`, findings, backends)] : [],
  );
  const strongest = checks.at(-1);
  return strongest ? { extAuthz: strongest } : {};
}

/**
 * @param path of the backend in its route
 * @param at where it is written what is called
 * @param written the policies, from weak to strong; of each, every field counts as a whole
 */
function backendOf(
  { weight = 1, host, ai }: Pick<RouteBackendEntry, 'weight' | 'host' | 'ai'>,
  path: string,
  at: string,
  written: readonly WrittenPolicies[],
  findings: Findings,
): NormalBackend {
  const normal = written.map((one) => normalizeBackendPolicies(one.entry, one.path, findings));
  const policies: NormalBackendPolicies = Object.assign({}, ...normal);
  if (ai) {
    return { path, weight, target: normalizeLlm(ai, `${at}.ai`, written, findings), policies };
  }
  for (const one of written) reportWithoutModels(one, findings);
  const target = host === undefined ? 'invalid' : hostTarget(host, `${at}.host`, findings);
  return { path, weight, target, policies };
}

function reportWithoutModels({ entry, path }: WrittenPolicies, findings: Findings): void {
  if (!entry.ai) return;
  findings.warning(
    'NoEffect',
    `${path}.ai`,
    'this speaks of language models, and the backend is none',
    'remove it, or write the provider under `ai` in place of `host`',
  );
}

function hostTarget(host: string, path: string, findings: Findings): HostTarget | 'invalid' {
  const target = parseHost(host);
  if (!('problem' in target)) return target;
  findings.error('Invalid', path, target.problem, target.hint);
  return 'invalid';
}
