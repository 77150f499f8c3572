import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';

/**
 * `cdk8s synth --stdout` has the app write to a directory of its own making, and reads it back: nothing may be written
 * beside it.
 */
export function isScratch(outdir: string): boolean {
  const { CDK8S_OUTDIR } = process.env;
  if (!CDK8S_OUTDIR || resolve(CDK8S_OUTDIR) !== outdir) return false;
  return /^cdk8s-[A-Za-z0-9]{6}$/.test(basename(outdir)) && dirname(outdir) === resolve(tmpdir());
}

/** Where standalone files go unless an app says otherwise. */
export function besideOutput(outdir: string): string {
  return join(dirname(outputRoot(outdir)), 'standalone');
}

/** With `cdk8s synth --format helm` manifests are the templates of a Helm chart, which as a whole is the output. */
function outputRoot(outdir: string): string {
  const parent = dirname(outdir);
  const isHelm = basename(outdir) === 'templates' && existsSync(join(parent, 'Chart.yaml'));
  return isHelm ? parent : outdir;
}

export function isWithin(directory: string, outdir: string): boolean {
  return `${directory}${sep}`.startsWith(`${outdir}${sep}`);
}
