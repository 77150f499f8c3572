import { CelError } from './cel-error';
import type { Span } from './expression';
import { SyntaxProblem } from './problem';
import { type CelValue, double, int, Uint } from './value';

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
  '?': 0x3f,
  '"': 0x22,
  "'": 0x27,
  '`': 0x60,
};
const NUMBERED_ESCAPE =
  /^(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/;

/** The text of a string literal between its quotes, with escapes resolved. */
export function unescapeString(body: string, start: number): string {
  if (!body.includes('\\')) return body;
  return resolveEscapes(body, start, (code, _isByte, span) => {
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw problem('the escape names no character', span);
    return String.fromCodePoint(code);
  }).join('');
}

/** The bytes of a bytes literal between its quotes. `\x` and octal escapes are bytes, everything else is UTF-8. */
export function unescapeBytes(body: string, start: number): Uint8Array {
  const parts: (string | number)[] = resolveEscapes<string | number>(
    body,
    start,
    (code, isByte, span) => {
      if (!isByte) throw problem('bytes know no \\u; write \\x for each byte', span);
      return code;
    },
  );
  return Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
  );
}

function resolveEscapes<Part>(
  body: string,
  start: number,
  part: (code: number, isByte: boolean, span: Span) => Part,
): (string | Part)[] {
  const parts: (string | Part)[] = [];
  let at = 0;
  for (;;) {
    const backslash = body.indexOf('\\', at);
    parts.push(backslash < 0 ? body.slice(at) : body.slice(at, backslash));
    if (backslash < 0) return parts;
    const { code, length, isByte } = escapeAt(body, backslash + 1, start);
    const span = { start: start + backslash, end: start + backslash + 1 + length };
    parts.push(part(code, isByte, span));
    at = backslash + 1 + length;
  }
}

function escapeAt(
  body: string,
  at: number,
  start: number,
): { code: number; length: number; isByte: boolean } {
  const character = body[at];
  if (Object.hasOwn(SIMPLE_ESCAPES, character))
    return { code: SIMPLE_ESCAPES[character], length: 1, isByte: true };
  const numbered = NUMBERED_ESCAPE.exec(body.slice(at, at + 9));
  if (!numbered) {
    const span = { start: start + at - 1, end: start + at + 1 };
    throw problem(
      `unknown escape \`\\${character}\`; a backslash itself is written \`\\\\\``,
      span,
    );
  }
  const [text, byte, short, long, octal] = numbered;
  const code = octal ? Number.parseInt(octal, 8) : Number.parseInt(byte ?? short ?? long, 16);
  return { code, length: text.length, isByte: !!(byte ?? octal) };
}

/** `12`, `-0x1F`, `7u`, as the lexer has found them. */
export function wholeNumber(text: string, span: Span): CelValue {
  const negative = text.startsWith('-');
  const isUint = /[uU]$/.test(text);
  const digits = text.slice(negative ? 1 : 0, isUint ? -1 : undefined);
  const size = BigInt(digits);
  if (isUint) {
    if (size >= 2n ** 64n) throw problem(`${text} is no 64-bit number`, span);
    return new Uint(size);
  }
  const value = int(negative ? -size : size);
  if (value instanceof CelError) throw problem(`${text} is no 64-bit number`, span);
  return value;
}

export function fraction(text: string, span: Span): CelValue {
  const value = Number(text);
  if (!Number.isFinite(value)) throw problem(`${text} is too large for a double`, span);
  return double(value);
}

function problem(message: string, span: Span): SyntaxProblem {
  return new SyntaxProblem({ code: 'syntax', message, span });
}
