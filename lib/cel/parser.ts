import { depthOf, type Expr, type MapEntry, type Span } from './expression';
import { type Token, tokenize } from './lexer';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { fraction, wholeNumber } from './literal';
import { type Macro, MacroProblem } from './macro';
import { type Problem, type ProblemCode, SyntaxProblem } from './problem';
import type { CelValue } from './value';

export interface ParseOptions {
  readonly macros: readonly Macro[];
  /** @default DEFAULT_LIMITS */
  readonly limits?: Limits;
}

export type Parsed =
  | { readonly expr: Expr; readonly problems?: undefined }
  | { readonly expr?: undefined; readonly problems: readonly Problem[] };

/** Reads an expression. Never throws; the first thing that is wrong is the one reported. */
export function parse(source: string, options: ParseOptions): Parsed {
  const limits = options.limits ?? DEFAULT_LIMITS;
  try {
    if (source.length > limits.source) throw tooLong(source, limits);
    const expr = new Parser(tokenize(source), options.macros, limits).whole();
    if (depthOf(expr) > 4 * limits.depth) throw tooDeep(expr.span);
    return { expr };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { problems: [error.problem] };
    throw error;
  }
}

function tooLong(source: string, limits: Limits): SyntaxProblem {
  const message = `the expression has ${source.length} characters; ${limits.source} are the most`;
  return problem('too-long', message, { start: 0, end: 1 });
}

function tooDeep(span: Span): SyntaxProblem {
  return problem('too-deep', 'the expression is nested too deeply', span);
}

function problem(code: ProblemCode, message: string, span: Span): SyntaxProblem {
  return new SyntaxProblem({ code, message, span });
}

/** Operators of two sides, the weakest binding first; `&&` and `||` bind weaker still. */
const BINARY: readonly (readonly string[])[] = [
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

const LITERALS: ReadonlyMap<string, CelValue> = new Map<string, CelValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const KEYWORDS: readonly string[] = ['in', ...LITERALS.keys()];
/** Kept free by the language; fields may have these names. */
const RESERVED: readonly string[] = [
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let'],
  ...['loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
];
/** What other languages write, and what CEL has for it. */
const FOREIGN: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly macros: readonly Macro[],
    private readonly limits: Limits,
  ) {}

  whole(): Expr {
    if (this.token.type === 'end')
      throw problem('syntax', 'the expression is empty', { start: 0, end: 1 });
    const expr = this.expression();
    if (this.tokens[this.at].type !== 'end') throw this.unexpected('the end of the expression');
    return expr;
  }

  private get token(): Token {
    return this.tokens[this.at];
  }

  private is(text: string): boolean {
    const { token } = this;
    return token.text === text && (token.type === 'symbol' || token.type === 'name');
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  private expect(text: string, after: string): Token {
    const { token } = this;
    if (!this.take(text)) throw this.unexpected(`\`${text}\` ${after}`);
    return token;
  }

  private unexpected(wanted: string): SyntaxProblem {
    const { token } = this;
    const span = { start: token.start, end: Math.max(token.end, token.start + 1) };
    if (token.type === 'end') {
      return problem('syntax', `the expression ends where ${wanted} is expected`, span);
    }
    const foreign = token.type === 'name' && Object.hasOwn(FOREIGN, token.text);
    const hint = foreign ? `; CEL writes \`${FOREIGN[token.text]}\`` : '';
    const shown = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
    return problem('syntax', `unexpected \`${shown}\` where ${wanted} is expected${hint}`, span);
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > this.limits.depth) throw tooDeep(this.token);
    const parsed = parse();
    this.depth -= 1;
    return parsed;
  }

  // ---------------------------------------------------------------- operators

  private expression(): Expr {
    return this.nested(() => this.conditional());
  }

  /** `Or ['?' Or ':' Expr]` */
  private conditional(): Expr {
    const condition = this.logic('||', () => this.logic('&&', () => this.binary(0)));
    if (!this.take('?')) return condition;
    const then = this.logic('||', () => this.logic('&&', () => this.binary(0)));
    this.expect(':', 'and the other choice');
    const otherwise = this.expression();
    return { kind: 'conditional', condition, then, otherwise, span: between(condition, otherwise) };
  }

  private logic(operator: '&&' | '||', term: () => Expr): Expr {
    const first = term();
    if (!this.is(operator)) return first;
    const terms = [first];
    while (this.take(operator)) terms.push(term());
    return { kind: 'logic', operator, terms, span: between(first, terms[terms.length - 1]) };
  }

  private binary(level: number): Expr {
    if (level === BINARY.length) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = BINARY[level].find((text) => this.is(text));
      if (!operator) return left;
      this.at += 1;
      const right = this.binary(level + 1);
      const span = between(left, right);
      left =
        operator === '!='
          ? call('!_', [call('_==_', [left, right], span)], span)
          : call(operator === 'in' ? '@in' : `_${operator}_`, [left, right], span);
    }
  }

  /** `Member | '!' {'!'} Member | '-' {'-'} Member`; a minus belongs to the number that follows it. */
  private unary(): Expr {
    const operator = this.is('!') ? '!' : '-';
    const start = this.token.start;
    let count = 0;
    while (this.take(operator)) count += 1;
    if (count === 0) return this.member();
    if (count > this.limits.depth) throw tooDeep({ start, end: start + 1 });
    const { type } = this.token;
    const signed = operator === '-' && (type === 'whole' || type === 'fraction');
    const operand = signed ? this.member(start) : this.member();
    let expr = operand;
    for (let applied = signed ? 1 : 0; applied < count; applied++)
      expr = call(operator === '!' ? '!_' : '-_', [expr], { start, end: operand.span.end });
    return expr;
  }

  // ---------------------------------------------------------------- members

  private member(minusAt?: number): Expr {
    let expr = this.primary(minusAt);
    for (;;) {
      if (this.take('.')) expr = this.fieldOrCall(expr);
      else if (this.take('[')) expr = this.index(expr);
      else if (this.is('{') && isName(expr)) throw this.message(expr);
      else return expr;
    }
  }

  private message(expr: Expr): SyntaxProblem {
    return problem(
      'syntax',
      "messages of protobuf are not supported; write a map: {'field': value}",
      { start: expr.span.start, end: this.token.end },
    );
  }

  private fieldOrCall(operand: Expr): Expr {
    const optional = this.take('?');
    const { token } = this;
    if (token.type === 'quoted') {
      this.at += 1;
      return this.select(operand, token.text.slice(1, -1), optional, token);
    }
    if (token.type !== 'name' || KEYWORDS.includes(token.text))
      throw this.unexpected('the name of a field');
    this.at += 1;
    if (optional || !this.is('(')) return this.select(operand, token.text, optional, token);
    const args = this.list('(', ')');
    return this.callOf(token, operand, args);
  }

  private select(operand: Expr, field: string, optional: boolean, token: Token): Expr {
    const span = { start: operand.span.start, end: token.end };
    return { kind: 'select', operand, field, optional, test: false, span };
  }

  private index(operand: Expr): Expr {
    const optional = this.take('?');
    const index = this.expression();
    const { end } = this.expect(']', 'after the index');
    const span = { start: operand.span.start, end };
    return { kind: 'index', operand, index, optional, span };
  }

  private callOf(token: Token, target: Expr | undefined, args: readonly Expr[]): Expr {
    const span = { start: target?.span.start ?? token.start, end: this.tokens[this.at - 1].end };
    const macro = this.macros.find(
      ({ name, receiver, arity }) =>
        name === token.text && receiver === !!target && arity === args.length,
    );
    const expanded = macro?.expand({ target, args, span });
    if (expanded instanceof MacroProblem)
      throw problem('wrong-arguments', expanded.message, expanded.span);
    return expanded ?? { kind: 'call', name: token.text, ...(target && { target }), args, span };
  }

  // ---------------------------------------------------------------- primaries

  private primary(minusAt?: number): Expr {
    const { token } = this;
    switch (token.type) {
      case 'string':
      case 'bytes':
        this.at += 1;
        return { kind: 'literal', value: token.value, span: token };
      case 'whole':
      case 'fraction':
        return this.number(token, minusAt);
      case 'name':
        return this.name(token);
      case 'symbol':
        return this.symbol(token);
      default:
        throw this.unexpected('a value');
    }
  }

  private number(token: Token, minusAt?: number): Expr {
    this.at += 1;
    const text = minusAt === undefined ? token.text : `-${token.text}`;
    const span = { start: minusAt ?? token.start, end: token.end };
    if (minusAt !== undefined && /[uU]$/.test(text))
      throw problem('syntax', 'a uint has no sign', span);
    const value = token.type === 'whole' ? wholeNumber(text, span) : fraction(text, span);
    return { kind: 'literal', value, span };
  }

  private name(token: Token): Expr {
    if (LITERALS.has(token.text)) {
      this.at += 1;
      return { kind: 'literal', value: LITERALS.get(token.text)!, span: token };
    }
    return this.identOrCall(token, token.start, false);
  }

  private identOrCall(token: Token, start: number, absolute: boolean): Expr {
    if (token.type !== 'name' || token.text === 'in') throw this.unexpected('a name');
    if (RESERVED.includes(token.text))
      throw problem('syntax', `\`${token.text}\` is a reserved word`, token);
    this.at += 1;
    if (this.is('(')) return this.callOf(token, undefined, this.list('(', ')'));
    return { kind: 'ident', name: token.text, absolute, span: { start, end: token.end } };
  }

  private symbol(token: Token): Expr {
    switch (token.text) {
      case '(':
        return this.parenthesized();
      case '[':
        return this.listLiteral();
      case '{':
        return this.mapLiteral();
      case '.':
        this.at += 1;
        return this.identOrCall(this.token, token.start, true);
      default:
        throw this.unexpected('a value');
    }
  }

  private parenthesized(): Expr {
    this.at += 1;
    const expr = this.expression();
    this.expect(')', 'to close the parenthesis');
    return expr;
  }

  private listLiteral(): Expr {
    const start = this.token.start;
    const items: { value: Expr; optional: boolean }[] = [];
    this.sequence('[', ']', () => {
      const optional = this.take('?');
      items.push({ value: this.expression(), optional });
    });
    return { kind: 'list', items, span: { start, end: this.tokens[this.at - 1].end } };
  }

  private mapLiteral(): Expr {
    const start = this.token.start;
    const entries: MapEntry[] = [];
    this.sequence('{', '}', () => {
      const optional = this.take('?');
      const key = this.expression();
      this.expect(':', 'after the key');
      entries.push({ key, value: this.expression(), optional });
    });
    return { kind: 'map', entries, span: { start, end: this.tokens[this.at - 1].end } };
  }

  private list(open: string, close: string): Expr[] {
    const found: Expr[] = [];
    this.sequence(open, close, () => found.push(this.expression()), false);
    return found;
  }

  private sequence(open: string, close: string, entry: () => void, trailing = true): void {
    this.take(open);
    while (!this.take(close)) {
      entry();
      if (this.take(close)) return;
      this.expect(',', `or \`${close}\``);
      if (!trailing && this.is(close)) throw this.unexpected('another argument');
    }
  }
}

function call(name: string, args: readonly Expr[], span: Span): Expr {
  return { kind: 'call', name, args, span };
}

function between(first: Expr, last: Expr): Span {
  return { start: first.span.start, end: last.span.end };
}

function isName(expr: Expr): boolean {
  return expr.kind === 'ident' || (expr.kind === 'select' && !expr.test && isName(expr.operand));
}
