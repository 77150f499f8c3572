import type {
  BackendPoliciesEntry,
  ConditionalExtAuthz,
  ExtAuthz,
  ExtAuthzPolicy,
  ExtAuthzProtocol,
} from './document';
import type { Findings } from './findings';
import { reportIdleSettings } from './idle-check-settings';
import { findBackend, type NamedBackends } from './named-backends';
import type {
  NormalBackendPolicies,
  NormalExtAuthz,
  NormalExtAuthzPolicy,
  NormalExtAuthzProtocol,
} from './normal-document';
import { normalizeBackendPolicies } from './normalize-backend-policies';
import { parseServiceHost } from './service-host';

/** agentgateway takes 0 for that many as well. */
const CACHED = 10_000;
const GRPC: ExtAuthzProtocol = { grpc: {} };

/** External authorization with its defaults written out. */
export function normalizeExtAuth(
  policy: ExtAuthzPolicy,
  path: string,
  findings: Findings,
  backends: NamedBackends,
): NormalExtAuthzPolicy {
  const normalizer = new ExtAuthNormalizer(backends, findings);
  if (!('conditional' in policy)) return { path, entries: [normalizer.entry(policy, path)] };
  const entries = policy.conditional.map((entry, index) =>
    normalizer.entry(entry, `${path}.conditional[${index}]`),
  );
  if (entries.every(({ condition }) => condition !== undefined)) reportUnchecked(path, findings);
  return { path, entries };
}

function reportUnchecked(path: string, findings: Findings): void {
  findings.warning(
    'Unchecked',
    `${path}.conditional`,
    'a request for which no condition holds, or whose conditions fail, passes unchecked',
    'add a last entry without a condition',
  );
}

class ExtAuthNormalizer {
  constructor(
    private readonly backends: NamedBackends,
    private readonly findings: Findings,
  ) {}

  entry(entry: ConditionalExtAuthz, path: string): NormalExtAuthz {
    const { condition, failureMode = 'deny', includeRequestBody, cache } = entry;
    checkFailureMode(failureMode, path, this.findings);
    reportIdleSettings(entry, path, this.findings);
    const protocol = normalizeProtocol(entry.protocol ?? GRPC);
    return {
      path,
      ...(typeof condition === 'string' && { condition }),
      ...this.#service(entry, 'grpc' in protocol, path),
      protocol,
      failureMode,
      includeRequestHeaders: lowerCase(entry.includeRequestHeaders),
      ...(includeRequestBody && {
        includeRequestBody: {
          maxRequestBytes: includeRequestBody.maxRequestBytes ?? 0,
          allowPartialMessage: includeRequestBody.allowPartialMessage ?? false,
          packAsBytes: includeRequestBody.packAsBytes ?? false,
        },
      }),
      ...(cache && { cache: { ...cache, maxEntries: cache.maxEntries || CACHED } }),
    };
  }

  // -------------------------------------------------------------- who is asked

  #service(
    entry: ExtAuthz,
    isGrpc: boolean,
    path: string,
  ): Pick<NormalExtAuthz, 'target' | 'policies'> {
    const { host, policies } = this.#called(entry, path);
    if (isGrpc && policies.httpVersion === 'HTTP/1.1') this.#refuseVersion(path);
    const calling: NormalBackendPolicies = isGrpc
      ? { ...policies, httpVersion: 'HTTP/2.0' }
      : policies;
    const service = host && parseServiceHost(host.text);
    if (!service) return { target: 'invalid', policies: calling };
    if ('problem' in service) {
      this.findings.error('Invalid', host.path, service.problem, service.hint);
      return { target: 'invalid', policies: calling };
    }
    const tls = calling.tls ?? (service.secure ? VERIFIED : undefined);
    return { target: service.target, policies: { ...calling, ...(tls && { tls }) } };
  }

  /** The service's own policies stand over those of a named backend, field by field. */
  #called({ host, backend, policies }: ExtAuthz, path: string): Called {
    const own = this.#policies(policies ?? undefined, `${path}.policies`);
    if (host !== undefined) return { host: { text: host, path: `${path}.host` }, policies: own };
    const at = `${path}.backend`;
    const named = findBackend(backend ?? '', at, this.backends, this.findings);
    if (!named) return { host: undefined, policies: own };
    const { entry } = named;
    const inherited = this.#policies(entry.policies, `${named.path}.policies`);
    if (entry.host === undefined) {
      this.findings.error(
        'Unsupported',
        at,
        'only a backend that is a host can decide about requests',
        'name one that has `host`',
      );
    }
    return {
      host: entry.host === undefined ? undefined : { text: entry.host, path: `${named.path}.host` },
      policies: { ...inherited, ...own },
    };
  }

  #policies(policies: BackendPoliciesEntry | undefined, path: string): NormalBackendPolicies {
    return normalizeBackendPolicies(policies, path, this.findings);
  }

  #refuseVersion(path: string): void {
    this.findings.error(
      'Conflicted',
      `${path}.policies.http.version`,
      'gRPC is spoken over HTTP/2 only',
      'remove the version, or ask the service by `protocol: {http: {}}`',
    );
  }
}

interface Called {
  /** @default - there is no such backend */
  readonly host: { readonly text: string; readonly path: string } | undefined;
  readonly policies: NormalBackendPolicies;
}

/** What `https://` means: the certificate must be the host's, by the system's authorities. */
const VERIFIED = { insecure: false, insecureHost: false, subjectAltNames: [] } as const;

// ---------------------------------------------------------------- how it is asked

function normalizeProtocol(protocol: ExtAuthzProtocol): NormalExtAuthzProtocol {
  if ('grpc' in protocol) {
    const { context, metadata } = protocol.grpc;
    return { grpc: { context: context ?? {}, ...(metadata && { metadata }) } };
  }
  const { path, redirect, body } = protocol.http;
  const { includeResponseHeaders, addRequestHeaders, metadata } = protocol.http;
  return {
    http: {
      ...(typeof path === 'string' && { path }),
      ...(typeof redirect === 'string' && { redirect }),
      ...(typeof body === 'string' && { body }),
      includeResponseHeaders: lowerCase(includeResponseHeaders),
      addRequestHeaders: addRequestHeaders ?? {},
      metadata: metadata ?? {},
    },
  };
}

function lowerCase(names: readonly string[] = []): string[] {
  return names.map((name) => name.toLowerCase());
}

// ---------------------------------------------------------------- when it cannot be asked

function checkFailureMode(
  mode: NormalExtAuthz['failureMode'],
  path: string,
  findings: Findings,
): void {
  if (mode === 'allow') {
    findings.warning(
      'FailsOpen',
      `${path}.failureMode`,
      'requests pass unchecked while the service cannot be asked, which a caller may bring about',
      'write `failureMode: deny`',
    );
  }
  if (typeof mode === 'string') return;
  const { denyWithStatus: status } = mode;
  if (status >= 200 && status <= 599) return;
  findings.error(
    'Invalid',
    `${path}.failureMode.denyWithStatus`,
    `${status} is no status that an answer may have`,
    'write one from 400 to 599, such as 503',
  );
}
