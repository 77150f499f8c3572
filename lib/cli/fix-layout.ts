import { resolver } from '../schema/schema';
import { STANDALONE } from '../schema/standalone/document';
import { statementOf } from '../schema/validate';
import type { Judge } from './fix-judge';
import { type EntryLine, entryLines, spaced } from './fix-layout-lines';
import { type Layout, layouts, type Statement } from './fix-layout-search';

/** More lines than this are not laid out anew. */
const MOST_LINES = 2000;

/**
 * Indents the documents of a text as the statement of their kind asks, where one reading is right and no other: lines
 * that a wrong indentation put elsewhere, that make no YAML at all, or that lost all of it.
 *
 * @example
 * metadata:        metadata:
 * name: edge   →     name: edge
 * spec:            spec:
 */
export function fixLayout(text: string, judge: Judge): string {
  return documentsOf(text)
    .map((document) => laidOut(document, judge) ?? document)
    .join('');
}

/** What stands before the lines of a document. */
const HEAD = /^\uFEFF?(?:%.*\n)*(?:---[ \t]*(?:#.*)?\r?\n)?/;

/** The stretches between the lines `---`, each of which stays with the document that it begins. */
function documentsOf(text: string): string[] {
  return text.split(/^(?=---(?:[ \t]|\r?$))/m);
}

function laidOut(document: string, judge: Judge): string | undefined {
  if (!isOutOfPlace(document, judge)) return undefined;
  const [head] = HEAD.exec(document)!;
  const body = document.slice(head.length).split(/(?<=\n)/);
  if (body.length > MOST_LINES) return undefined;
  const entries = entryLines(body.map((line) => line.replace(/\r?\n$/, '')));
  const statement = entries && statementFor(entries);
  const readings = statement && layouts(entries, statement);
  if (!readings) return undefined;
  const right = readings
    .map(({ columns, moved }) => ({ text: head + indented(body, entries, columns), moved }))
    .filter(({ text }) => isRight(text, judge));
  return only(right, isFlat(entries));
}

/** Whether the document is no YAML, or a key has nothing below it that what follows could be meant for. */
function isOutOfPlace(document: string, judge: Judge): boolean {
  const { syntax, findings } = judge(document);
  if (syntax.length > 0) return true;
  const isWrong = findings.some(({ finding }) => finding.severity === 'error' && !finding.fix);
  return isWrong && /^( *)[A-Za-z]\w*:[ \t]*(?:#.*)?\r?\n\1[^\s#]/m.test(document);
}

function isRight(document: string, judge: Judge): boolean {
  const { syntax, findings } = judge(document);
  if (syntax.length > 0) return false;
  return findings.every(({ finding }) => finding.severity !== 'error' || finding.fix);
}

/** Without any indentation nothing speaks for one reading; else one that moves fewer lines is meant. */
function only(
  right: readonly (Pick<Layout, 'moved'> & { readonly text: string })[],
  isFlat: boolean,
): string | undefined {
  const fewest = Math.min(...right.map(({ moved }) => moved));
  const meant = isFlat ? right : right.filter(({ moved }) => moved === fewest);
  return meant.length === 1 ? meant[0]!.text : undefined;
}

function isFlat(entries: readonly EntryLine[]): boolean {
  return entries.every(({ column }) => column === entries[0]!.column);
}

/** The statement of what the document says it is, wherever these lines stand. */
function statementFor(entries: readonly EntryLine[]): Statement | undefined {
  const textOf = (name: string) => bare(entries.find(({ key }) => key === name)?.value ?? '');
  const [apiVersion, kind] = [textOf('apiVersion'), textOf('kind')];
  if (apiVersion !== '' || kind !== '') return statementOf({ apiVersion, kind });
  return { whole: STANDALONE.document, resolve: resolver(STANDALONE.definitions) };
}

function bare(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}

function indented(
  lines: readonly string[],
  entries: readonly EntryLine[],
  columns: readonly number[],
): string {
  const result = [...lines];
  entries.forEach(({ first, last, column }, index) => {
    const by = columns[index]! - column;
    if (by === 0 && !/\t/.test(/^\s*/.exec(lines[entries[index]!.line]!)![0])) return;
    for (let line = first; line <= last; line++) result[line] = shifted(lines[line]!, by);
  });
  return result.join('');
}

function shifted(line: string, by: number): string {
  if (line.trim() === '') return line;
  const text = spaced(line);
  if (by >= 0) return ' '.repeat(by) + text;
  const spaces = text.length - text.trimStart().length;
  return text.slice(Math.min(-by, spaces));
}
