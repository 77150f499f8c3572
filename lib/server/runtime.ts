import { type Diagnostic, hasErrors } from '../diagnostic';
import type { Effects } from '../effects';
import { compile } from '../gateway/compile';
import { RateLimitBuckets } from '../gateway/rate-limit-buckets';
import { type KeySetState, keySetUrls, RemoteKeySets } from '../gateway/remote-key-sets';
import type { NormalBind, NormalDocument } from '../standalone/normal-document';
import type { Metrics } from '../telemetry/metrics';
import { documentFetcher } from './fetch-document';
import { Port, type PortContent } from './port';
import { type Resolution, resolver } from './resolve';
import { prepareTls } from './tls';
import { UpstreamPools } from './upstreams';

/** One gateway to run. */
export interface Configuration {
  /** How logs name it, as `namespace/name`. */
  readonly name: string;
  readonly document: NormalDocument;
  /** Reads certificates: from memory where they were translated, else from disk. */
  readonly readFile: Effects['readFile'];
  /** A finding in the words of who wrote the configuration; nothing where it is said already. @default - as it is */
  readonly told?: (finding: Diagnostic) => readonly Diagnostic[];
}

export interface RuntimeOptions {
  /** The address that ports are opened on. */
  readonly address: string;
  /** Which port is opened for the one that a configuration names; 0 lets the system choose. @default - the same */
  readonly ports: ReadonlyMap<number, number>;
  readonly resolutions: readonly Resolution[];
  readonly writeLog: (line: string) => void;
  readonly metrics: Metrics;
  /** Told of fetched key sets. @default - nobody is told */
  readonly keySetChanged?: (state: KeySetState) => void;
}

/** A port that is open. */
export interface OpenPort {
  readonly configured: number;
  readonly actual: number;
  readonly gateway: string;
  readonly tls: boolean;
}

/** What a configuration needs to be in force. */
interface Prepared {
  readonly contents: ReadonlyMap<number, PortContent>;
  readonly pools: readonly UpstreamPools[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs configurations: opens their ports, exchanges them while requests run, and leaves in peace. */
export class Runtime {
  readonly #ports = new Map<number, { readonly port: Port; readonly actual: number }>();
  #pools: readonly UpstreamPools[] = [];
  /** What an earlier configuration still needs, until its last exchange has ended. */
  readonly #leaving = new Set<{ destroy(): void }>();
  #inForce: readonly Configuration[] = [];
  #maximumDrainMs = DEFAULT_DRAIN_MS;
  #minimumDrainMs = 0;

  readonly #fetch: Effects['fetch'];
  readonly #keySets: RemoteKeySets;
  readonly #rateLimits = new RateLimitBuckets();

  constructor(private readonly options: RuntimeOptions) {
    this.#fetch = documentFetcher(resolver(options.resolutions));
    this.#keySets = new RemoteKeySets({
      fetch: this.#fetch,
      now,
      changed: options.keySetChanged,
    });
  }

  /** Finds what is wrong with configurations, without opening or changing anything. */
  check(configurations: readonly Configuration[]): readonly Diagnostic[] {
    return this.#prepare(configurations).diagnostics;
  }

  /**
   * Puts configurations in force: all of them, or, where there is an error, none, and what ran before stays. A port that
   * cannot be opened is an error too, but at a reload the others are exchanged all the same, as agentgateway does; where
   * no port would be left, nothing changes.
   */
  async apply(configurations: readonly Configuration[]): Promise<readonly Diagnostic[]> {
    const prepared = this.#prepare(configurations);
    if (hasErrors(prepared.diagnostics)) {
      await closeAll(prepared.pools);
      return prepared.diagnostics;
    }
    const failures = await this.#open(prepared.contents);
    if (failures.length > 0 && failures.length === prepared.contents.size) {
      await closeAll(prepared.pools);
      return failures;
    }
    if (failures.length > 0 && this.#ports.size === 0) return failures;
    this.#inForce = configurations;
    this.#keySets.keep(configurations.flatMap(({ document }) => keySetUrls(document)));
    this.#rateLimits.keep(configurations);
    this.#closeOthers(prepared.contents);
    const former = this.#pools;
    this.#pools = prepared.pools;
    this.#rememberDrain(configurations);
    for (const pool of former) this.#leave(pool, pool.close());
    return [...prepared.diagnostics, ...failures];
  }

  /** The configurations that requests meet. */
  get inForce(): readonly Configuration[] {
    return this.#inForce;
  }

  get ports(): OpenPort[] {
    return [...this.#ports.values()].map(({ port, actual }) => ({
      configured: port.configured,
      actual,
      gateway: port.gateway.name,
      tls: port.tls,
    }));
  }

  /** Goes on accepting for the configured minimum, then lets running exchanges end, up to the configured maximum. */
  async drain(): Promise<void> {
    const ports = [...this.#ports.values()].map(({ port }) => port);
    for (const port of ports) port.announceDrain();
    await sleep(this.#minimumDrainMs);
    for (const port of ports) port.drain();
    await Promise.race([
      Promise.all(ports.map((port) => port.drained())),
      sleep(this.#maximumDrainMs),
    ]);
    this.destroy();
  }

  /** The key sets that have not been fetched yet, as their URLs may be shown: their tokens are refused. */
  get unavailableKeySets(): readonly string[] {
    return this.#keySets.unavailable;
  }

  /** Ends everything at once. */
  destroy(): void {
    this.#keySets.keep([]);
    for (const { port } of this.#ports.values()) port.destroy();
    this.#ports.clear();
    for (const pool of this.#pools) pool.destroy();
    this.#pools = [];
    for (const leaving of this.#leaving) leaving.destroy();
    this.#leaving.clear();
  }

  #leave(part: { destroy(): void }, left: Promise<void>): void {
    this.#leaving.add(part);
    void left.then(() => this.#leaving.delete(part));
  }

  // ------------------------------------------------------------ preparing

  #prepare(configurations: readonly Configuration[]): Prepared {
    const contents = new Map<number, PortContent>();
    const pools: UpstreamPools[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const configuration of configurations) {
      const { config, binds } = configuration.document;
      const upstreams = new UpstreamPools(config, resolver(this.options.resolutions));
      pools.push(upstreams);
      const compiled = this.#compile(configuration, upstreams);
      const { told = (finding) => [finding] } = configuration;
      diagnostics.push(...compiled.diagnostics.flatMap(told));
      if (!compiled.gateway) continue;
      for (const bind of binds) {
        const clash = contents.get(bind.port);
        if (clash) diagnostics.push(portClash(bind, clash.gateway.name, configuration.name));
        const tls = prepareTls(bind, config, configuration.readFile);
        diagnostics.push(...tls.diagnostics.flatMap(told));
        contents.set(bind.port, { gateway: compiled.gateway, tls: tls.acceptor });
      }
    }
    return { contents, pools, diagnostics };
  }

  #compile({ name, document, readFile }: Configuration, upstreams: UpstreamPools) {
    const effects: Effects = {
      now,
      random: Math.random,
      readFile,
      fetch: this.#fetch,
      upstreams,
      writeLog: this.options.writeLog,
    };
    return compile(document, effects, {
      gateway: name,
      metrics: this.options.metrics,
      keySets: this.#keySets,
      rateLimits: this.#rateLimits,
    });
  }

  // ------------------------------------------------------------ ports

  async #open(contents: ReadonlyMap<number, PortContent>): Promise<Diagnostic[]> {
    const failures: Diagnostic[] = [];
    const opened: number[] = [];
    for (const [configured, content] of contents) {
      const known = this.#ports.get(configured);
      if (known) {
        known.port.replace(content);
        continue;
      }
      const failure = await this.#openPort(configured, content);
      if (failure) failures.push(failure);
      else opened.push(configured);
    }
    const isStart = opened.length === this.#ports.size;
    if (failures.length > 0 && isStart) this.destroy();
    return failures;
  }

  async #openPort(configured: number, content: PortContent): Promise<Diagnostic | undefined> {
    const wanted = this.options.ports.get(configured) ?? configured;
    const port = new Port(configured, content, this.options.metrics);
    try {
      const actual = await port.listen(wanted, this.options.address);
      this.#ports.set(configured, { port, actual });
      return undefined;
    } catch (error) {
      return cannotListen(configured, wanted, this.options.address, error);
    }
  }

  #closeOthers(contents: ReadonlyMap<number, PortContent>): void {
    for (const [configured, { port }] of this.#ports) {
      if (contents.has(configured)) continue;
      port.drain();
      this.#leave(port, port.drained());
      this.#ports.delete(configured);
    }
  }

  #rememberDrain(configurations: readonly Configuration[]): void {
    const configs = configurations.map(({ document }) => document.config);
    this.#minimumDrainMs = Math.max(0, ...configs.map((config) => config.drainMinimumMs));
    this.#maximumDrainMs = Math.max(
      0,
      ...configs.map((config) => config.drainMaximumMs ?? DEFAULT_DRAIN_MS),
    );
  }
}

/** How long running exchanges may take to end where the configuration does not say. */
const DEFAULT_DRAIN_MS = 30_000;

async function closeAll(pools: readonly UpstreamPools[]): Promise<void> {
  await Promise.all(pools.map((pool) => pool.close()));
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function portClash(bind: NormalBind, first: string, second: string): Diagnostic {
  return {
    severity: 'error',
    code: 'PortUnavailable',
    path: bind.path,
    message: `port ${bind.port} is wanted by gateway ${first} and by gateway ${second}`,
    hint: `run one of them: --gateway ${second}`,
  };
}

function cannotListen(
  configured: number,
  wanted: number,
  address: string,
  error: unknown,
): Diagnostic {
  const { code } = error as NodeJS.ErrnoException;
  return {
    severity: 'error',
    code: 'PortUnavailable',
    path: '',
    message: `port ${wanted} on ${address} ${LISTEN_FAILURES[code ?? ''] ?? `cannot be opened (${code})`}`,
    hint: `stop what holds it, or open another in its place: --port ${configured}:${freeSuggestion(wanted)}`,
  };
}

const LISTEN_FAILURES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use',
  EACCES: 'may only be opened by root',
  EADDRNOTAVAIL: 'cannot be opened: this machine has no such address',
};

function freeSuggestion(port: number): number {
  return port < 1024 ? port + 8000 : 0;
}
