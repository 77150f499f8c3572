import {
  Composer,
  type CST,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  Parser,
  type SchemaOptions,
} from 'yaml';

export type YamlOptions = ParseOptions & DocumentOptions & SchemaOptions;

/** Documents of a text; or where it is nested more deeply than anything that is meant. */
export type YamlDocuments =
  | { readonly documents: readonly Document.Parsed[] }
  | { readonly tooDeepAt: number };

/** Levels of maps and lists. The parser recurses for each, and running out of stack can end the process. */
const DEEPEST = 200;

/** Parses YAML from outside: like `parseAllDocuments`, but bounded in depth before anything recurses. */
export function parseYamlDocuments(text: string, options: YamlOptions = {}): YamlDocuments {
  const tokens = [...new Parser().parse(text)];
  const tooDeepAt = firstTooDeep(tokens);
  if (tooDeepAt !== undefined) return { tooDeepAt };
  const composer = new Composer({ prettyErrors: false, logLevel: 'error', ...options });
  const documents = [...composer.compose(tokens, true, text.length)];
  return { documents: documents as Document.Parsed[] };
}

function firstTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) return token.offset;
    for (const inner of inside(token)) open.push({ token: inner, depth: depth + 1 });
  }
  return undefined;
}

function inside(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((part) => !!part));
}
