import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Endpoint } from '../admin/endpoint';
import { Readiness, readinessEndpoint } from '../admin/readiness';
import { statsEndpoint } from '../admin/stats';
import { type Diagnostic, formatDiagnostic, hasErrors } from '../diagnostic';
import type { KeySetState } from '../gateway/remote-key-sets';
import { LogWriter } from '../server/log-writer';
import { parseResolution, type Resolution } from '../server/resolve';
import { type OpenPort, Runtime } from '../server/runtime';
import { watchFiles } from '../server/watch';
import type { NormalConfig } from '../standalone/normal-document';
import { timestamps } from '../telemetry/access-log';
import { Metrics } from '../telemetry/metrics';
import { reportFault } from './fault';
import { readFiles, type SourceFile } from './files';
import { load, prepare, type ReadyGateway } from './load';
import { parsePorts } from './ports';
import { report, summary } from './report';
import { unusedOptions } from './unused-options';
import { EXIT, UsageError } from './usage-error';
import { version } from './version';

export interface RunOptions {
  readonly resolve: readonly string[];
  readonly port: readonly string[];
  readonly address: string;
  readonly gateway?: string;
  readonly validateOnly?: boolean;
}

/** `agw run`: runs configurations until it is told to stop. Resolves with the exit code. */
export async function runCommand(paths: readonly string[], options: RunOptions): Promise<number> {
  const run = new Run(paths, options);
  return options.validateOnly ? run.validate() : run.start();
}

interface Ready {
  readonly gateways: readonly ReadyGateway[];
  readonly diagnostics: readonly Diagnostic[];
}

class Run {
  readonly #metrics = new Metrics(version());
  readonly #resolutions: readonly Resolution[];
  readonly #ports: ReadonlyMap<number, number>;
  readonly #writer = new LogWriter(process.stdout);
  readonly #timestamp = timestamps();
  readonly #readiness = new Readiness(['configuration']);
  readonly #runtime: Runtime;
  readonly #endpoints: Endpoint[] = [];
  readonly #opened: string[] = [];
  /** Files that the configurations name: certificates and keys. */
  #named: ReadonlySet<string> = new Set();
  #fingerprint = '';
  #reloading = Promise.resolve();
  #stopWatching = () => {};
  /** The ports that were announced. */
  #described: readonly string[] = [];
  #logFormat: NormalConfig['logFormat'] = 'text';

  constructor(
    private readonly paths: readonly string[],
    private readonly options: RunOptions,
  ) {
    this.#resolutions = options.resolve.map(usage(parseResolution));
    this.#ports = parsePorts(options.port);
    this.#runtime = new Runtime({
      address: options.address,
      ports: this.#ports,
      resolutions: this.#resolutions,
      writeLog: this.#writer.writeLine,
      metrics: this.#metrics,
      keySetChanged: (state) => this.#keySetChanged(state),
    });
  }

  validate(): number {
    const { gateways, diagnostics } = this.#load(readFiles(this.paths));
    const all = [...diagnostics, ...this.#runtime.check(gateways)];
    report(all);
    if (hasErrors(all)) return this.#refused(all);
    process.stdout.write('Configuration is valid!\n');
    return EXIT.ok;
  }

  async start(): Promise<number> {
    const files = readFiles(this.paths);
    const { gateways, diagnostics } = this.#load(files);
    report(diagnostics);
    if (hasErrors(diagnostics)) return this.#refused(diagnostics);
    // From before the first port is open: whoever sees it may already want it gone.
    const stopped = stopSignal();
    const findings = await this.#runtime.apply(gateways);
    report(findings);
    if (hasErrors(findings)) return this.#refused(findings);
    goOnAfterFaults();
    const { config } = gateways[0].document;
    this.#logFormat = config.logFormat;
    const failures = await this.#openEndpoints(config);
    if (failures.length > 0) {
      report(failures);
      this.#runtime.destroy();
      return this.#refused(failures);
    }
    this.#readiness.ready('configuration');
    this.#announce();
    this.#watch(files);
    await stopped;
    this.#stopWatching();
    await this.#reloading;
    return this.#stop();
  }

  #refused(diagnostics: readonly Diagnostic[]): number {
    process.stderr.write(`nothing was started: ${summary(diagnostics)}\n`);
    return EXIT.refused;
  }

  // ------------------------------------------------------------ loading

  #load(files: readonly SourceFile[]): Ready {
    const loaded = load(files, {
      variables: (name) => process.env[name],
      gateway: this.options.gateway,
    });
    if (hasErrors(loaded.diagnostics)) return { gateways: [], diagnostics: loaded.diagnostics };
    if (loaded.gateways.length === 0) {
      throw new UsageError(
        'there is no gateway in these files: neither a Gateway object of a class of agentgateway nor a standalone configuration; `agw check` says what they hold',
      );
    }
    const named = new Set<string>();
    const { gateways, diagnostics } = prepare(loaded.gateways, process.env, (path) => {
      named.add(path);
      return readFileSync(path);
    });
    this.#named = named;
    const unused = unusedOptions(
      gateways.map(({ document }) => document),
      { ports: this.#ports, resolutions: this.#resolutions },
    );
    return { gateways, diagnostics: [...loaded.diagnostics, ...diagnostics, ...unused] };
  }

  // ------------------------------------------------------------ reloading

  /** Watches what was read, and all that it names. Standard input is read once. */
  #watch(files: readonly SourceFile[]): void {
    if (this.paths.includes('-')) return;
    this.#fingerprint = fingerprint(files, this.#named);
    this.#stopWatching();
    const check = () => {
      this.#reloading = this.#reloading.then(() => this.#reload());
    };
    this.#stopWatching = watchFiles([...this.paths, ...this.#named], check);
    // What changed between reading and watching tells nobody.
    check();
  }

  /** Takes a changed configuration over, or says why not and keeps the old one. */
  async #reload(): Promise<void> {
    try {
      const files = readFiles(this.paths);
      if (fingerprint(files, this.#named) === this.#fingerprint) return;
      const former = this.#runtime.inForce;
      const diagnostics = await this.#takeOver(files);
      this.#reloaded(diagnostics, this.#runtime.inForce === former);
      this.#watch(files);
    } catch (error) {
      const code = error instanceof UsageError ? 'Unreadable' : 'Internal';
      const message = error instanceof Error ? error.message : String(error);
      this.#reloaded([{ severity: 'error', code, path: '', message }], true);
    }
  }

  async #takeOver(files: readonly SourceFile[]): Promise<readonly Diagnostic[]> {
    const { gateways, diagnostics } = this.#load(files);
    if (hasErrors(diagnostics)) return diagnostics;
    return [...diagnostics, ...(await this.#runtime.apply(gateways))];
  }

  #reloaded(diagnostics: readonly Diagnostic[], formerStays: boolean): void {
    const failed = hasErrors(diagnostics);
    this.#metrics.configSynchronized(!failed);
    for (const diagnostic of diagnostics)
      this.#log(diagnostic.severity, formatDiagnostic(diagnostic));
    const rest = formerStays ? 'the former configuration stays in force' : 'the rest is in force';
    if (failed) this.#log('error', `Failed to reload config: ${summary(diagnostics)}; ${rest}`);
    else this.#log('info', 'the configuration has been reloaded');
    this.#logNewPorts();
  }

  #keySetChanged({ url, problem }: KeySetState): void {
    if (problem === undefined) this.#log('info', `the key set at ${url} has been fetched`);
    else
      this.#log(
        'warn',
        `the key set at ${url} could not be fetched: ${problem}; it is tried again`,
      );
  }

  // ------------------------------------------------------------ the process

  async #openEndpoints(config: NormalConfig): Promise<Diagnostic[]> {
    const { address } = this.options;
    const wanted = [
      { name: 'metrics', endpoint: statsEndpoint(this.#metrics), at: config.statsAddr },
      {
        name: 'readiness',
        endpoint: readinessEndpoint(this.#readiness, () =>
          this.#runtime.unavailableKeySets.map((at) => `key set ${at}`),
        ),
        at: config.readinessAddr,
      },
    ];
    const failures: Diagnostic[] = [];
    for (const { name, endpoint, at } of wanted) {
      const colon = at.lastIndexOf(':');
      const named = at.slice(0, colon).replace(/^\[|\]$/g, '');
      const port = Number(at.slice(colon + 1));
      const host = ANY_HOST.has(named) ? address : named;
      try {
        const actual = await endpoint.listen(this.#ports.get(port) ?? port, host);
        this.#endpoints.push(endpoint);
        this.#opened.push(`${name} on ${url(host, actual)}`);
      } catch (error) {
        failures.push(endpointFailure(at, port, error));
      }
    }
    return failures;
  }

  #logNewPorts(): void {
    const former = this.#described;
    this.#described = this.#describePorts();
    for (const line of this.#described) if (!former.includes(line)) this.#log('info', line);
  }

  #describePorts(): string[] {
    return this.#runtime.ports.map((port) => describe(port, this.options.address));
  }

  #announce(): void {
    this.#described = this.#describePorts();
    for (const line of this.#described) process.stderr.write(`${line}\n`);
    for (const { name, origin } of this.#resolutions)
      process.stderr.write(`${name} is resolved to ${origin.origin}\n`);
    for (const line of this.#opened) process.stderr.write(`${line}\n`);
  }

  async #stop(): Promise<number> {
    this.#readiness.notReady('draining');
    this.#log('info', 'draining: running requests may end, new connections are refused');
    await Promise.race([this.#runtime.drain(), stopSignal()]);
    this.#runtime.destroy();
    for (const endpoint of this.#endpoints) endpoint.close();
    this.#writer.flush();
    return EXIT.ok;
  }

  #log(level: string, message: string): void {
    const time = this.#timestamp(Date.now());
    const text = message.replaceAll('\n', ' ');
    this.#writer.writeLine(
      this.#logFormat === 'json'
        ? JSON.stringify({ level, time, scope: 'agw', message: text })
        : `${time}\t${level}\tagw ${text}`,
    );
  }
}

/** Changes when anything does that was read. */
function fingerprint(files: readonly SourceFile[], named: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${path}\0${text}\0`);
  for (const path of named) hash.update(`${path}\0`).update(contentOf(path));
  return hash.digest('hex');
}

function contentOf(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch {
    return 'unreadable';
  }
}

/** These mean every address; a gateway that is tried out opens its ports where `--address` says. */
const ANY_HOST = new Set(['', '::', '0.0.0.0']);

function describe({ configured, actual, gateway, tls }: OpenPort, address: string): string {
  const instead = actual === configured ? '' : `, for port ${configured}`;
  return `gateway ${gateway} listens on ${url(address, actual, tls ? 'https' : 'http')}${instead}`;
}

function url(host: string, port: number, scheme = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function endpointFailure(at: string, port: number, error: unknown): Diagnostic {
  const { code } = error as NodeJS.ErrnoException;
  return {
    severity: 'error',
    code: 'PortUnavailable',
    path: '',
    message: `${at} cannot be opened${code === 'EADDRINUSE' ? ': it is in use' : ` (${code})`}`,
    hint: `stop what holds it, or open another in its place: --port ${port}:0`,
  };
}

/** A fault in one exchange costs that exchange, which gets no further, and none of the others. */
function goOnAfterFaults(): void {
  process.on('uncaughtException', (error) => reportFault(error, '; the gateway goes on'));
}

function stopSignal(): Promise<void> {
  return new Promise((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop());
  });
}

/** Errors of a parser are the user's to mend. */
function usage<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  };
}
