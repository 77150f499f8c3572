import { unescapeBytes, unescapeString } from './literal';
import { SyntaxProblem } from './problem';

export type Token =
  | ({
      readonly type: 'name' | 'quoted' | 'whole' | 'fraction' | 'symbol' | 'end';
      readonly text: string;
    } & Place)
  | ({ readonly type: 'string'; readonly text: string; readonly value: string } & Place)
  | ({ readonly type: 'bytes'; readonly text: string; readonly value: Uint8Array } & Place);

interface Place {
  readonly start: number;
  readonly end: number;
}

const BLANK = /(?:[ \t\n\f\r]|\/\/[^\n]*)*/y;
const NAME = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const QUOTED_NAME = /`[a-zA-Z0-9_.\-/ ]+`/y;
const STRING_START = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/y;
const FRACTION = /(?:[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)/y;
const WHOLE = /(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU]?/y;
const SYMBOL = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y;

/**
 * The tokens of a source, `end` the last of them.
 *
 * @throws SyntaxProblem at the first character that begins none
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = matchAt(BLANK, source, 0).length;
  while (at < source.length) {
    const token = tokenAt(source, at);
    tokens.push(token);
    at = token.end + matchAt(BLANK, source, token.end).length;
  }
  tokens.push({ type: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}

function tokenAt(source: string, at: number): Token {
  const quote = matchAt(STRING_START, source, at);
  if (quote) return stringAt(source, at, quote);
  for (const [type, pattern] of PATTERNS) {
    const text = matchAt(pattern, source, at);
    if (text) return { type, text, start: at, end: at + text.length };
  }
  const character = String.fromCodePoint(source.codePointAt(at)!);
  throw new SyntaxProblem({
    code: 'syntax',
    message: HINTS[character] ?? `unexpected character ${JSON.stringify(character)}`,
    span: { start: at, end: at + character.length },
  });
}

const PATTERNS = [
  ['name', NAME],
  ['quoted', QUOTED_NAME],
  ['fraction', FRACTION],
  ['whole', WHOLE],
  ['symbol', SYMBOL],
] as const;

const HINTS: Readonly<Record<string, string>> = {
  '=': 'unexpected `=`; equality is written `==`',
  '&': 'unexpected `&`; "and" is written `&&`',
  '|': 'unexpected `|`; "or" is written `||`',
  '`': 'unexpected backtick; it quotes the name of a field: a.`content-type`',
  '“': 'unexpected “; quotes are straight: "',
  '”': 'unexpected ”; quotes are straight: "',
};

function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

function stringAt(source: string, start: number, opening: string): Token {
  const prefix = opening.replace(/["']/g, '').toLowerCase();
  const quote = opening.slice(prefix.length);
  const raw = prefix.includes('r');
  const from = start + opening.length;
  const to = closingQuote(source, from, quote, start);
  const body = source.slice(from, to);
  const end = to + quote.length;
  const place = { text: source.slice(start, end), start, end };
  if (!prefix.includes('b'))
    return { type: 'string', value: raw ? body : unescapeString(body, from), ...place };
  const value = raw ? Buffer.from(body) : unescapeBytes(body, from);
  return { type: 'bytes', value, ...place };
}

/** A backslash takes the next character with it, in raw strings as well. */
function closingQuote(source: string, from: number, quote: string, start: number): number {
  for (let at = from; at < source.length; at++) {
    if (source.startsWith(quote, at)) return at;
    if (source[at] === '\\') at += 1;
    else if (quote.length === 1 && (source[at] === '\n' || source[at] === '\r')) break;
  }
  const end = start + quote.length;
  const message = `the string is not closed: ${quote} is missing`;
  throw new SyntaxProblem({ code: 'syntax', message, span: { start, end } });
}
