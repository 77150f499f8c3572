import { resolve } from 'node:path';
import { App, type AppProps, type Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { formatDiagnostic } from './diagnostic';
import { GatewayApiChannel } from './synth/gateway-api-channel';
import { besideOutput, isScratch, isWithin } from './synth/output-directory';
import { plainError } from './synth/plain-error';
import { readTree, type Tree } from './synth/read-tree';
import { writeFiles } from './synth/write-files';

/** Properties of `GatewayApp`. */
export interface GatewayAppProps extends AppProps {
  /**
   * Whether standalone files are written beside the manifests. Without them policies can be written that standalone output
   * cannot express.
   *
   * @default true
   */
  readonly standalone?: boolean;

  /**
   * Directory of the standalone files. It must not be in the output directory, since cdk8s, kubectl and Argo CD take every
   * YAML file there for a manifest.
   *
   * @default - `standalone` beside the output directory
   */
  readonly standaloneOutdir?: string;

  /**
   * The release of Gateway API's definitions that the cluster has: fields that only the experimental one knows are errors in
   * the standard one.
   *
   * @default GatewayApiChannel.STANDARD
   */
  readonly gatewayApiChannel?: GatewayApiChannel;
}

/**
 * An App that also writes, for each Gateway, the file with which agentgateway runs without a cluster. What a cluster would
 * refuse, or would not do as written, is an error before anything is written.
 */
export class GatewayApp extends App {
  /** The release of Gateway API's definitions that the cluster has. */
  public readonly gatewayApiChannel: GatewayApiChannel;
  private readonly standalone: boolean;
  private readonly standaloneOutdir?: string;

  constructor(props: GatewayAppProps = {}) {
    super(props);
    this.gatewayApiChannel = props.gatewayApiChannel ?? GatewayApiChannel.STANDARD;
    this.standalone = props.standalone ?? true;
    this.standaloneOutdir = props.standaloneOutdir;
  }

  /**
   * Synthesizes all manifests to the output directory, and the standalone files beside it.
   *
   * @throws if there are errors, with all of them
   */
  public override synth(): void {
    const { files, warnings } = this.read();
    const outdir = resolve(this.outdir);
    const directory = resolve(this.standaloneOutdir ?? besideOutput(outdir));
    if (files.length > 0 && isWithin(directory, outdir))
      throw plainError(
        `standalone files would be written to "${directory}" in the output directory, where cdk8s and kubectl take every YAML file for a manifest; set \`standaloneOutdir\` of the GatewayApp to a directory outside of "${outdir}"`,
      );
    for (const warning of warnings) process.stderr.write(`${formatDiagnostic(warning)}\n`);
    super.synth();
    if (!isScratch(outdir)) writeFiles(directory, outdir, files);
  }

  /**
   * Synthesizes all manifests into one YAML text.
   *
   * @throws if there are errors, with all of them
   */
  public override synthYaml(): string {
    this.read();
    return super.synthYaml();
  }

  private read(): Tree {
    return readTree(this, { standalone: this.standalone, channel: this.gatewayApiChannel });
  }
}

/**
 * The standalone files of a chart's Gateways, by file name: what `GatewayApp` writes, for tests. Routes and policies of
 * all charts of the app take part.
 *
 * @throws if there are errors, with all of them
 */
export function synthStandalone(chart: Chart): Record<string, string> {
  const { root } = chart.node;
  const { files } = readTree(root, { standalone: true, channel: channelOf(root) });
  const own = files.filter((file) => file.chart === chart);
  return Object.fromEntries(own.map(({ name, text }) => [name, text]));
}

function channelOf(root: IConstruct): GatewayApiChannel {
  return root instanceof GatewayApp ? root.gatewayApiChannel : GatewayApiChannel.STANDARD;
}
