import { type Diagnostic, hasErrors } from '../diagnostic';
import { isObject } from '../schema/json';
import { mixedBinds } from '../schema/standalone-ports';
import { reportAnonymousAccess } from '../standalone/anonymous-access';
import type { StandaloneDocument } from '../standalone/document';
import { emptyPolicies } from '../standalone/empty-policies';
import { NO_EXPRESSION } from '../standalone/expression-faults';
import { placesInFile } from '../standalone/expression-places';
import { Findings } from '../standalone/findings';
import { normalizeStandalone } from '../standalone/normalize';
import { type ReadResult, readStandalone } from '../standalone/read';
import { sideOf } from '../standalone/side';
import type { VariableLookup } from '../standalone/variables';
import { stepsOf, type YamlTree } from '../standalone/yaml-tree';
import { type CheckedFile, STANDALONE_STATEMENT } from './checked-file';
import { keyFindings } from './key-findings';
import { PLACEHOLDER } from './placeholder';
import { reliedDefaults } from './standalone-defaults';
import { textFindings } from './text-findings';
import { writtenFractions } from './written-fractions';

export interface StandaloneOptions {
  readonly variables: VariableLookup;
  readonly verdict: boolean;
}

/** What is wrong with a standalone file: to its parser, and beyond the verdict also in what it means. */
export function checkStandalone(file: CheckedFile, options: StandaloneOptions): Diagnostic[] {
  const [tree] = file.isBroken ? [] : file.standaloneTrees;
  const found = findingsOf(file, options);
  return tree ? found.map((finding) => placed(finding, file, tree)) : found;
}

/** At the value where that is wrong, as it stands before variables are put in. */
function placed(finding: Diagnostic, { lines }: CheckedFile, tree: YamlTree): Diagnostic {
  if (finding.path === '' || finding.code === 'InvalidExpression') return finding;
  const { offset } = tree.place(stepsOf(finding.path), sideOf(finding));
  return { ...finding, ...lines.position(offset) };
}

function findingsOf(file: CheckedFile, options: StandaloneOptions): Diagnostic[] {
  const { path: source, text } = file;
  const { variables } = options;
  const read = readStandalone(text, { source, variables, verdict: true });
  const texts = file.isBroken ? [] : textsOf(file);
  const fractions = file.isBroken ? [] : writtenFractions(file);
  if (options.verdict) {
    return [...read.diagnostics, ...fractions, ...texts.filter(isOfParser)];
  }
  const unset = read.diagnostics.filter(({ code }) => code === 'VariableUnset');
  const whole = unset.length === 0 ? read : withPlaceholders(file, options);
  return [
    ...unset.map(asWarning),
    ...whole.diagnostics,
    ...fractions,
    ...texts,
    ...(file.isBroken ? [] : [...neverReached(file), ...leftEmpty(file)]),
    ...meaningOf(whole, file),
    ...(hasErrors(whole.diagnostics) ? [] : reliedDefaults(file, whole.locate)),
  ];
}

/** What is said here of every file, whether this gateway runs it or not. */
const OWN: ReadonlySet<string> = new Set(['OptionalByDefault', 'ProtocolConflict']);

function meaningOf(read: ReadResult, file: CheckedFile): Diagnostic[] {
  const { document, locate } = read;
  const meant = document ? meaningOfDocument(document) : accessTo(read, file);
  return meant
    .filter(({ code }) => !OWN.has(code))
    .map((finding) => ({ ...finding, ...locate(finding.path), source: file.path }));
}

function meaningOfDocument(written: StandaloneDocument): readonly Diagnostic[] {
  const { document, diagnostics } = normalizeStandalone(written);
  return document ? [...diagnostics, ...keyFindings(document)] : diagnostics;
}

/** Of what this gateway does not run nothing else is known than who gets there. */
function accessTo({ diagnostics }: ReadResult, file: CheckedFile): readonly Diagnostic[] {
  const isValid = diagnostics.every(
    ({ severity, code }) => severity !== 'error' || code === NOT_RUN,
  );
  const [tree] = isValid && !file.isBroken ? file.standaloneTrees : [];
  const written = tree?.value();
  if (!written || !('value' in written) || !isObject(written.value)) return [];
  const findings = new Findings();
  reportAnonymousAccess(written.value, findings);
  return findings.diagnostics;
}

const NOT_RUN = 'Unsupported';

/** Listeners of binds that agentgateway loads and never hands a connection to. */
function neverReached({ standaloneTrees, path: source }: CheckedFile): Diagnostic[] {
  const read = standaloneTrees[0]?.value();
  if (!read || !('value' in read)) return [];
  return mixedBinds(read.value).map((finding) => ({ ...finding, source }));
}

function leftEmpty({ standaloneTrees, path: source }: CheckedFile): Diagnostic[] {
  return standaloneTrees
    .slice(0, 1)
    .flatMap((tree) => emptyPolicies(contentOf(tree)))
    .map((finding) => ({ ...finding, source }));
}

// ---------------------------------------------------------------- variables

/** A check seldom runs where the gateway does, with its environment. */
function asWarning(finding: Diagnostic): Diagnostic {
  return { ...finding, severity: 'warning' };
}

/** Reads the file as if all its variables were set; of what they stand for nothing is said. */
function withPlaceholders(
  { path: source, text, lines }: CheckedFile,
  { variables }: StandaloneOptions,
) {
  const stand = (name: string) => variables(name) ?? PLACEHOLDER;
  const read = readStandalone(text, { source, variables: stand, verdict: true });
  const diagnostics = read.diagnostics.filter(({ line }) => {
    const range = line === undefined ? undefined : lines.range(line);
    return !range || !text.slice(range.start, range.end).includes('$');
  });
  return { ...read, diagnostics };
}

// ---------------------------------------------------------------- expressions and patterns

/** A pattern inside of an expression is read when the expression runs, and by no parser. */
function isOfParser({ code, message }: Diagnostic): boolean {
  return code !== 'InvalidExpression' || message.startsWith(NO_EXPRESSION);
}

function textsOf(file: CheckedFile): Diagnostic[] {
  const { path, text, lines } = file;
  return file.standaloneTrees.flatMap((tree) =>
    textFindings({
      ...{ path, text, lines, tree },
      root: tree.resolved(tree.document.contents),
      statement: STANDALONE_STATEMENT,
      hasVariables: true,
      placeOf: placesInFile(contentOf(tree)),
    }),
  );
}

function contentOf(tree: YamlTree): unknown {
  const read = tree.value();
  return 'value' in read ? read.value : undefined;
}
