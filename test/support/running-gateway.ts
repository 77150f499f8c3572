import { expect, onTestFinished, vi } from 'vitest';
import type { Diagnostic } from '../../lib/diagnostic';
import type { Resolution } from '../../lib/server/resolve';
import { Runtime } from '../../lib/server/runtime';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';
import { Metrics } from '../../lib/telemetry/metrics';

/** A gateway on ports of its own, in this process; it ends with the test. */
export class RunningGateway {
  readonly #log: string[] = [];
  readonly metrics = new Metrics('test');
  readonly runtime: Runtime;

  constructor(
    ports: Iterable<number>,
    private readonly files: Readonly<Record<string, string>>,
    resolutions: readonly Resolution[],
  ) {
    this.runtime = new Runtime({
      address: '127.0.0.1',
      ports: new Map([...ports].map((port) => [port, 0])),
      resolutions,
      writeLog: (line) => void this.#log.push(line),
      metrics: this.metrics,
    });
  }

  /** Puts a standalone file in force. */
  apply(text: string): Promise<readonly Diagnostic[]> {
    const { document, diagnostics } = readStandalone(text, { variables: () => undefined });
    const normal = document && normalizeStandalone(document);
    if (!normal?.document) return Promise.resolve([...diagnostics, ...(normal?.diagnostics ?? [])]);
    return this.runtime.apply([
      {
        name: 'default/default',
        document: normal.document,
        readFile: (path) => Buffer.from(this.files[path] ?? missing(path)),
      },
    ]);
  }

  /** The port that is open for a configured one. */
  port(configured = 3000): number {
    const open = this.runtime.ports.find((port) => port.configured === configured);
    if (!open) throw new Error(`no port is open for ${configured}`);
    return open.actual;
  }

  /** Access-log lines, without their time and duration. */
  get log(): string[] {
    return this.#log.map((line) =>
      line.replace(/^\S+\tinfo\trequest /, '').replace(/ duration=\d+ms$/, ''),
    );
  }

  /** Waits until so many requests have been logged. */
  async logged(count: number): Promise<string[]> {
    await vi.waitFor(() => expect(this.log).toHaveLength(count), { timeout: 8_000, interval: 10 });
    return this.log;
  }
}

function missing(path: string): never {
  throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
}

export interface RunningGatewayOptions {
  /** Ports that a later configuration may open. */
  readonly ports?: readonly number[];
  /** What the configuration's paths hold. */
  readonly files?: Readonly<Record<string, string>>;
  readonly resolutions?: readonly Resolution[];
  /** Codes of warnings that are part of the test. */
  readonly findings?: readonly string[];
}

/** Runs a standalone file; its configured ports are opened wherever there is room. */
export async function runGateway(
  text: string,
  { ports = [], files = {}, resolutions = [], findings = [] }: RunningGatewayOptions = {},
): Promise<RunningGateway> {
  const configured = [...text.matchAll(/\bport: (\d+)/g)].map(([, port]) => Number(port));
  const gateway = new RunningGateway([...configured, ...ports], files, resolutions);
  onTestFinished(() => gateway.runtime.destroy());
  const found = await gateway.apply(text);
  expect(found.map(({ code }) => code)).toEqual(findings);
  return gateway;
}

/** One listener on port 3000 whose only route leads to a local port; `policies` is YAML in flow style. */
export function routeTo(port: number, policies = '{}', backendPolicies = '{}'): string {
  return `
binds:
- port: 3000
  listeners:
  - name: http
    routes:
    - name: all
      policies: ${policies}
      backends:
      - host: 127.0.0.1:${port}
        policies: ${backendPolicies}
`;
}
