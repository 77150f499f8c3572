import type { Diagnostic } from '../diagnostic';
import type { Channel } from '../schema/channel';
import { quoted, textField } from '../schema/json';
import { statementOf, validate } from '../schema/validate';
import { placesInObject } from '../standalone/expression-places';
import type { VariableLookup } from '../standalone/variables';
import { nameOf } from '../translator/objects';
import { checkStandalone } from './check-standalone';
import { CheckedFile } from './checked-file';
import { holdsNothing, isConfiguration, withTemplateHint } from './file-kind';
import {
  type FoundFile,
  fileName,
  type ReadText,
  type Unreadable,
  unreadable,
  unreadableFinding,
} from './files';
import { keyOf, locate, type Manifest, manifestIndex } from './manifests';
import { printableLine } from './printable';
import { providerFindings } from './provider-findings';
import { referenceFindings } from './reference-findings';
import { textFindings } from './text-findings';

export interface CheckOptions {
  readonly variables: VariableLookup;
  /** Only what an API server, or agentgateway's own parser of a standalone file, would say. */
  readonly verdict: boolean;
  /** Which fields and kinds of Gateway API the cluster knows. */
  readonly channel: Channel;
  /** How a file is read. */
  readonly read: (path: string) => ReadText | Unreadable;
  /** Called before each file. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Checked {
  /** In the order of the files, and of each from its beginning to its end. */
  readonly diagnostics: readonly Diagnostic[];
  /** Those that were read, by path. */
  readonly files: ReadonlyMap<string, CheckedFile>;
  /** How many Kubernetes objects and standalone configurations were looked at. */
  readonly objects: number;
  /** Files that are no configuration, and that nobody named. */
  readonly skipped: readonly string[];
}

/** Checks every file alone, and then what they say together. */
export function checkFiles(found: readonly FoundFile[], options: CheckOptions): Checked {
  return new Check(found, options).run();
}

/** While all that is read takes no more room than this, nothing is read twice. */
const KEPT_CHARACTERS = 8 * 1024 * 1024;

interface KnownObject {
  readonly object: unknown;
  readonly file: CheckedFile;
  readonly index: number;
}

class Check {
  readonly #files = new Map<string, CheckedFile>();
  readonly #objects: KnownObject[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #skipped: string[] = [];
  #standalone = 0;
  #kept = 0;

  constructor(
    private readonly found: readonly FoundFile[],
    private readonly options: CheckOptions,
  ) {}

  run(): Checked {
    this.found.forEach((file, index) => {
      this.options.onProgress?.(index, this.found.length);
      this.#read(file);
    });
    if (!this.options.verdict) this.#checkTogether();
    return {
      diagnostics: this.#inOrder(),
      files: this.#files,
      objects: this.#objects.length + this.#standalone,
      skipped: this.#skipped,
    };
  }

  // ---------------------------------------------------------------- one file

  #read(found: FoundFile): void {
    const read = this.options.read(found.path);
    if ('text' in read) return this.#check(new CheckedFile(found, read.text));
    if (found.isNamed && !read.isContent) throw unreadable(found.path, read);
    this.#diagnostics.push(unreadableFinding(found.path, read));
  }

  #check(file: CheckedFile): void {
    this.#files.set(file.path, file);
    if (!file.found.isNamed && !isConfiguration(file)) this.#skipped.push(file.path);
    else if (file.parsed.diagnostics.length > 0) this.#diagnostics.push(...file.parsed.diagnostics);
    else if (file.holdsManifests) this.#checkManifests(file);
    else if (!holdsNothing(file)) this.#checkStandalone(file);
    this.#kept += file.text.length;
    if (this.#kept > KEPT_CHARACTERS) file.release();
  }

  #checkManifests(file: CheckedFile): void {
    const { manifests, diagnostics } = file.manifests;
    const { channel } = this.options;
    this.#diagnostics.push(...diagnostics.map((finding) => withTemplateHint(finding, file)));
    manifests.forEach((manifest, index) => {
      this.#objects.push({ object: manifest.object, file, index });
      const findings = validate(manifest.object, { channel }).map((finding) =>
        locate(manifest, finding),
      );
      this.#diagnostics.push(...this.#wanted(findings));
      // An API server takes any text for an expression or a pattern.
      if (this.options.verdict) return;
      this.#diagnostics.push(...this.#wanted(textsOf(file, manifest, channel)));
      const advice = providerFindings(manifest.object).map((finding) => locate(manifest, finding));
      this.#diagnostics.push(...advice);
    });
  }

  #checkStandalone(file: CheckedFile): void {
    this.#standalone += 1;
    const checked = checkStandalone(file, this.options);
    this.#diagnostics.push(...this.#wanted(checked));
  }

  /** What this gateway does not run is no fault of a configuration; advice is no verdict. */
  #wanted(findings: readonly Diagnostic[]): Diagnostic[] {
    return findings.filter(
      ({ code, severity }) =>
        code !== 'Unsupported' && (!this.options.verdict || severity === 'error'),
    );
  }

  // ---------------------------------------------------------------- all of them

  #checkTogether(): void {
    const distinct = this.#distinct();
    const findings = referenceFindings(
      distinct.map(({ object }) => object),
      this.#diagnostics,
    );
    const find = manifestIndex(distinct);
    const located = findings.map((finding) => {
      const known = finding.object && find(finding.object);
      return known ? locate(manifestOf(known), finding) : finding;
    });
    this.#diagnostics.push(...located);
  }

  /** Each object once: of those that stand several times, the first. */
  #distinct(): KnownObject[] {
    const firsts = new Map<string, KnownObject>();
    for (const known of this.#objects) {
      const identity = identityOf(known.object);
      const first = firsts.get(identity);
      if (!first) firsts.set(identity, known);
      else if (isOurs(known.object)) this.#diagnostics.push(duplicate(known, first));
    }
    return [...firsts.values()];
  }

  #inOrder(): Diagnostic[] {
    const order = new Map(this.found.map(({ path }, index) => [path, index]));
    const place = ({ source }: Diagnostic) => order.get(source ?? '') ?? order.size;
    const distinct = new Map(
      this.#diagnostics.map((finding) => [JSON.stringify(finding), finding]),
    );
    return [...distinct.values()].sort(
      (a, b) =>
        place(a) - place(b) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0) ||
        compare(a.path, b.path) ||
        compare(a.code, b.code) ||
        compare(a.message, b.message),
    );
  }
}

function manifestOf({ file, index }: KnownObject): Manifest {
  return file.manifests.manifests[index]!;
}

function identityOf(object: unknown): string {
  const { kind, namespace, name } = keyOf(object);
  // Without a name, nothing is known to be the same.
  return JSON.stringify([groupOf(object), kind, namespace, name || object]);
}

function groupOf(object: unknown): string {
  const apiVersion = textField(object, 'apiVersion');
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

const OUR_GROUPS = ['agentgateway.dev', 'gateway.networking.k8s.io'];

function isOurs(object: unknown): boolean {
  return OUR_GROUPS.includes(groupOf(object));
}

/** In one file a mistake; in several they may be those of several clusters, of which each gets one. */
function duplicate(again: KnownObject, first: KnownObject): Diagnostic {
  const object = keyOf(again.object);
  const { line } = locate(manifestOf(first), { ...DUPLICATE, object });
  const place = `${printableLine(fileName(first.file.path))}:${line}`;
  return locate(manifestOf(again), {
    ...DUPLICATE,
    severity: again.file === first.file ? 'error' : 'warning',
    message: `${object.kind} ${quoted(nameOf(object))} stands in ${place} already`,
    object,
  });
}

const DUPLICATE: Diagnostic = {
  severity: 'error',
  code: 'Duplicate',
  path: 'metadata.name',
  message: '',
  hint: 'remove one of them, give it another name or namespace, or check the files of each cluster by themselves',
};

function textsOf(file: CheckedFile, manifest: Manifest, channel: Channel): Diagnostic[] {
  const { object, tree, at, lines } = manifest;
  const stated = statementOf(object, { channel });
  if (!stated) return [];
  const { path, text } = file;
  const statement = { schema: stated.whole, resolve: stated.resolve };
  const root = tree.place(at, 'key').node;
  const found = textFindings({
    ...{ path, text, lines, tree, root, statement },
    hasVariables: false,
    placeOf: placesInObject(object),
  });
  const key = keyOf(object);
  return found.map((finding) => ({ ...finding, object: key }));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
