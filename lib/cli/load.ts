import { type Diagnostic, hasErrors } from '../diagnostic';
import { validate } from '../schema/validate';
import type { StandaloneDocument } from '../standalone/document';
import type { NormalDocument } from '../standalone/normal-document';
import { normalizeStandalone } from '../standalone/normalize';
import { readStandalone } from '../standalone/read';
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
  const { document, diagnostics } = readStandalone(file.text, { source: file.path, variables });
  const gateways = document
    ? [{ name: STANDALONE, document, isStandalone: true, files: new Map() }]
    : [];
  return { gateways, diagnostics };
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
  const gateways = translation.gateways.map(({ gateway, document, files }) => ({
    name: `${gateway.namespace}/${gateway.name}`,
    document,
    isStandalone: false,
    files,
  }));
  return { gateways, diagnostics: [...verdicts, ...diagnostics] };
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
}

/** What a translation says of the objects themselves. */
const SAID = [
  ...['AnonymousPasses', 'AnyAudience', 'AnyOriginWithCredentials', 'CertificateUnchecked'],
  ...['ExposedCredentials', 'FailsOpen', 'KeysOverHttp', 'SampleKey', 'Unchecked'],
  ...['Unreachable', 'WrongIssuer'],
];

/** Fills in the environment and writes shorthands out; `readFile` gets at what a configuration names on disk. */
export function prepare(
  gateways: readonly LoadedGateway[],
  environment: NodeJS.ProcessEnv,
  readFile: (path: string) => Uint8Array,
): { gateways: ReadyGateway[]; diagnostics: Diagnostic[] } {
  const ready: ReadyGateway[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { name, document, isStandalone, files } of gateways) {
    const { document: expanded, unset } = expandVariables(
      document,
      (variable) => environment[variable],
    );
    diagnostics.push(...unset.map((variable) => unsetVariable(name, variable)));
    const normal = normalizeStandalone(expanded);
    // Of objects it is said already, in their own words.
    const found = normal.diagnostics.filter(({ code }) => isStandalone || !SAID.includes(code));
    diagnostics.push(...found.map((finding) => ({ source: name, ...atStart(finding) })));
    if (!normal.document) continue;
    ready.push({
      name,
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
