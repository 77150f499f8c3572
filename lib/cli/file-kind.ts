import { isMap, isScalar } from 'yaml';
import type { Diagnostic } from '../diagnostic';
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
  if (file.holdsManifests) return true;
  if (file.isBroken) return MANIFEST_LINE.test(file.text) || STANDALONE_LINE.test(file.text);
  return isStandalone(file);
}

/** Most of its keys are a standalone file's, and one of them tells. A misspelt one must not hide the file. */
function isStandalone(file: CheckedFile): boolean {
  const [document] = file.parsed.yaml.documents;
  if (!isMap(document?.contents)) return false;
  const keys = document.contents.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const known = keys.filter((key) => Object.hasOwn(STANDALONE.document.properties ?? {}, key));
  return known.length > keys.length / 2 && known.some((key) => TELLING.includes(key));
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
