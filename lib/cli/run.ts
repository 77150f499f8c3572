import { createHash } from 'node:crypto';
import type { Endpoint } from '../admin/endpoint';
import { Readiness, readinessEndpoint } from '../admin/readiness';
import { statsEndpoint } from '../admin/stats';
import { type Diagnostic, formatDiagnostic, hasErrors } from '../diagnostic';
import { LogWriter } from '../server/log-writer';
import { parseResolution, type Resolution } from '../server/resolve';
import { type OpenPort, Runtime } from '../server/runtime';
import { watchFiles } from '../server/watch';
import type { NormalConfig } from '../standalone/document';
import { timestamps } from '../telemetry/access-log';
import { Metrics } from '../telemetry/metrics';
import { readFiles, type SourceFile } from './files';
import { load, prepare, type ReadyGateway } from './load';
import { parsePorts } from './ports';
import { report, summary } from './report';
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
  #fingerprint = '';
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
    });
  }

  validate(): number {
    const { gateways, diagnostics } = this.#load();
    const all = [...diagnostics, ...this.#runtime.check(gateways)];
    report(all);
    if (hasErrors(all)) return this.#refused(all);
    process.stdout.write('Configuration is valid!\n');
    return EXIT.ok;
  }

  async start(): Promise<number> {
    const { gateways, diagnostics } = this.#load();
    report(diagnostics);
    if (hasErrors(diagnostics)) return this.#refused(diagnostics);
    const findings = await this.#runtime.apply(gateways);
    report(findings);
    if (hasErrors(findings)) return this.#refused(findings);
    const failures = await this.#openEndpoints(gateways[0].document.config);
    if (failures.length > 0) {
      report(failures);
      this.#runtime.destroy();
      return this.#refused(failures);
    }
    this.#readiness.ready('configuration');
    this.#announce();
    const stopWatching = watchFiles(this.#watched(), () => void this.#reload());
    await stopSignal();
    stopWatching();
    return this.#stop();
  }

  #refused(diagnostics: readonly Diagnostic[]): number {
    process.stderr.write(`nothing was started: ${summary(diagnostics)}\n`);
    return EXIT.refused;
  }

  // ------------------------------------------------------------ loading

  /** Standard input is read once. */
  #watched(): readonly string[] {
    return this.paths.includes('-') ? [] : this.paths;
  }

  #load(files: readonly SourceFile[] = readFiles(this.paths)): Ready {
    this.#fingerprint = fingerprint(files);
    const loaded = load(files, {
      variables: (name) => process.env[name],
      gateway: this.options.gateway,
    });
    if (hasErrors(loaded.diagnostics)) return { gateways: [], diagnostics: loaded.diagnostics };
    if (loaded.gateways.length === 0) {
      throw new UsageError(
        'there is no gateway in these files: neither a Gateway object nor a standalone configuration',
      );
    }
    const { gateways, diagnostics } = prepare(loaded.gateways, process.env);
    this.#logFormat = gateways[0]?.document.config.logFormat ?? this.#logFormat;
    return { gateways, diagnostics: [...loaded.diagnostics, ...diagnostics] };
  }

  /** Takes a changed configuration over, or says why not and keeps the old one. */
  async #reload(): Promise<void> {
    try {
      const files = readFiles(this.paths);
      if (fingerprint(files) === this.#fingerprint) return;
      const { gateways, diagnostics } = this.#load(files);
      const findings = hasErrors(diagnostics) ? [] : await this.#runtime.apply(gateways);
      this.#reloaded([...diagnostics, ...findings]);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#reloaded([{ severity: 'error', code: 'Unreadable', path: '', message: error.message }]);
    }
  }

  #reloaded(diagnostics: readonly Diagnostic[]): void {
    const failed = hasErrors(diagnostics);
    this.#metrics.configSynchronized(!failed);
    for (const diagnostic of diagnostics)
      this.#log(diagnostic.severity, formatDiagnostic(diagnostic));
    if (failed)
      this.#log(
        'error',
        `Failed to reload config: ${summary(diagnostics)}; the former configuration stays in force`,
      );
    else this.#log('info', 'the configuration has been reloaded');
  }

  // ------------------------------------------------------------ the process

  async #openEndpoints(config: NormalConfig): Promise<Diagnostic[]> {
    const { address } = this.options;
    const wanted = [
      { endpoint: statsEndpoint(this.#metrics), at: config.statsAddr },
      {
        endpoint: readinessEndpoint(this.#readiness),
        at: config.readinessAddr,
      },
    ];
    const failures: Diagnostic[] = [];
    for (const { endpoint, at } of wanted) {
      const colon = at.lastIndexOf(':');
      const host = at.slice(0, colon).replace(/^\[|\]$/g, '');
      const port = Number(at.slice(colon + 1));
      try {
        await endpoint.listen(this.#ports.get(port) ?? port, ANY_HOST.has(host) ? address : host);
        this.#endpoints.push(endpoint);
      } catch (error) {
        failures.push(endpointFailure(at, port, error));
      }
    }
    return failures;
  }

  #announce(): void {
    for (const port of this.#runtime.ports)
      process.stderr.write(`${describe(port, this.options.address)}\n`);
    for (const { name, origin } of this.#resolutions)
      process.stderr.write(`${name} is resolved to ${origin.origin}\n`);
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

function fingerprint(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex');
}

/** These mean every address; a gateway that is tried out opens its ports where `--address` says. */
const ANY_HOST = new Set(['', '::', '0.0.0.0']);

function describe({ configured, actual, gateway, tls }: OpenPort, address: string): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const instead = actual === configured ? '' : `, for port ${configured}`;
  return `gateway ${gateway} listens on ${tls ? 'https' : 'http'}://${host}:${actual}${instead}`;
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
