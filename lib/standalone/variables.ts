/**
 * A value that lives in the environment of the gateway's process: written `$NAME`, and read when the file is loaded.
 * Everything else that holds a `$` is written with `$$`, since agentgateway expands the whole text of a file.
 */
export class Variable {
  constructor(readonly name: string) {}
}

/** The value of a variable of the environment; nothing when it is not set. */
export type VariableLookup = (name: string) => string | undefined;

export interface Expansion {
  readonly text: string;
  /** What was put into the text, in its order. */
  readonly inserted: readonly Insertion[];
  readonly unset: readonly UnsetVariable[];
  /** Where a place of the expanded text stands in the original. */
  originalOffset(offset: number): number;
}

/** A stretch of the expanded text that came from the environment. */
export interface Insertion {
  readonly name: string;
  readonly value: string;
  readonly start: number;
}

export interface UnsetVariable {
  readonly name: string;
  /** In the original text. */
  readonly offset: number;
}

/** agentgateway leaves this comment alone, since its `$` is for editors. */
const SCHEMA_COMMENT = '# yaml-language-server: $schema';
const NAME = /[\p{Alphabetic}\p{N}_]+/uy;

/**
 * Expands the whole text of a file as agentgateway does before it parses it.
 *
 * @example
 * $NAME  ${NAME}    the value, also an empty one
 * ${NAME:-default}  the value, or `default` when NAME is not set
 * $$                a dollar
 * $ $, ${           as they stand
 */
export function expandText(text: string, lookup: VariableLookup): Expansion {
  return new TextExpander(text, lookup).expand();
}

class TextExpander {
  readonly #pieces: string[] = [];
  readonly #inserted: Insertion[] = [];
  readonly #unset: UnsetVariable[] = [];
  /** Pairs of expanded and original offsets, after each `$`. */
  readonly #expandedAt: number[] = [0];
  readonly #originalAt: number[] = [0];
  #length = 0;
  readonly #lastBrace: number;

  constructor(
    private readonly text: string,
    private readonly lookup: VariableLookup,
  ) {
    this.#lastBrace = text.lastIndexOf('}');
  }

  expand(): Expansion {
    const { text } = this;
    let at = 0;
    for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
      this.#push(text.slice(at, dollar));
      at = this.#expandAt(dollar);
      this.#expandedAt.push(this.#length);
      this.#originalAt.push(at);
    }
    this.#push(text.slice(at));
    return {
      text: this.#pieces.join(''),
      inserted: this.#inserted,
      unset: this.#unset,
      originalOffset: (offset) => this.#originalOffset(offset),
    };
  }

  /** Answers where the text goes on. */
  #expandAt(dollar: number): number {
    const { text } = this;
    if (text[dollar + 1] === '$') return this.#literal('$', dollar + 2);
    if (isSchemaComment(text, dollar)) return this.#literal('$', dollar + 1);
    if (text[dollar + 1] === '{') return this.#expandBraces(dollar);
    NAME.lastIndex = dollar + 1;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) return this.#literal('$', dollar + 1);
    this.#insert(name, undefined, dollar);
    return dollar + 1 + name.length;
  }

  #expandBraces(dollar: number): number {
    const close = dollar > this.#lastBrace ? -1 : this.text.indexOf('}', dollar);
    if (close < 0) return this.#literal('${', dollar + 2);
    const inside = this.text.slice(dollar + 2, close);
    const split = inside.indexOf(':-');
    if (split > 0) this.#insert(inside.slice(0, split), inside.slice(split + 2), dollar);
    else this.#insert(inside, undefined, dollar);
    return close + 1;
  }

  #insert(name: string, otherwise: string | undefined, offset: number): void {
    const value = this.lookup(name);
    if (value !== undefined) {
      this.#inserted.push({ name, value, start: this.#length });
      this.#push(value);
    } else if (otherwise !== undefined) this.#push(otherwise);
    else this.#unset.push({ name, offset });
  }

  #literal(piece: string, next: number): number {
    this.#push(piece);
    return next;
  }

  #push(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #originalOffset(offset: number): number {
    const anchor = lastAtMost(this.#expandedAt, offset);
    const next = this.#originalAt[anchor + 1] ?? this.text.length;
    const original = this.#originalAt[anchor]! + (offset - this.#expandedAt[anchor]!);
    return Math.min(original, next);
  }
}

function isSchemaComment(text: string, dollar: number): boolean {
  const start = dollar - SCHEMA_COMMENT.indexOf('$');
  return start >= 0 && text.startsWith(SCHEMA_COMMENT, start);
}

/** The index of the last number of a rising list that is not above `limit`. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface ExpandedDocument<T> {
  readonly document: T;
  /** Names of variables that are not set, each once. */
  readonly unset: readonly string[];
}

/** Puts the values of its variables into a document that was never written to a file. */
export function expandVariables<T>(document: T, lookup: VariableLookup): ExpandedDocument<T> {
  const unset = new Set<string>();
  const expanded = expandValue(document, (name) => {
    const value = lookup(name);
    if (value === undefined) unset.add(name);
    return value ?? '';
  });
  return { document: expanded as T, unset: [...unset] };
}

function expandValue(value: unknown, lookup: (name: string) => string): unknown {
  if (value instanceof Variable) return lookup(value.name);
  if (Array.isArray(value)) return value.map((entry) => expandValue(entry, lookup));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, expandValue(member, lookup)]),
  );
}
