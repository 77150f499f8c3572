import { type Diagnostic, hasErrors } from '../diagnostic';
import { validate } from '../schema/validate';
import type { StandaloneDocument } from '../standalone/document';
import type { NormalDocument } from '../standalone/normal-document';
import { normalizeStandalone } from '../standalone/normalize';
import { type ReadResult, readStandalone } from '../standalone/read';
import { sideOf } from '../standalone/side';
import { atStart } from '../standalone/starts-anyway';
import { expandVariables, type VariableLookup } from '../standalone/variables';
import { expressionFindings } from '../translator/expression-findings';
import { translate } from '../translator/translate';
import { withEnvironment } from './environment';
import { type SourceFile, unreadableFinding } from './files';
import {
  holdsManifests,
  locate,
  type Manifest,
  manifestIndex,
  parseFile,
  readManifests,
} from './manifests';
import { providerFindings } from './provider-findings';
import { UsageError } from './usage-error';

/** A gateway as it was found in the files. */
export interface LoadedGateway {
  /** `namespace/name`. */
  readonly name: string;
  readonly document: StandaloneDocument;
  /** Whether it was written as a standalone file, rather than translated from objects. */
  readonly isStandalone: boolean;
  /** TLS material that has no file yet. */
  readonly files: ReadonlyMap<string, string>;
  /** A finding about the document as its author knows it; nothing where it is said already. */
  readonly told: (finding: Diagnostic) => readonly Diagnostic[];
}

export interface Loaded {
  readonly gateways: readonly LoadedGateway[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadOptions {
  readonly variables: VariableLookup;
  /** `namespace/name` of the only gateway that is wanted. @default - all */
  readonly gateway?: string;
}

/** Reads manifests and standalone files, told apart by what is in them. */
export function load(files: readonly SourceFile[], options: LoadOptions): Loaded {
  const manifests: Manifest[] = [];
  const gateways: LoadedGateway[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    if (file.unreadable) {
      diagnostics.push(unreadableFinding(file.path, file.unreadable));
      continue;
    }
    const parsed = parseFile(file);
    diagnostics.push(...parsed.diagnostics);
    if (parsed.diagnostics.length > 0) continue;
    if (holdsManifests(parsed.yaml.documents)) {
      const read = readManifests(file, parsed);
      manifests.push(...read.manifests);
      diagnostics.push(...read.diagnostics);
    } else {
      const read = loadStandalone(file, options.variables);
      gateways.push(...read.gateways);
      diagnostics.push(...read.diagnostics);
    }
  }
  if (manifests.length > 0 && !hasErrors(diagnostics)) {
    const translated = translateManifests(manifests);
    gateways.push(...translated.gateways);
    diagnostics.push(...translated.diagnostics);
  }
  return { gateways: choose(gateways, options.gateway), diagnostics: diagnostics.map(atStart) };
}

function loadStandalone(file: SourceFile, variables: VariableLookup): Loaded {
  const read = readStandalone(file.text, { source: file.path, variables });
  const { document, diagnostics } = read;
  const told = placedIn(file, read);
  const gateways = document
    ? [{ name: STANDALONE, document, isStandalone: true, files: new Map(), told }]
    : [];
  return { gateways, diagnostics };
}

/** With file, line and column. */
function placedIn({ path: source }: SourceFile, { locate }: ReadResult) {
  return (finding: Diagnostic): Diagnostic[] => [
    { ...finding, source, ...locate(finding.path, sideOf(finding)) },
  ];
}

/** How agentgateway names itself where no cluster does. */
const STANDALONE = 'default/default';

function translateManifests(manifests: readonly Manifest[]): Loaded {
  const verdicts = manifests.flatMap((manifest) =>
    [...validate(manifest.object), ...expressionFindings(manifest.object)].map((diagnostic) =>
      locate(manifest, diagnostic),
    ),
  );
  if (hasErrors(verdicts))
    return { gateways: [], diagnostics: [...verdicts, ...advice(manifests)] };
  const find = manifestIndex(manifests);
  const translation = translate(manifests.map(({ object }) => object));
  const diagnostics = translation.diagnostics.map((diagnostic) => {
    const manifest = diagnostic.object && find(diagnostic.object);
    return manifest ? locate(manifest, diagnostic) : diagnostic;
  });
  const told = notSaidIn([...verdicts, ...diagnostics]);
  const gateways = translation.gateways.map(({ gateway, document, files }) => ({
    name: `${gateway.namespace}/${gateway.name}`,
    document,
    isStandalone: false,
    files,
    told,
  }));
  return { gateways, diagnostics: [...verdicts, ...diagnostics] };
}

/** Of expressions and keys it is said already, where they are written. */
function notSaidIn(findings: readonly Diagnostic[]) {
  const said = new Set(findings.map(identityOf));
  return (finding: Diagnostic): Diagnostic[] => (said.has(identityOf(finding)) ? [] : [finding]);
}

function identityOf({ code, message }: Diagnostic): string {
  return `${code} ${message}`;
}

/** What a translation says as well, where there is one. */
function advice(manifests: readonly Manifest[]): Diagnostic[] {
  return manifests.flatMap((manifest) =>
    providerFindings(manifest.object).map((diagnostic) => locate(manifest, diagnostic)),
  );
}

/** @throws UsageError where the wanted one is not there */
function choose(
  gateways: readonly LoadedGateway[],
  wanted: string | undefined,
): readonly LoadedGateway[] {
  if (wanted === undefined) return gateways;
  const chosen = gateways.filter(({ name }) => name === wanted);
  if (chosen.length > 0 || gateways.length === 0) return chosen;
  const names = gateways.map(({ name }) => name).join(', ');
  throw new UsageError(`there is no gateway ${wanted}: these files hold ${names}`);
}

/** A gateway that is ready to be compiled. */
export interface ReadyGateway {
  readonly name: string;
  readonly document: NormalDocument;
  readonly readFile: (path: string) => Uint8Array;
  /** As of the gateway that it was made of. */
  readonly told: (finding: Diagnostic) => readonly Diagnostic[];
}

/** What a translation says of the objects themselves. */
const SAID = [
  ...['AnonymousPasses', 'AnyAudience', 'AnyOriginWithCredentials', 'CertificateUnchecked'],
  ...['ExposedCredentials', 'FailsOpen', 'KeysOverHttp', 'ReplacesCheck', 'SampleKey', 'Unchecked'],
  ...['NoFailover', 'UnknownCaller', 'Unreachable', 'UnusedAlias', 'WrongIssuer'],
];

/** Fills in the environment and writes shorthands out; `readFile` gets at what a configuration names on disk. */
export function prepare(
  gateways: readonly LoadedGateway[],
  environment: NodeJS.ProcessEnv,
  readFile: (path: string) => Uint8Array,
  variables: VariableLookup = (name) => environment[name],
): { gateways: ReadyGateway[]; diagnostics: Diagnostic[] } {
  const ready: ReadyGateway[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { name, document, isStandalone, files, told } of gateways) {
    const { document: expanded, unset } = expandVariables(document, variables);
    diagnostics.push(...unset.map((variable) => unsetVariable(name, variable)));
    // What there is instead of a value is nothing to judge.
    if (unset.length > 0) continue;
    const normal = normalizeStandalone(expanded);
    // Of objects it is said already, in their own words.
    const found = normal.diagnostics.filter(({ code }) => isStandalone || !SAID.includes(code));
    diagnostics.push(...found.flatMap((finding) => told({ source: name, ...atStart(finding) })));
    if (!normal.document) continue;
    ready.push({
      name,
      told,
      document: {
        ...normal.document,
        config: withEnvironment(normal.document.config, environment),
      },
      readFile: (path) => {
        const content = files.get(path);
        return content === undefined ? readFile(path) : Buffer.from(content);
      },
    });
  }
  return { gateways: ready, diagnostics };
}

function unsetVariable(gateway: string, variable: string): Diagnostic {
  return {
    severity: 'error',
    code: 'VariableUnset',
    source: `gateway ${gateway}`,
    path: '',
    message: `the environment variable \`${variable}\` is not set`,
    hint: `set it, or give the file of the Secret that holds it as well`,
  };
}
