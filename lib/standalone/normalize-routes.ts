import { didYouMean } from '../schema/did-you-mean';
import { quoted } from '../schema/json';
import type {
  HostTarget,
  NamedBackendEntry,
  NormalBackend,
  NormalBackendPolicies,
  NormalRoute,
  RouteBackendEntry,
  RouteEntry,
  RouteMatch,
} from './document';
import type { Findings } from './findings';
import { parseHost } from './host';
import { checkHostname } from './hostname';
import { normalizeBackendPolicies } from './normalize-backend-policies';
import { normalizeLlm, type WrittenPolicies } from './normalize-llm';
import { normalizePolicies } from './normalize-policies';

/** An entry of `backends:`, and where it stands. */
export interface NamedBackend {
  readonly path: string;
  readonly entry: NamedBackendEntry;
}

export type NamedBackends = ReadonlyMap<string, NamedBackend>;

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
    policies: normalizePolicies(entry.policies, `${path}.policies`, findings),
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
  if (entry.backend === undefined) return backendOf(entry, path, path, [own], findings);
  const named = findBackend(entry.backend, `${path}.backend`, backends, findings);
  if (!named) return backendOf({ weight: entry.weight }, path, path, [own], findings);
  const inherited = { entry: named.entry.policies ?? {}, path: `${named.path}.policies` };
  const called = { ...named.entry, weight: entry.weight };
  return backendOf(called, path, named.path, [inherited, own], findings);
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

function findBackend(
  reference: string,
  path: string,
  backends: NamedBackends,
  findings: Findings,
): NamedBackend | undefined {
  const name = reference.startsWith('/') ? reference.slice(1) : reference;
  const named = backends.get(name);
  if (named && reference.startsWith('/')) return named;
  if (named) {
    findings.error(
      'BackendNotFound',
      path,
      `${quoted(reference)} has no slash: agentgateway would load the file and answer 500`,
      `write \`backend: /${name}\``,
    );
    return undefined;
  }
  const near = didYouMean(name, backends.keys());
  findings.error(
    'BackendNotFound',
    path,
    `no entry of \`backends\` is named ${quoted(name)}`,
    near
      ? `did you mean \`/${near}\`?`
      : 'add it to the top-level `backends`, or write `host:` here',
  );
  return undefined;
}
