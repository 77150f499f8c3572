import type { Diagnostic } from '../diagnostic';
import { nameOf } from '../translator/objects';
import type { Checked } from './check-files';
import { excerptOf, type ShownFile } from './excerpt';
import { fileName } from './files';
import { printable, printableLine } from './printable';
import { summary } from './report';

const COLOURS = { error: '31', warning: '33', path: '1', faint: '2', caret: '31;1' } as const;

type Paint = (colour: keyof typeof COLOURS, text: string) => string;

export interface TextOptions {
  readonly colour: boolean;
}

/**
 * Findings for people: grouped by file, each with the line that it is about.
 *
 * @example
 * routes.yaml
 *   error RefNotPermitted 12:9 HTTPRoute shop/cart spec.rules[0].backendRefs[0]
 *     the reference to …
 *        12 |     - name: cart
 *           |       ^
 *     add a ReferenceGrant …
 */
export function textReport(
  { diagnostics, files, objects }: Checked,
  { colour }: TextOptions,
): string {
  const paint: Paint = (name, text) => (colour ? `\x1b[${COLOURS[name]}m${text}\x1b[0m` : text);
  const groups = new Map<string, Diagnostic[]>();
  for (const finding of diagnostics) {
    const group = groups.get(finding.source ?? '');
    if (group) group.push(finding);
    else groups.set(finding.source ?? '', [finding]);
  }
  const blocks = [...groups].map(([path, findings]) => {
    const title = path === '' ? 'all files together' : fileName(path);
    const shown = mostImportant(findings);
    const texts = shown.map((finding) => findingText(finding, files.get(path), paint));
    const told = new Set(shown);
    const rest = findings.filter((finding) => !told.has(finding));
    return `${paint('path', printableLine(title))}\n${texts.join('')}${restText(rest)}\n`;
  });
  return `${blocks.join('')}${lastLines(diagnostics, objects, files.size)}`;
}

/** More of one file than anybody reads at once. */
const MOST_SHOWN = 100;

/** In their order; where they are too many, warnings make room for errors. */
function mostImportant(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  if (findings.length <= MOST_SHOWN) return findings;
  const errors = findings.filter(({ severity }) => severity === 'error').slice(0, MOST_SHOWN);
  const others = findings.filter(({ severity }) => severity !== 'error');
  const shown = new Set([...errors, ...others.slice(0, MOST_SHOWN - errors.length)]);
  return findings.filter((finding) => shown.has(finding));
}

function restText(rest: readonly Diagnostic[]): string {
  if (rest.length === 0) return '';
  return `  … and ${summary(rest)} more in this file; --format json shows all\n`;
}

function findingText(finding: Diagnostic, file: ShownFile | undefined, paint: Paint): string {
  const { severity, code, message, hint, object, path, line, column } = finding;
  const identity = object && `${object.kind} ${nameOf(object)}`;
  const place = line === undefined ? undefined : `${line}:${column ?? 1}`;
  const where = [place, identity, path].filter(Boolean).join(' ');
  const head = `${paint(severity, severity)} ${code}${where && ` ${printableLine(where)}`}`;
  const shown = file && line !== undefined ? excerptText(file, line, column ?? 1, paint) : '';
  return `  ${head}\n${indented(message)}${shown}${hint ? indented(hint) : ''}`;
}

function indented(text: string): string {
  return `${printable(text).replace(/^/gm, '    ')}\n`;
}

function excerptText(file: ShownFile, line: number, column: number, paint: Paint): string {
  const excerpt = excerptOf(file, line, column);
  if (!excerpt || excerpt.text.trim() === '') return '';
  const gutter = String(line).padStart(8);
  const bar = paint('faint', '|');
  const caret = `${' '.repeat(excerpt.caret)}${paint('caret', '^')}`;
  return `${paint('faint', gutter)} ${bar} ${excerpt.text}\n${' '.repeat(8)} ${bar} ${caret}\n`;
}

function lastLines(diagnostics: readonly Diagnostic[], objects: number, files: number): string {
  const scope = `${counted(objects, 'object')} in ${counted(files, 'file')}`;
  if (diagnostics.length === 0) return `no findings: ${scope}\n`;
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0]!;
  return `${summary(diagnostics)}: ${scope}\nwhat a finding means: agw check --explain ${first.code}\n`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
