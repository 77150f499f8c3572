import type { Chart } from 'cdk8s';

/** What one Gateway becomes outside a cluster. */
export interface StandaloneFile {
  /** `<chart>.<gateway>.yaml`, by construct ids. */
  readonly name: string;
  readonly chart: Chart;
  /** Path of the Gateway's construct. */
  readonly source: string;
  readonly text: string;
  /** TLS material: path, as the text refers to it, to content. */
  readonly material: ReadonlyMap<string, string>;
}
