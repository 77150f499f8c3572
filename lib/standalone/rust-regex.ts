/**
 * A regular expression in the syntax of agentgateway's engine, Rust's `regex`, in the words of RE2, which this gateway
 * runs. The two are near each other; where they are not, one refuses what the other takes, or reads it as something else.
 */
export type RustRegex = { readonly re2: string } | RegexFault;

export interface RegexFault {
  /** Whether agentgateway refuses it, or only this gateway does not run it. */
  readonly kind: 'invalid' | 'notRun';
  /** Lower-case, and never with the pattern itself, which may be that of a secret. */
  readonly reason: string;
  /** Where in the pattern. */
  readonly at: number;
}

/** Longer ones are refused before anybody compiles them. */
const LONGEST = 16_384;

/** Nesting at which the engine gives up. */
const DEEPEST = 250;

/** With so many parts, repeated ones counted as often, no program fits into the ten megabytes that the engine allows. */
const MOST_PARTS = 500_000;

export function readRustRegex(pattern: string): RustRegex {
  if (pattern.length > LONGEST) {
    return notRun(0, `it has ${pattern.length} characters; this gateway runs up to ${LONGEST}`);
  }
  const reader = new Reader(pattern);
  const fault = reader.read();
  return fault ?? { re2: reader.out.join('') };
}

export function invalid(at: number, reason: string): RegexFault {
  return { kind: 'invalid', reason, at };
}

export function notRun(at: number, reason: string): RegexFault {
  return { kind: 'notRun', reason, at };
}

/** Where something began that may be repeated, and how many parts it has. */
interface Atom {
  readonly start: number;
  readonly parts: number;
}

interface Group {
  readonly at: number;
  readonly start: number;
  /** Parts before it, on its own level. */
  readonly before: number;
}

const COUNTED = /\{ *([0-9]+) *(, *([0-9]*) *)?\}/y;
const FLAGS = /\(\?([a-zA-Z-]*)([:)])/y;
const NAMED = /\(\?P?<([\p{L}_][\p{L}\p{N}_.[\]]*)>/uy;
const LOOK_AROUND = /\(\?<?[=!]/y;
const CHARACTER =
  /\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|[uU]\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/y;
/** `\b{start}`, `\<`; where digits follow it is a repetition. */
const WORD_EDGE = /\\(?:[<>]|b\{ *[a-z])/y;
const PROPERTY = /\\[pP](?:\{[^{}]*\}|[A-Za-z])/y;
const ASCII_CLASS =
  /\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/y;
const SET_OPERATION = /&&|--|~~/y;

/** Escapes that both engines know under one letter. */
const LETTERS = 'aftnrvAzbBdDsSwW';
const CLASS_LETTERS = 'dDsSwW';

class Reader {
  readonly out: string[] = [];
  readonly #groups: Group[] = [];
  readonly #names = new Set<string>();
  #at = 0;
  #atom: Atom | undefined;
  /** The repetition that was read last, if nothing came after it. */
  #repetition: string | undefined;
  #parts = 0;

  constructor(private readonly pattern: string) {}

  read(): RegexFault | undefined {
    while (this.#at < this.pattern.length) {
      const fault = this.#step(this.pattern[this.#at]!);
      if (fault) return fault;
      if (this.#parts > MOST_PARTS) {
        return invalid(this.#at, 'compiled, it would be larger than 10 MB');
      }
    }
    const open = this.#groups.at(-1);
    return open && invalid(open.at, 'a `(` is never closed');
  }

  #step(character: string): RegexFault | undefined {
    switch (character) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#open();
      case ')':
        return this.#close();
      case '|':
        return this.#alternative();
      case '*':
      case '+':
      case '?':
        return this.#repeat(character, 1);
      case '{':
        return this.#counted();
      default:
        return this.#literal();
    }
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    return expression.exec(this.pattern) ?? undefined;
  }

  /** Writes something that may be repeated, and that takes so many characters of the pattern. */
  #write(text: string, length: number): undefined {
    this.#atom = { start: this.out.length, parts: 1 };
    this.#repetition = undefined;
    this.#parts += 1;
    this.out.push(text);
    this.#at += length;
  }

  #literal(): undefined {
    const text = String.fromCodePoint(this.pattern.codePointAt(this.#at)!);
    return this.#write(text, text.length);
  }

  #alternative(): undefined {
    this.out.push('|');
    this.#at += 1;
    this.#atom = undefined;
    this.#repetition = undefined;
  }

  // ---------------------------------------------------------------- repetitions

  #counted(): RegexFault | undefined {
    const found = this.#match(COUNTED);
    if (!found) return invalid(this.#at, 'a `{` that repeats nothing is written `\\{`');
    const [written, least = '', range, most = ''] = found;
    const [from, to] = [Number(least), Number(range === undefined ? least : most || least)];
    if (from > to) return invalid(this.#at, 'the range of a repetition ends before it begins');
    const text = range === undefined ? `{${from}}` : `{${from},${most && to}}`;
    return this.#repeat(text, Math.max(1, to), written.length);
  }

  /** Repetitions of repetitions are one to Rust, and none to RE2. */
  #repeat(text: string, times: number, length = 1): RegexFault | undefined {
    const atom = this.#atom;
    if (!atom) return invalid(this.#at, 'nothing stands before what repeats');
    this.#at += length;
    const isLazy = this.pattern[this.#at] === '?';
    if (isLazy) this.#at += 1;
    const parts = atom.parts * times;
    this.#parts += parts - atom.parts;
    this.#atom = { start: atom.start, parts };
    const simple = simplified(this.#repetition, text);
    if (simple !== undefined) this.out.pop();
    else if (this.#repetition !== undefined) {
      this.out[atom.start] = `(?:${this.out[atom.start]}`;
      this.out.push(')');
    }
    this.#repetition = simple ?? text;
    this.out.push(`${this.#repetition}${isLazy ? '?' : ''}`);
    return undefined;
  }

  // ---------------------------------------------------------------- groups

  #open(): RegexFault | undefined {
    if (this.#groups.length >= DEEPEST) {
      return invalid(this.#at, `its groups are nested more than ${DEEPEST} levels deep`);
    }
    if (this.pattern[this.#at + 1] !== '?') return this.#begin('(', 1);
    if (this.#match(LOOK_AROUND)) {
      return invalid(this.#at, 'it looks around, which takes more than linear time');
    }
    const named = this.#match(NAMED);
    if (named) return this.#named(named);
    const flags = this.#match(FLAGS);
    return flags ? this.#flags(flags) : invalid(this.#at, 'it has a group of an unknown sort');
  }

  /** Its name says nothing to anybody here, and RE2 takes fewer names. */
  #named([written, name = '']: RegExpExecArray): RegexFault | undefined {
    if (this.#names.has(name)) return invalid(this.#at, 'two of its groups have one name');
    this.#names.add(name);
    return this.#begin('(', written.length);
  }

  #flags([written, names = '', end]: RegExpExecArray): RegexFault | undefined {
    const fault = flagFault(names);
    if (fault) return { ...fault, at: this.#at };
    if (names === '' && end === ')') return invalid(this.#at, 'nothing stands before what repeats');
    const known = names.replace('u', '');
    if (end === ':') return this.#begin(`(?${known}:`, written.length);
    if (known) this.out.push(`(?${known})`);
    this.#at += written.length;
    this.#atom = undefined;
    this.#repetition = undefined;
    return undefined;
  }

  #begin(text: string, length: number): undefined {
    this.#groups.push({ at: this.#at, start: this.out.length, before: this.#parts });
    this.#parts = 0;
    this.out.push(text);
    this.#at += length;
    this.#atom = undefined;
    this.#repetition = undefined;
  }

  #close(): RegexFault | undefined {
    const group = this.#groups.pop();
    if (!group) return invalid(this.#at, 'a `)` closes nothing');
    this.#atom = { start: group.start, parts: this.#parts };
    this.#repetition = undefined;
    this.#parts += group.before;
    this.out.push(')');
    this.#at += 1;
    return undefined;
  }

  // ---------------------------------------------------------------- escapes and classes

  #escape(): RegexFault | undefined {
    const read = this.#escaped();
    return 'kind' in read ? read : this.#write(read.text, read.length);
  }

  #escaped(): { readonly text: string; readonly length: number } | RegexFault {
    const at = this.#at;
    const letter = this.pattern[at + 1];
    if (letter === undefined) return invalid(at, 'it ends in a lone backslash');
    if (/[0-9]/.test(letter)) {
      return invalid(at, 'it refers back to a group, which takes more than linear time');
    }
    const character = this.#match(CHARACTER);
    if (character) return hexadecimal(character, at);
    const property = this.#match(PROPERTY);
    if (property?.[0].includes('^'))
      return invalid(at, 'it names an unknown property of characters');
    if (property) return { text: property[0], length: property[0].length };
    if (this.#match(WORD_EDGE)) {
      return notRun(at, 'this gateway does not know beginnings and ends of words');
    }
    if (LETTERS.includes(letter) || /[!-/:-@[-`{-~ ]/.test(letter)) {
      return { text: `\\${letter}`, length: 2 };
    }
    return invalid(at, 'it has an escape that means nothing');
  }

  #class(): RegexFault | undefined {
    const begin = this.#at;
    const written: string[] = ['['];
    this.#at += 1;
    this.#take(/\^/y, written);
    this.#take(/-*/y, written);
    this.#take(/\]/y, written);
    while (this.pattern[this.#at] !== ']') {
      if (this.#at >= this.pattern.length) return invalid(begin, 'a `[` is never closed');
      const fault = this.#classPart(written);
      if (fault) return fault;
    }
    written.push(']');
    const length = this.#at + 1 - begin;
    this.#at = begin;
    return this.#write(written.join(''), length);
  }

  #take(expression: RegExp, written: string[]): void {
    const found = this.#match(expression)?.[0] ?? '';
    // RE2 takes dashes at the beginning for a range.
    written.push(found.length > 1 ? '\\-' : found);
    this.#at += found.length;
  }

  #classPart(written: string[]): RegexFault | undefined {
    const at = this.#at;
    if (this.#match(SET_OPERATION)) {
      return notRun(at, 'this gateway does not know intersections and differences of classes');
    }
    const named = this.#match(ASCII_CLASS);
    if (named) {
      written.push(named[0]);
      this.#at += named[0].length;
      return this.#noRange(at);
    }
    const character = this.pattern[at]!;
    if (character === '[') return notRun(at, 'this gateway does not know classes inside classes');
    if (character !== '\\') {
      written.push(character);
      this.#at += 1;
      return undefined;
    }
    const read = this.#escaped();
    if ('kind' in read) return read;
    const letter = this.pattern[at + 1]!;
    if ('bBAz'.includes(letter)) return invalid(at, 'a class of characters holds no positions');
    written.push(read.text);
    this.#at += read.length;
    return CLASS_LETTERS.includes(letter) || 'pP'.includes(letter) ? this.#noRange(at) : undefined;
  }

  /** What is a class itself begins no range. */
  #noRange(at: number): RegexFault | undefined {
    const isRange =
      this.pattern[this.#at] === '-' && !/[\]-]/.test(this.pattern[this.#at + 1] ?? ']');
    return isRange ? invalid(at, 'a range begins with a class of characters') : undefined;
  }
}

/** `a*+` is `a*`: of simple repetitions in a row one is left. */
function simplified(before: string | undefined, next: string): string | undefined {
  if (before === undefined || before.length > 1 || next.length > 1) return undefined;
  return before === next ? next : '*';
}

function hexadecimal(
  [written, ...digits]: RegExpExecArray,
  at: number,
): { text: string; length: number } | RegexFault {
  const value = Number.parseInt(digits.find(Boolean)!, 16);
  const isScalar = value <= 0xd7ff || (value >= 0xe000 && value <= 0x10ffff);
  if (!isScalar) return invalid(at, 'it names a character that does not exist');
  return { text: `\\x{${value.toString(16)}}`, length: written.length };
}

function flagFault(names: string): RegexFault | undefined {
  const letters = names.replace('-', '');
  if (/[^imsUuxR]/.test(letters)) return invalid(0, 'it has a flag that means nothing');
  if (names.endsWith('-') || new Set(letters).size < letters.length) {
    return invalid(0, 'its flags contradict each other');
  }
  if (/[xR]|-.*u/.test(names)) return notRun(0, 'this gateway does not know one of its flags');
  return undefined;
}
