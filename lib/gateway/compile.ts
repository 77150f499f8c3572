import { type Diagnostic, hasErrors } from '../diagnostic';
import type { Effects } from '../effects';
import type {
  HostTarget,
  NormalBackend,
  NormalBind,
  NormalDocument,
  NormalListener,
  NormalLlm,
  NormalLocalRateLimit,
  NormalPolicies,
  NormalRoute,
} from '../standalone/normal-document';
import { accessLog } from '../telemetry/access-log';
import { Metrics, type RequestScope } from '../telemetry/metrics';
import type { BackendHost } from './backends/backend-host';
import { addressOf, compileEndpoint, hostnameOf } from './backends/compile-endpoint';
import { compileLlm } from './backends/compile-llm';
import { HostBackend } from './backends/host';
import { upstreamTls } from './backends/tls';
import { EffectivePolicies } from './effective-policies';
import { Expressions } from './expressions';
import { Gateway } from './gateway';
import { HostnameIndex } from './hostnames';
import { Pipeline } from './pipeline';
import { type PolicyPlace, policyPlaces } from './policy-places';
import { RateLimitBuckets } from './rate-limit-buckets';
import { redactor } from './redact';
import { refuse } from './refuse';
import { RemoteKeySets } from './remote-key-sets';
import type {
  CompiledBackend,
  CompiledBind,
  CompiledListener,
  CompiledMirror,
  CompiledRoute,
} from './route';
import { Router } from './router';

export interface CompileOptions {
  /** How logs name the gateway, as `namespace/name`. @default 'default/default', as a standalone agentgateway does */
  readonly gateway?: string;
  /** Counters that outlive this configuration. @default - counters of its own */
  readonly metrics?: Metrics;
  /**
   * Fetched key sets that outlive this configuration.
   *
   * @default - its own, fetched when a token first needs them
   * @internal - what it stands on has types of Node, which not every project knows
   */
  readonly keySets?: RemoteKeySets;
  /**
   * What is left of limits, which outlives this configuration.
   *
   * @default - every limit begins anew
   * @internal - as the key sets
   */
  readonly rateLimits?: RateLimitBuckets;
}

export interface Compilation {
  /** @default - there are errors */
  readonly gateway?: Gateway;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Makes a gateway of a document. Everything that can fail, fails here, with its place; a request then only runs.
 */
export function compile(
  document: NormalDocument,
  effects: Effects,
  options: CompileOptions = {},
): Compilation {
  const diagnostics = refuse(document);
  if (hasErrors(diagnostics)) return { diagnostics };
  const compiler = new Compiler(document, effects, options);
  const found = [...diagnostics, ...compiler.checkPolicies()];
  if (hasErrors(found)) return { diagnostics: found };
  const gateway = compiler.compile();
  const all = [...found, ...compiler.backendFindings];
  return hasErrors(all) ? { diagnostics: all } : { gateway, diagnostics: all };
}

class Compiler {
  readonly #gatewayName: string;
  readonly #metrics: Metrics;
  readonly #rateLimits: RateLimitBuckets;
  readonly #policies: EffectivePolicies;
  readonly #findings: Diagnostic[] = [];
  readonly #pipelines: Readonly<Record<PolicyPlace['phase'] | 'backend', Pipeline>>;
  readonly #backendHost: BackendHost;
  /** What is wrong with backends, once `compile` has looked. */
  readonly backendFindings: Diagnostic[] = [];

  constructor(
    private readonly document: NormalDocument,
    private readonly effects: Effects,
    {
      gateway = 'default/default',
      metrics = new Metrics('0'),
      keySets,
      rateLimits = new RateLimitBuckets(),
    }: CompileOptions,
  ) {
    this.#gatewayName = gateway;
    this.#metrics = metrics;
    this.#rateLimits = rateLimits;
    this.#policies = new EffectivePolicies(document);
    const sets = keySets ?? new RemoteKeySets(effects);
    const report = (finding: Diagnostic) => void this.#findings.push(finding);
    const reportOfBackend = (finding: Diagnostic) => void this.backendFindings.push(finding);
    this.#backendHost = this.#hostOfBackends(reportOfBackend);
    this.#pipelines = {
      gateway: this.#pipeline('gateway', sets, report),
      route: this.#pipeline('route', sets, report),
      backend: this.#pipeline('backend', sets, reportOfBackend),
    };
  }

  #hostOfBackends(report: (finding: Diagnostic) => void): BackendHost {
    const { now, random, readFile, upstreams } = this.effects;
    return {
      now,
      random,
      readFile,
      upstreams,
      maxBufferSize: this.document.config.maxBufferSize,
      llmRequests: new Expressions('llm-request', { random }, report),
      responses: new Expressions('response', { random }, report),
      report,
    };
  }

  #pipeline(
    phase: PolicyPlace['phase'] | 'backend',
    keySets: RemoteKeySets,
    report: (finding: Diagnostic) => void,
  ): Pipeline {
    const { now, readFile, random } = this.effects;
    const expressions = new Expressions(phase, { random }, report);
    const bucketOf = (limit: NormalLocalRateLimit) =>
      this.#rateLimits.open(this.#gatewayName, limit, now());
    return new Pipeline({
      now,
      readFile,
      keySets,
      bucketOf,
      expressions,
      report,
      backends: this.#hostOfBackends(report),
      extAuthAnswers: new Expressions('response', { random }, report, ['response.body']),
      failedOpen: (service) => this.#metrics.failedOpen(this.#gatewayName, service),
    });
  }

  /** Compiles every policy, also those that others replace: none may be wrong. */
  checkPolicies(): readonly Diagnostic[] {
    for (const { phase, policies } of policyPlaces(this.document)) {
      this.#pipelines[phase].compile(policies);
    }
    return this.#findings;
  }

  compile(): Gateway {
    const { document, effects } = this;
    const { config } = document;
    const format = accessLog({ format: config.logFormat, remove: config.logRemove });
    const metrics = this.#metrics;
    const binds = new Map(document.binds.map((bind) => [bind.port, this.#bind(bind)]));
    return new Gateway(this.#gatewayName, document, {
      name: this.#gatewayName,
      maxHeaders: config.http1MaxHeaders,
      maxBufferSize: config.maxBufferSize,
      bind: (port) => binds.get(port),
      now: effects.now,
      random: effects.random,
      redact: redactor(document),
      log: (record) => effects.writeLog(format(record)),
      retried: (route) => metrics.retried(route),
      metrics: this.#scope({ bind: 'unknown' }),
    });
  }

  #scope(scope: RequestScope) {
    return this.#metrics.requests({ gateway: this.#gatewayName, ...scope });
  }

  #bind(bind: NormalBind): CompiledBind {
    const hosts = new HostnameIndex<CompiledListener>();
    for (const listener of bind.listeners) {
      hosts.set(listener.hostname, this.#listener(bind, listener));
    }
    return {
      port: bind.port,
      listenerFor: (host) => hosts.find(host, itself),
      metrics: this.#scope({ bind: String(bind.port) }),
    };
  }

  #listener({ port }: NormalBind, listener: NormalListener): CompiledListener {
    const scope: RequestScope = { bind: String(port), listener: listener.name };
    return {
      name: listener.name,
      policies: this.#pipelines.gateway.compile(
        this.#policies.listener(listener.name, port, listener.policies),
      ),
      router: new Router(
        listener.routes.map((definition) => ({
          definition,
          route: this.#route(
            definition,
            this.#policies.route(listener.name, port, definition),
            scope,
          ),
        })),
      ),
      metrics: this.#scope(scope),
    };
  }

  #route(route: NormalRoute, policies: NormalPolicies, parent: RequestScope): CompiledRoute {
    const name = `${route.namespace}/${route.name}`;
    const scope = { ...parent, route: name };
    const { retry, timeout, requestMirror } = policies;
    return {
      name,
      policies: this.#pipelines.route.compile(policies),
      requestTimeoutMs: timeout?.requestMs,
      backendTimeoutMs: timeout?.backendRequestMs,
      retry: retry && {
        attempts: retry.attempts,
        backoffMs: retry.backoffMs,
        codes: new Set(retry.codes),
      },
      mirrors: requestMirror ? [this.#mirror(requestMirror)] : [],
      backends: route.backends.map((backend) => this.#backend(backend, scope)),
      totalWeight: route.backends.reduce((sum, { weight }) => sum + weight, 0),
      metrics: this.#scope(scope),
    };
  }

  #backend(
    { path, weight, target, policies, extAuthz }: NormalBackend,
    scope: RequestScope,
  ): CompiledBackend {
    const metrics = this.#scope(scope);
    const shared = { weight, policies: this.#pipelines.backend.compile({ extAuthz }) };
    if (target === 'invalid') return { ...shared, backend: undefined, metrics };
    if ('llm' in target) return { ...shared, ...this.#llm(target, scope) };
    const metricsOf = (upstream: string) => this.#scope({ ...scope, backend: upstream });
    const host = this.#backendHost;
    const tls = policies.tls && upstreamTls(policies.tls, `${path}.policies.backendTLS`, host);
    const endpoint = compileEndpoint(addressOf(target, policies, tls), policies, metricsOf, host);
    return { ...shared, backend: new HostBackend(endpoint), metrics };
  }

  #llm(target: NormalLlm, parent: RequestScope): Pick<CompiledBackend, 'backend' | 'metrics'> {
    const scope = { ...parent, protocol: 'llm' };
    const metrics = {
      of: (upstream: string) => this.#scope({ ...scope, backend: upstream }),
      count: this.#metrics.genAiCalls({ gateway: this.#gatewayName, ...scope }),
    };
    const backend = compileLlm(target, metrics, this.#backendHost);
    return { backend, metrics: this.#scope(scope) };
  }

  #mirror({ backend, percentage }: NonNullable<NormalPolicies['requestMirror']>): CompiledMirror {
    const address = addressOf(splitHost(backend.host));
    return {
      share: percentage,
      upstream: this.effects.upstreams.open(address),
      hostname: hostnameOf(address),
    };
  }
}

function itself<T>(value: T): T {
  return value;
}

/** `normalize` has checked its form. */
function splitHost(text: string): HostTarget {
  if (text.startsWith('unix:')) return { unix: text.slice('unix:'.length) };
  const colon = text.indexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
