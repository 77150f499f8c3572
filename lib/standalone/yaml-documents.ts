import {
  Composer,
  type CST,
  type Document,
  type DocumentOptions,
  isMap,
  isScalar,
  Lexer,
  type ParseOptions,
  Parser,
  type SchemaOptions,
  visit,
  YAMLParseError,
} from 'yaml';
import { YAML_ERRORS } from './yaml-errors';

export type YamlOptions = ParseOptions & DocumentOptions & SchemaOptions;

/** Documents of a text; or where it is larger or nested more deeply than anything that is meant. */
export type YamlDocuments = ParsedYaml | TooMuch;

export interface TooMuch {
  readonly tooDeepAt: number;
  readonly problem: string;
}

export interface ParsedYaml {
  /** A key that stands twice in its map is among the errors of its document. */
  readonly documents: readonly Document.Parsed[];
  readonly duplicateKeys: readonly DuplicateKey[];
}

/** Two entries of a map with one key; offsets in the text. */
export interface DuplicateKey {
  readonly key: string;
  readonly first: number;
  readonly again: number;
}

/** Levels of maps and lists. The composer recurses for each, and running out of stack can end the process. */
const DEEPEST = 200;

/** A file of 8 MiB of Kubernetes objects has three million; each costs some 300 bytes. */
const MOST_LEXEMES = 4_000_000;
const TOO_MANY = 'has too many parts to be read; split the file';

/** Parses YAML from outside: like `parseAllDocuments`, but bounded in depth and size before anything recurses. */
export function parseYamlDocuments(text: string, options: YamlOptions = {}): YamlDocuments {
  const tokens = tokensOf(text);
  if ('tooDeepAt' in tokens) return tokens;
  // The composer compares every key of a map with every other.
  const composer = new Composer({
    prettyErrors: false,
    logLevel: 'error',
    ...options,
    uniqueKeys: false,
  });
  const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
  return { documents, duplicateKeys: documents.flatMap(reportDuplicateKeys) };
}

function tokensOf(text: string): CST.Token[] | TooMuch {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    count += 1;
    const tooDeep = parser.stack.length - 1 > DEEPEST;
    if (!tooDeep && count <= MOST_LEXEMES) continue;
    const problem = tooDeep ? YAML_ERRORS.RESOURCE_EXHAUSTION : TOO_MANY;
    return { tooDeepAt: parser.offset, problem };
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function reportDuplicateKeys(document: Document.Parsed): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  visit(document, {
    Map: (_, map) => {
      found.push(...duplicatesOf(map));
    },
  });
  document.errors.push(
    ...found.map(
      ({ again, key }) =>
        new YAMLParseError([again, again + key.length], 'DUPLICATE_KEY', 'a key stands twice'),
    ),
  );
  return found;
}

function duplicatesOf(map: unknown): DuplicateKey[] {
  const firsts = new Map<string, number>();
  const found: DuplicateKey[] = [];
  if (!isMap(map)) return found;
  for (const { key } of map.items) {
    if (!isScalar(key) || !key.range) continue;
    const name = String(key.value);
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, key.range[0]);
    else found.push({ key: name, first, again: key.range[0] });
  }
  return found;
}
