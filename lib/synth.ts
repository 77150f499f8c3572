import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { ApiObject, App, type AppProps, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Diagnostic, formatDiagnostic, type ObjectKey } from './diagnostic';
import { validate } from './schema/validate';
import { writeStandalone } from './standalone/write';
import { type TranslatedGateway, translate } from './translator/translate';

/** Properties of `GatewayApp`. */
export interface GatewayAppProps extends AppProps {
  /**
   * Directory of the standalone files. It must not be in the output directory, since cdk8s, kubectl and Argo CD take every
   * YAML file there for a manifest.
   *
   * @default - `standalone` beside the output directory
   */
  readonly standaloneOutdir?: string;
}

/**
 * An App that also writes, for each Gateway, the file with which agentgateway runs without a cluster. What a cluster would
 * refuse, or would not do as written, is an error before anything is written.
 */
export class GatewayApp extends App {
  private readonly standaloneOutdir?: string;

  constructor(props: GatewayAppProps = {}) {
    super(props);
    this.standaloneOutdir = props.standaloneOutdir;
  }

  /**
   * Synthesizes all manifests to the output directory, and the standalone files beside it.
   *
   * @throws if there are errors, with all of them
   */
  public override synth(): void {
    const standalone = readTree(this);
    for (const warning of standalone.warnings)
      process.stderr.write(`${formatDiagnostic(warning)}\n`);
    const directory = this.standaloneDirectory(standalone.files);
    super.synth();
    if (directory !== undefined) writeFiles(directory, this.outdir, standalone.files);
  }

  /**
   * Synthesizes all manifests into one YAML text.
   *
   * @throws if there are errors, with all of them
   */
  public override synthYaml(): string {
    readTree(this);
    return super.synthYaml();
  }

  /** Where standalone files go, or undefined where none are written. */
  private standaloneDirectory(files: readonly StandaloneFile[]): string | undefined {
    const outdir = resolve(this.outdir);
    if (isScratch(outdir)) return undefined;
    const beside = join(dirname(outputRoot(outdir)), 'standalone');
    const directory = resolve(this.standaloneOutdir ?? beside);
    if (files.length > 0 && `${directory}${sep}`.startsWith(`${outdir}${sep}`))
      throw plainError(
        `standalone files would be written to "${directory}" in the output directory, where cdk8s and kubectl take every YAML file for a manifest; set \`standaloneOutdir\` of the GatewayApp to a directory outside of "${outdir}"`,
      );
    return directory;
  }
}

/**
 * The standalone files of a chart's Gateways, by file name: what `GatewayApp` writes, for tests. Routes and policies of
 * all charts of the app take part.
 *
 * @throws if there are errors, with all of them
 */
export function synthStandalone(chart: Chart): Record<string, string> {
  const { files } = readTree(chart.node.root);
  const own = files.filter((file) => file.chart === chart);
  return Object.fromEntries(own.map(({ name, text }) => [name, text]));
}

// ---------------------------------------------------------------- from constructs to documents

/** What one Gateway becomes. */
interface StandaloneFile {
  /** `<chart>.<gateway>.yaml`, by construct ids. */
  readonly name: string;
  readonly chart: Chart;
  /** Path of the construct. */
  readonly source: string;
  readonly text: string;
  /** TLS material: path, as the text refers to it, to content. */
  readonly material: ReadonlyMap<string, string>;
}

interface Tree {
  readonly files: readonly StandaloneFile[];
  readonly warnings: readonly Diagnostic[];
}

/** Validates and translates all charts at once, since charts refer to each other. */
function readTree(root: IConstruct): Tree {
  const constructs = root.node.findAll();
  const invalid = constructs.flatMap(constructFindings);
  const objects = constructs.filter(ApiObject.isApiObject);
  const owners = new Map<string, ApiObject>();
  const manifests = objects.map((object) => {
    const manifest: unknown = object.toJson();
    owners.set(keyText(keyOf(object)), object);
    return manifest;
  });
  const refused = manifests.flatMap((manifest, index) =>
    validate(manifest).map((finding) => ({ ...finding, source: sourceOf(objects[index]) })),
  );
  const { gateways, diagnostics } = translate(manifests);
  const known = new Set([...invalid, ...refused].map(({ source }) => source));
  const translated = diagnostics
    .map((finding) => located(finding, owners))
    // What is wrong with an object itself is said already; what follows from it would only repeat it.
    .filter(({ source }) => !source || !known.has(source));
  const files = gateways.flatMap((gateway) => standaloneFile(gateway, owners));
  const findings = [...invalid, ...refused, ...translated, ...nameClashes(files)];
  throwErrors(findings);
  return { files, warnings: findings };
}

function constructFindings(construct: IConstruct): Diagnostic[] {
  return construct.node.validate().map((message) => ({
    severity: 'error',
    code: 'Invalid',
    message,
    path: '',
    source: construct.node.path,
  }));
}

function located(finding: Diagnostic, owners: ReadonlyMap<string, ApiObject>): Diagnostic {
  const owner = finding.object && owners.get(keyText(finding.object));
  return owner ? { ...finding, source: sourceOf(owner) } : finding;
}

/** The construct that a user wrote: the one around `Resource`. */
function ownerOf(object: ApiObject): IConstruct {
  const { scope, id } = object.node;
  return id === 'Resource' && scope ? scope : object;
}

function sourceOf(object: ApiObject): string {
  return ownerOf(object).node.path;
}

function keyOf({ kind, name, metadata }: ApiObject): ObjectKey {
  return { kind, namespace: metadata.namespace ?? 'default', name };
}

function keyText({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}

function standaloneFile(
  { gateway, document, files }: TranslatedGateway,
  owners: ReadonlyMap<string, ApiObject>,
): StandaloneFile[] {
  const object = owners.get(keyText(gateway));
  if (!object) return [];
  const owner = ownerOf(object);
  const chart = Chart.of(object);
  const inChart = owner.node.path.slice(chart.node.path.length);
  return [
    {
      name: `${fileName(chart.node.path)}.${fileName(inChart)}.yaml`,
      chart,
      source: owner.node.path,
      text: writeStandalone(document),
      material: files,
    },
  ];
}

/** Lower case, since some file systems do not tell `Edge` from `edge`. */
function fileName(constructPath: string): string {
  return constructPath
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function nameClashes(files: readonly StandaloneFile[]): Diagnostic[] {
  const owners = new Map<string, string>();
  return files.flatMap(({ name, source }) => {
    const other = owners.get(name);
    owners.set(name, source);
    if (other === undefined) return [];
    const message = `its standalone file would be "${name}", and so would that of ${other}`;
    return [{ severity: 'error', code: 'NameConflict', message, path: '', source, hint: RENAME }];
  });
}

const RENAME = 'give one of the two constructs another id';

function throwErrors(findings: readonly Diagnostic[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const count = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  const all = [...errors, ...findings.filter(({ severity }) => severity !== 'error')];
  throw plainError(
    `nothing was written, because of ${count}:\n\n${all.map(formatDiagnostic).join('\n')}`,
  );
}

/** An error about what a user wrote: the stack of this library would bury it. */
function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

// ---------------------------------------------------------------- files

/** Opens every file that this library wrote, so that it can find its own again. */
const MARK = '# Written by cdk8s-agentgateway';
const WITH = '# With ';

/**
 * `cdk8s synth --stdout` has the app write to a directory of its own making, and reads it back: nothing may be written
 * beside it.
 */
function isScratch(outdir: string): boolean {
  const { CDK8S_OUTDIR } = process.env;
  if (!CDK8S_OUTDIR || resolve(CDK8S_OUTDIR) !== outdir) return false;
  return /^cdk8s-[A-Za-z0-9]{6}$/.test(basename(outdir)) && dirname(outdir) === resolve(tmpdir());
}

/** With `cdk8s synth --format helm` manifests are the templates of a Helm chart, which as a whole is the output. */
function outputRoot(outdir: string): string {
  const parent = dirname(outdir);
  return basename(outdir) === 'templates' && existsSync(join(parent, 'Chart.yaml'))
    ? parent
    : outdir;
}

function writeFiles(directory: string, outdir: string, files: readonly StandaloneFile[]): void {
  const mark = `${MARK} beside ${relative(directory, resolve(outdir)).split(sep).join('/')} from `;
  const material = new Map(files.flatMap((file) => [...file.material]));
  const written = new Set(files.map(({ name }) => name));
  removeStale(directory, mark, written, material);
  if (files.length > 0) mkdirSync(directory, { recursive: true });
  for (const [path, content] of material) writePrivate(join(directory, path), content);
  for (const file of files)
    writeFileSync(join(directory, file.name), `${header(mark, file)}${file.text}`);
}

function header(mark: string, { source, material }: StandaloneFile): string {
  const lines = [`${mark}${source}; change the app instead.`];
  if (material.size > 0) lines.push(`${WITH}${[...material.keys()].join(' ')}`);
  // agentgateway expands $NAME in comments as well.
  return lines.map((line) => `${line.replaceAll('$', '$$$$')}\n`).join('');
}

/** Keys are for their owner alone. */
function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** Removes what an earlier synth of the same output wrote and this one does not. */
function removeStale(
  directory: string,
  mark: string,
  written: ReadonlySet<string>,
  material: ReadonlyMap<string, string>,
): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    if (!name.endsWith('.yaml')) continue;
    const [first, second = ''] = readFileSync(join(directory, name), 'utf8').split('\n', 2);
    if (!first.startsWith(mark)) continue;
    const beside = second.startsWith(WITH) ? second.slice(WITH.length).split(' ') : [];
    for (const path of beside.filter((path) => !material.has(path) && isInside(path)))
      rmSync(join(directory, path), { force: true });
    if (!written.has(name)) rmSync(join(directory, name));
  }
}

function isInside(path: string): boolean {
  return !posix.isAbsolute(path) && !posix.normalize(path).startsWith('..');
}
