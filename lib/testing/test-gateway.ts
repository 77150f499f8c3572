import type { Chart } from 'cdk8s';
import { type Diagnostic, formatDiagnostic, hasErrors } from '../diagnostic';
import type { Effects } from '../effects';
import { compile } from '../gateway/compile';
import type { Gateway } from '../gateway/gateway';
import type { InProcessRequest, InProcessResponse } from '../gateway/in-process';
import type { StandaloneDocument } from '../standalone/document';
import { normalizeStandalone } from '../standalone/normalize';
import { readStandalone } from '../standalone/read';
import { atStart } from '../standalone/starts-anyway';
import { expandVariables } from '../standalone/variables';
import { translate } from '../translator/translate';
import {
  type ForwardedRequest,
  type TestUpstream,
  TestUpstreams,
  type UpstreamAnswer,
} from './upstream';

export interface TestGatewayOptions {
  /**
   * Upstreams by `host:port`; a Service is `name.namespace:port`.
   *
   * @default - every upstream refuses connections
   */
  readonly upstreams?: Readonly<Record<string, TestUpstream>>;
  /** Stands in for the environment, such as `APIKEY_ALICE`. @default - nothing is set */
  readonly variables?: Readonly<Record<string, string>>;
  /** What the files hold that the configuration names, by their paths. @default - those that its objects hold */
  readonly files?: Readonly<Record<string, string>>;
  /** What is answered at URLs that the configuration names, such as those of key sets. @default - nothing answers */
  readonly documents?: Readonly<Record<string, () => UpstreamAnswer>>;
  /** Which Gateway, as `namespace/name`. @default - the only one */
  readonly gateway?: string;
}

/**
 * The gateway that a chart, objects or a standalone file describe, for tests of policies: no cluster, no ports.
 *
 * @example
 * const gateway = TestGateway.fromChart(chart, {
 *   upstreams: { 'httpbin.httpbin:8000': () => ({ body: 'hello' }) },
 * });
 * const answer = await gateway.request({ url: 'http://www.example.com/' });
 * expect(answer.status).toBe(401);
 */
export class TestGateway {
  /** @throws Error that lists the findings, where there are errors among them */
  static fromChart(chart: Chart, options: TestGatewayOptions = {}): TestGateway {
    return TestGateway.fromObjects(chart.toJson(), options);
  }

  /** @throws Error that lists the findings, where there are errors among them */
  static fromObjects(objects: readonly unknown[], options: TestGatewayOptions = {}): TestGateway {
    const { gateways, diagnostics } = translate(objects);
    refuse(diagnostics);
    const named = gateways.map((entry) => ({
      ...entry,
      name: `${entry.gateway.namespace}/${entry.gateway.name}`,
    }));
    const chosen = options.gateway ? named.filter(({ name }) => name === options.gateway) : named;
    if (chosen.length !== 1) {
      const names = named.map(({ name }) => name).join(', ') || 'none';
      throw new Error(
        `one Gateway is tested at a time: write its name as \`gateway\`; there are: ${names}`,
      );
    }
    const [{ document, name, files }] = chosen;
    const all = { ...Object.fromEntries(files), ...options.files };
    return new TestGateway(document, name, { ...options, files: all }, diagnostics);
  }

  /** @throws Error that lists the findings, where there are errors among them */
  static fromStandalone(text: string, options: TestGatewayOptions = {}): TestGateway {
    const variables = options.variables ?? {};
    const { document, diagnostics } = readStandalone(text, {
      variables: (name) => variables[name],
    });
    refuse(diagnostics);
    if (!document) throw new Error('the text holds no standalone configuration');
    return new TestGateway(document, 'default/default', options, diagnostics);
  }

  /** The access log, a line a request. */
  readonly logLines: string[] = [];
  /** Warnings about the configuration. */
  readonly warnings: readonly Diagnostic[];
  readonly #gateway: Gateway;
  readonly #upstreams: TestUpstreams;

  private constructor(
    document: StandaloneDocument,
    name: string,
    { upstreams = {}, variables = {}, files = {}, documents = {} }: TestGatewayOptions,
    found: readonly Diagnostic[],
  ) {
    this.#upstreams = new TestUpstreams(upstreams);
    const expanded = expandVariables(document, (variable) => variables[variable]);
    if (expanded.unset.length > 0) {
      throw new Error(`give values for these \`variables\`: ${expanded.unset.join(', ')}`);
    }
    const normal = normalizeStandalone(expanded.document);
    refuse(normal.diagnostics);
    if (!normal.document) throw new Error('the configuration cannot be run');
    const compiled = compile(normal.document, this.#effects(files, documents), { gateway: name });
    refuse(compiled.diagnostics);
    if (!compiled.gateway) throw new Error('the configuration cannot be run');
    this.#gateway = compiled.gateway;
    const all = [...found, ...normal.diagnostics, ...compiled.diagnostics];
    this.warnings = all.map(atStart);
  }

  /** Sends a request through the gateway. */
  request(request: InProcessRequest): Promise<InProcessResponse> {
    return this.#gateway.handle(request);
  }

  /** What reached upstreams, in order. */
  get forwarded(): readonly ForwardedRequest[] {
    return this.#upstreams.requests;
  }

  #effects(
    files: NonNullable<TestGatewayOptions['files']>,
    documents: NonNullable<TestGatewayOptions['documents']>,
  ): Effects {
    return {
      now: () => Date.now(),
      random: () => Math.random(),
      readFile: (path) => {
        if (Object.hasOwn(files, path)) return Buffer.from(files[path]);
        throw new Error(`a test gateway reads only its \`files\`: ${path}`);
      },
      fetch: async (url) => {
        if (!Object.hasOwn(documents, url)) throw new Error('nothing answers in this test');
        const { status = 200, headers = {}, body = '' } = documents[url]();
        const fields = Object.entries(headers).flatMap(([name, value]) => [
          name.toLowerCase(),
          value,
        ]);
        return { status, headers: fields, body: Buffer.from(body) };
      },
      upstreams: this.#upstreams,
      writeLog: (line) => void this.logLines.push(line),
    };
  }
}

function refuse(diagnostics: readonly Diagnostic[]): void {
  if (!hasErrors(diagnostics.map(atStart))) return;
  throw new Error(
    `the gateway refuses this configuration:\n${diagnostics.map(formatDiagnostic).join('\n')}`,
  );
}
