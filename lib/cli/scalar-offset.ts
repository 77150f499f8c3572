import { Scalar } from 'yaml';

/**
 * Where a character of a scalar's value stands in the text of the file: behind escapes, the quotes and indentation of
 * the scalar, and lines that were folded. Where the two cannot be laid side by side, the scalar's beginning.
 *
 * @example
 * "a: 'it''s'"  // character 3 of `it's` is at offset 7
 */
export function offsetInScalar(text: string, node: Scalar, index: number): number {
  const [start, end] = node.range ?? [0, 0];
  if (typeof node.value !== 'string') return start;
  const walker = new Alignment(text, node, start, end);
  return walker.offsetOf(index) ?? start;
}

/** Escapes that stand for one character: `\n`, `\"`, `\x41`, `\u00e9`, `\U0001F600`. */
const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n])/y;
/** A line break that is folded, with what is not read around it. */
const FOLD = /[ \t]*(?:\\?\r?\n[ \t]*)+/y;

class Alignment {
  readonly #value: string;
  readonly #isBlock: boolean;
  readonly #indent: number;

  constructor(
    private readonly text: string,
    private readonly node: Scalar,
    private readonly start: number,
    private readonly end: number,
  ) {
    this.#value = node.value as string;
    this.#isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
    this.#indent = this.#isBlock ? indentOf(text, start, end) : 0;
  }

  offsetOf(index: number): number | undefined {
    let at = this.#begin();
    for (let read = 0; read <= index; ) {
      if (at > this.end) return undefined;
      const width = this.#widthAt(at, read);
      if (width === undefined) return undefined;
      if (read + width.read > index) return at;
      if (width.read === 0 && width.written === 0) return read === index ? at : undefined;
      read += width.read;
      at += width.written;
    }
    return at;
  }

  #begin(): number {
    if (!this.#isBlock) return this.start + (this.node.type === Scalar.PLAIN ? 0 : 1);
    const header = this.text.indexOf('\n', this.start);
    return header < 0 ? this.end : header + 1 + this.#indentAt(header + 1);
  }

  /** How many characters of the text make how many of the value from here on. */
  #widthAt(at: number, read: number): Width | undefined {
    const wanted = this.#value[read];
    const given = this.text[at];
    if (this.#isBlock) return this.#blockWidth(at, wanted, given);
    if (this.node.type === Scalar.QUOTE_DOUBLE && given === '\\') {
      const escaped = matchAt(ESCAPE, this.text, at);
      if (escaped && !/^\\\r?$/.test(escaped))
        return { read: charactersOf(escaped), written: escaped.length };
    }
    if (
      this.node.type === Scalar.QUOTE_SINGLE &&
      this.text.startsWith("''", at) &&
      wanted === "'"
    ) {
      return { read: 1, written: 2 };
    }
    const fold = matchAt(FOLD, this.text, at);
    if (fold) return { read: foldedCharacters(fold), written: fold.length };
    if (wanted === undefined || wanted === given) return { read: 1, written: 1 };
    return undefined;
  }

  #blockWidth(
    at: number,
    wanted: string | undefined,
    given: string | undefined,
  ): Width | undefined {
    if (given === '\r' && wanted === '\n') return { read: 0, written: 1 };
    if (given === '\n' && (wanted === '\n' || wanted === ' ')) {
      return { read: 1, written: 1 + this.#indentAt(at + 1) };
    }
    if (given === '\n') return { read: 0, written: 1 + this.#indentAt(at + 1) };
    return wanted === undefined || wanted === given ? { read: 1, written: 1 } : undefined;
  }

  #indentAt(lineStart: number): number {
    const here = /^ */.exec(this.text.slice(lineStart, lineStart + this.#indent))?.[0].length ?? 0;
    return Math.min(this.#indent, here);
  }
}

/** How far the lines of a block are indented: as its first one that is not empty. */
function indentOf(text: string, start: number, end: number): number {
  const body = text.slice(text.indexOf('\n', start) + 1, end);
  return /^(?:[ \t]*\r?\n)*( *)/.exec(body)?.[1]?.length ?? 0;
}

interface Width {
  readonly read: number;
  readonly written: number;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Characters beyond the first plane are two in a string of JavaScript. */
function charactersOf(escaped: string): number {
  return escaped.startsWith('\\U') && Number.parseInt(escaped.slice(2), 16) > 0xffff ? 2 : 1;
}

/** One line break is read as a space, and each further one as itself; an escaped one as nothing. */
function foldedCharacters(fold: string): number {
  const breaks = fold.split('\n').length - 1;
  if (fold.includes('\\')) return breaks - 1;
  return breaks > 1 ? breaks - 1 : 1;
}
