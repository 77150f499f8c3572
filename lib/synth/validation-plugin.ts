import { type Diagnostic, hasErrors } from '../diagnostic';
import { didYouMean } from '../schema/did-you-mean';
import { listed, quoted } from '../schema/json';
import { validate } from '../schema/validate';
import { expressionFindings } from '../translator/expression-findings';
import { translate } from '../translator/translate';
import { GatewayApiChannel } from './gateway-api-channel';
import { keyOf, keyText, missingReference, objectsOf } from './manifest';
import { concernsStandalone } from './standalone-findings';

/** `properties` of the plugin in `cdk8s.yaml`. */
export interface AgentgatewayValidationProps {
  /**
   * Only what an API server would refuse: no references between objects, no advice.
   *
   * @default false
   */
  readonly verdict?: boolean;

  /**
   * The release of Gateway API's definitions that the cluster has: `standard` or `experimental`.
   *
   * @default GatewayApiChannel.STANDARD
   */
  readonly gatewayApiChannel?: GatewayApiChannel;
}

/** The values that a property may have. */
const PROPERTIES: Readonly<Record<string, readonly unknown[]>> = {
  verdict: [true, false],
  gatewayApiChannel: Object.values(GatewayApiChannel),
};

/** What cdk8s-cli gives to a validation plugin, as far as this one uses it. */
export interface IValidationContext {
  /** Paths of the synthesized files. */
  readonly manifests: readonly string[];
  /** Where the plugin says what it found. */
  readonly report: IValidationReport;
  /** The documents of a synthesized file. */
  parseManifest(manifestPath: string): unknown[];
}

/** The report of one plugin, to which cdk8s-cli adds the paths of constructs. */
export interface IValidationReport {
  /** Adds what is wrong, and where. */
  addViolation(violation: ValidationViolation): void;
  /** Ends the report: `failure` ends the synth with exit code 2. */
  submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
}

/** One thing that is wrong, at one or several places. */
export interface ValidationViolation {
  /** Code of the finding. */
  readonly ruleName: string;
  /** What is wrong. */
  readonly recommendation: string;
  /** The next step. */
  readonly fix: string;
  /** The objects it is about. */
  readonly violatingResources: readonly ValidationViolatingResource[];
}

/** A place where something is wrong. */
export interface ValidationViolatingResource {
  /** `metadata.name` of the object: cdk8s-cli finds its construct by it. */
  readonly resourceName: string;
  /** Kind and path inside the object. */
  readonly locations: readonly string[];
  /** The synthesized file. */
  readonly manifestPath: string;
}

interface SynthesizedManifest {
  readonly manifest: unknown;
  readonly path: string;
}

/**
 * Validation plugin of `cdk8s synth` for apps that are no `GatewayApp`: what the API server would refuse about the objects of
 * agentgateway and Gateway API is a violation, with the path of its construct.
 *
 * @example
 * validations:
 *   - package: ./node_modules/cdk8s-agentgateway
 *     version: 0.1.0
 *     class: AgentgatewayValidation
 */
export class AgentgatewayValidation {
  private readonly verdict: boolean;
  private readonly channel: GatewayApiChannel;

  /** @throws if there is a property that the plugin does not have */
  constructor(props: AgentgatewayValidationProps = {}) {
    checkProperties(props);
    this.verdict = props.verdict ?? false;
    this.channel = props.gatewayApiChannel ?? GatewayApiChannel.STANDARD;
  }

  /** Called by cdk8s-cli after synthesis. */
  public async validate(context: IValidationContext): Promise<void> {
    const manifests = context.manifests.flatMap((path) => read(context, path));
    const { channel } = this;
    const refused = manifests.flatMap((one) => validate(one.manifest, { channel }).map(at(one)));
    const found = this.verdict ? refused : [...refused, ...meaningOf(manifests, refused)];
    for (const violation of violations(found)) context.report.addViolation(violation);
    const findings = found.map(({ finding }) => finding);
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    context.report.submit(hasErrors(findings) ? 'failure' : 'success', {
      objects: String(manifests.length),
      errors: String(errors),
      warnings: String(findings.length - errors),
    });
  }
}

function checkProperties(props: object): void {
  const names = Object.keys(PROPERTIES);
  for (const [name, value] of Object.entries(props)) {
    const near = didYouMean(name, names);
    const hint = near ? `did you mean ${quoted(near)}?` : `it has ${listed(names)}`;
    if (!names.includes(name))
      throw new Error(`AgentgatewayValidation has no property ${quoted(name)}; ${hint}`);
    if (PROPERTIES[name]!.includes(value)) continue;
    const values = listed(PROPERTIES[name]!.map(String), 'or');
    throw new Error(
      `property ${quoted(name)} of AgentgatewayValidation is ${quoted(String(value))}; write ${values}`,
    );
  }
}

function read(context: IValidationContext, path: string): SynthesizedManifest[] {
  return context
    .parseManifest(path)
    .filter((document) => document !== null && document !== undefined)
    .flatMap(objectsOf)
    .map((manifest) => ({ manifest, path }));
}

// ---------------------------------------------------------------- findings

interface Found {
  readonly finding: Diagnostic;
  readonly path: string;
  readonly resourceName: string;
}

function at({ manifest, path }: SynthesizedManifest): (finding: Diagnostic) => Found {
  const resourceName = keyOf(manifest).name;
  return (finding) => ({ finding, path, resourceName });
}

/** What an API server takes and the gateway does not run, or not as it reads. */
function meaningOf(manifests: readonly SynthesizedManifest[], refused: readonly Found[]): Found[] {
  const texts = manifests.flatMap((one) => expressionFindings(one.manifest).map(at(one)));
  const broken = texts.filter(({ finding }) => finding.severity === 'error');
  return [...texts, ...referenceFindings(manifests, [...refused, ...broken])];
}

/** What the objects lack among each other. What an object itself has wrong is said already; the rest would only repeat it. */
function referenceFindings(
  manifests: readonly SynthesizedManifest[],
  refused: readonly Found[],
): Found[] {
  const byKey = new Map(manifests.map((one) => [keyText(keyOf(one.manifest)), one]));
  const said = new Set(refused.map(({ finding }) => finding.object && keyText(finding.object)));
  return translate(manifests.map(({ manifest }) => manifest)).diagnostics.flatMap((finding) => {
    const one = finding.object && byKey.get(keyText(finding.object));
    if (!one || concernsStandalone(finding) || said.has(keyText(finding.object!))) return [];
    const missing = missingReference(finding, one.manifest);
    const outside = missing !== undefined && !byKey.has(keyText(missing));
    return [at(one)(outside ? { ...finding, severity: 'warning' } : finding)];
  });
}

/** The same finding at several places is one violation. */
function violations(found: readonly Found[]): ValidationViolation[] {
  const grouped = new Map<string, ValidationViolation>();
  for (const { finding, path, resourceName } of found) {
    const { severity, code, message, hint } = finding;
    const key = JSON.stringify([severity, code, message, hint]);
    const place = { resourceName, locations: [location(finding)], manifestPath: path };
    grouped.set(key, {
      ruleName: severity === 'error' ? code : `${code} (warning)`,
      recommendation: message,
      fix: hint ?? `\`agw check --explain ${code}\` says more`,
      violatingResources: [...(grouped.get(key)?.violatingResources ?? []), place],
    });
  }
  return [...grouped.values()];
}

function location({ object, path }: Diagnostic): string {
  return [object?.kind, path].filter(Boolean).join(' ');
}
