import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Diagnostic, formatDiagnostic } from '../diagnostic';
import { validate } from '../schema/validate';
import { writeStandalone } from '../standalone/write';
import { expressionFindings } from '../translator/expression-findings';
import { type TranslatedGateway, translate } from '../translator/translate';
import type { GatewayApiChannel } from './gateway-api-channel';
import { plainError } from './plain-error';
import type { StandaloneFile } from './standalone-file';
import { concernsStandalone } from './standalone-findings';
import { type SynthesizedObject, SynthesizedObjects } from './synthesized-objects';

/** What a tree of constructs becomes outside a cluster. */
export interface Tree {
  readonly files: readonly StandaloneFile[];
  readonly warnings: readonly Diagnostic[];
}

export interface TreeOptions {
  /** Whether standalone files are wanted. */
  readonly standalone: boolean;
  readonly channel: GatewayApiChannel;
}

/**
 * Validates and translates all charts at once, since charts refer to each other.
 *
 * @throws if there are errors, with all of them
 */
export function readTree(root: IConstruct, { standalone, channel }: TreeOptions): Tree {
  const constructs = root.node.findAll();
  const invalid = constructs.flatMap(constructFindings);
  const objects = new SynthesizedObjects(constructs);
  const refused = objects.all.flatMap((object) => objectFindings(object, channel));
  const ofExpressions = objects.all.flatMap(({ manifest, owner }) =>
    inConstruct(expressionFindings(manifest), owner),
  );
  const { gateways, diagnostics } = translate(objects.manifests);
  const translated = diagnostics
    .filter((finding) => !objects.concernsOthers(finding))
    .filter((finding) => standalone || !concernsStandalone(finding))
    .map((finding) => inApp(finding, objects));
  const broken = ofExpressions.filter(({ severity }) => severity === 'error');
  const said = new Set([...invalid, ...refused, ...broken].map(({ source }) => source));
  // What is wrong with an object itself is said already; what follows from it would only repeat it.
  const further = translated.filter(({ source }) => !source || !said.has(source));
  const files = standalone ? gateways.flatMap((gateway) => standaloneFile(gateway, objects)) : [];
  const findings = [...invalid, ...refused, ...ofExpressions, ...further, ...nameClashes(files)];
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

function objectFindings(
  { manifest, owner }: SynthesizedObject,
  channel: GatewayApiChannel,
): Diagnostic[] {
  return inConstruct(validate(manifest, { channel }), owner);
}

function inConstruct(findings: readonly Diagnostic[], owner: IConstruct): Diagnostic[] {
  return findings.map((finding) => ({ ...finding, source: owner.node.path }));
}

/** With the construct that it is about, and the way out that an app has. */
function inApp(finding: Diagnostic, objects: SynthesizedObjects): Diagnostic {
  const source = finding.object && objects.find(finding.object)?.owner.node.path;
  if (finding.code !== 'Unsupported') return { ...finding, source };
  const hint = [finding.hint, MANIFESTS_ONLY].filter(Boolean).join('; ');
  return { ...finding, source, hint };
}

const MANIFESTS_ONLY = '`standalone: false` of the GatewayApp writes manifests only';

function standaloneFile(
  { gateway, document, files }: TranslatedGateway,
  objects: SynthesizedObjects,
): StandaloneFile[] {
  const found = objects.find(gateway);
  if (!found) return [];
  const chart = Chart.of(found.object);
  const source = found.owner.node.path;
  const inChart = source.slice(chart.node.path.length);
  return [
    {
      name: `${fileName(chart.node.path)}.${fileName(inChart)}.yaml`,
      chart,
      source,
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
  const sources = new Map<string, string>();
  return files.flatMap(({ name, source }) => {
    const other = sources.get(name);
    sources.set(name, source);
    if (other === undefined) return [];
    const message = `its standalone file would be "${name}", and so would that of ${other}`;
    const hint = 'give one of the two constructs another id';
    return [{ severity: 'error', code: 'NameConflict', message, path: '', source, hint }];
  });
}

function throwErrors(findings: readonly Diagnostic[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const count = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  const warnings = findings.filter(({ severity }) => severity !== 'error');
  const list = [...errors, ...warnings].map(formatDiagnostic).join('\n');
  throw plainError(`nothing was written, because of ${count}:\n\n${list}`);
}
