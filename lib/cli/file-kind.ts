import { type Document, isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { Diagnostic } from '../diagnostic';
import { didYouMean } from '../schema/did-you-mean';
import { STANDALONE } from '../schema/standalone/document';
import type { CheckedFile } from './checked-file';

/** Keys that a standalone file begins with and hardly another does; `config` or `version` may be anybody's. */
const TELLING = [
  'binds',
  'frontendPolicies',
  'gateways',
  'listeners',
  'llm',
  'mcp',
  'policies',
  'routes',
];

const MANIFEST_LINE = /^\s*["']?(?:apiVersion|kind)["']?\s*:/m;
const STANDALONE_LINE = new RegExp(`^(?:${TELLING.join('|')}):`, 'm');

/**
 * Whether a file that was found in a directory is meant for us: other people's YAML and JSON lies about as well. What
 * cannot be parsed is judged by its looks.
 */
export function isConfiguration(file: CheckedFile): boolean {
  if (isChart(file)) return false;
  if (file.holdsManifests) return true;
  if (file.isBroken) return MANIFEST_LINE.test(file.text) || STANDALONE_LINE.test(file.text);
  return isStandalone(file);
}

/** What a chart of Helm says about itself has an apiVersion and is no object. */
function isChart({ path, parsed }: CheckedFile): boolean {
  const [document] = parsed.yaml.documents;
  if (!/(^|[/\\])Chart\.ya?ml$/.test(path) || !isMap(document?.contents)) return false;
  return !document.has('kind') && /^v[12]$/.test(String(document.get('apiVersion')));
}

/** Whether nothing is in a file but comments and the marks between documents. */
export function holdsNothing({ parsed }: CheckedFile): boolean {
  const { diagnostics, yaml } = parsed;
  return diagnostics.length === 0 && yaml.documents.every(isEmpty);
}

function isEmpty({ contents, errors }: Document): boolean {
  if (errors.length > 0) return false;
  return contents === null || (isScalar(contents) && contents.value === null);
}

const KNOWN = STANDALONE.document.properties ?? {};

/** Keys that hardly another kind of file has with such a value. One is enough, whatever stands beside it. */
const CERTAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  binds: isSeq,
  gateways: isMap,
  frontendPolicies: isMap,
  llm: (value) => isMap(value) && isSeq(value.get('models')),
  mcp: (value) => isMap(value) && isSeq(value.get('targets')),
};

/** One of its keys is certain; or most are a standalone file's, spelt well or not, and one of them tells. */
function isStandalone(file: CheckedFile): boolean {
  const [document] = file.parsed.yaml.documents;
  if (!isMap(document?.contents)) return false;
  const { items } = document.contents;
  if (items.some(isCertain)) return true;
  const keys = items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const meant = keys.filter((key) => Object.hasOwn(KNOWN, key) || isNearlyKnown(key));
  return meant.length > keys.length / 2 && keys.some((key) => TELLING.includes(key));
}

function isNearlyKnown(key: string): boolean {
  return didYouMean(key, Object.keys(KNOWN)) !== undefined;
}

function isCertain({ key, value }: Pair): boolean {
  const name = isScalar(key) ? String(key.value) : '';
  return Object.hasOwn(CERTAIN, name) && CERTAIN[name]!(value);
}

const TEMPLATE = /\{\{[-\s]*[.A-Za-z$"]/;

/** Broken YAML is often none yet: a chart of Helm is to be rendered first. */
export function withTemplateHint(finding: Diagnostic, { text }: CheckedFile): Diagnostic {
  if (finding.hint !== undefined || !TEMPLATE.test(text)) return finding;
  return {
    ...finding,
    hint: 'this looks like a template; render it first: `helm template . | agw check -`',
  };
}
