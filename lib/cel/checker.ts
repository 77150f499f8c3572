import { showFunction } from './calls';
import { CelError } from './cel-error';
import {
  assignable,
  type Bindings,
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  FREE,
  INT,
  join,
  list,
  map,
  NULL,
  optional,
  STRING,
  showType,
  substitute,
  TIMESTAMP,
  typeOfType,
  UINT,
} from './cel-type';
import { type Environment, functionsOf } from './environment';
import {
  type Bind,
  type Call,
  type Expr,
  type Ident,
  type Index,
  type Loop,
  type MapExpr,
  type OptionalMap,
  qualifiedName,
  type Select,
} from './expression';
import { type FunctionRow, takesAny } from './function-table';
import { DEFAULT_LIMITS } from './limits';
import { declaredVariable, namespacedFunction } from './names';
import { didYouMean } from './near-word';
import type { Problem, ProblemCode } from './problem';
import { compileRegex } from './regex';
import { TYPE_NAMES } from './std/conversions';
import { type CelValue, isDouble, isInt, Uint } from './value';

export interface Checked {
  readonly type: CelType;
  /** In the order of the source. */
  readonly problems: readonly Problem[];
}

/**
 * What is wrong with an expression before it runs: names that nobody declared, types that never fit, patterns that are
 * none. All of it, not the first.
 */
export function check(expr: Expr, environment: Environment): Checked {
  const checker = new Checker(environment);
  const type = checker.typeOf(expr, []);
  const problems = checker.problems.sort((a, b) => a.span.start - b.span.start);
  return { type: substitute(type, new Map()), problems };
}

interface Local {
  readonly name: string;
  readonly type: CelType;
}

type Scope = readonly Local[];

class Checker {
  readonly problems: Problem[] = [];

  constructor(private readonly environment: Environment) {}

  private report(code: ProblemCode, message: string, { span }: Pick<Expr, 'span'>): CelType {
    this.problems.push({ code, message, span: { start: span.start, end: span.end } });
    return DYN;
  }

  typeOf(expr: Expr, scope: Scope): CelType {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value);
      case 'ident':
        return this.ident(expr, scope);
      case 'select':
        return this.select(expr, scope);
      case 'index':
        return this.index(expr, scope);
      case 'call':
        return this.call(expr, scope);
      case 'list':
        return list(
          expr.items
            .map(({ value, optional: isOptional }) => {
              const type = this.typeOf(value, scope);
              return isOptional ? this.unwrapped(type, value) : type;
            })
            .reduce(join, FREE),
        );
      case 'map':
        return this.map(expr, scope);
      case 'logic':
        for (const term of expr.terms) this.expectBool(term, scope);
        return BOOL;
      case 'conditional':
        this.expectBool(expr.condition, scope);
        return join(this.typeOf(expr.then, scope), this.typeOf(expr.otherwise, scope));
      case 'loop':
        return this.loop(expr, scope);
      case 'bind':
        return this.bind(expr, scope);
      case 'optMap':
        return this.optionalMap(expr, scope);
    }
  }

  private expectBool(expr: Expr, scope: Scope): void {
    const type = this.typeOf(expr, scope);
    if (!assignable(BOOL, type, new Map()))
      this.report('type', `a condition is a bool, not ${aType(type)}`, expr);
  }

  // ---------------------------------------------------------------- names

  private ident(expr: Ident, scope: Scope): CelType {
    const local = expr.absolute ? undefined : scope.findLast(({ name }) => name === expr.name);
    if (local) return local.type;
    const declared = declaredVariable(this.environment, expr, () => false);
    if (declared) return declared.type;
    if (Object.hasOwn(TYPE_NAMES, expr.name)) return typeOfType(TYPES[expr.name] ?? DYN);
    if (this.environment.open) return DYN;
    const known = [
      ...scope.map(({ name }) => name),
      ...Object.keys(this.environment.variables).map((name) => name.split('.')[0]),
    ];
    const near = didYouMean(expr.name, known);
    const hint = near || otherwiseCalled(expr.name, known) || asText(expr.name);
    return this.report('unknown-variable', `unknown variable \`${expr.name}\`${hint}`, expr);
  }

  private select(expr: Select, scope: Scope): CelType {
    const isLocal = (name: string) => scope.some((local) => local.name === name);
    const declared = expr.test ? undefined : declaredVariable(this.environment, expr, isLocal);
    if (declared) return declared.type;
    const name = qualifiedName(expr);
    if (name && Object.hasOwn(TYPE_NAMES, name)) return typeOfType(TYPES[name] ?? DYN);
    const owner = this.typeOf(expr.operand, scope);
    const isOptional = owner.kind === 'optional';
    const field = this.field(isOptional ? (owner.parts?.[0] ?? DYN) : owner, expr);
    if (expr.test) return BOOL;
    return expr.optional || isOptional ? optional(field) : field;
  }

  private field(owner: CelType, expr: Select): CelType {
    const name = this.environment.fieldName?.(expr.field) ?? expr.field;
    switch (owner.kind) {
      case 'dyn':
      case 'parameter':
        return DYN;
      case 'map':
        return owner.parts?.[1] ?? DYN;
      case 'object':
        return this.fieldOfObject(owner, name, expr);
      default: {
        const shown = qualifiedName(expr.operand);
        const subject = shown ? `\`${shown}\`, ${aType(owner)},` : `${aType(owner)}`;
        return this.report('type', `${subject} has no fields, so no \`${name}\``, expr);
      }
    }
  }

  private fieldOfObject(owner: CelType, name: string, expr: Select): CelType {
    const fields = owner.fields ?? {};
    if (Object.hasOwn(fields, name)) return fields[name];
    if (owner.open) return DYN;
    const near = didYouMean(name, Object.keys(fields));
    return this.report('unknown-field', `\`${owner.name}\` has no field \`${name}\`${near}`, expr);
  }

  private index(expr: Index, scope: Scope): CelType {
    const given = this.typeOf(expr.operand, scope);
    const key = this.typeOf(expr.index, scope);
    const isOptional = given.kind === 'optional';
    const entry = this.entry(isOptional ? (given.parts?.[0] ?? DYN) : given, key, expr);
    return expr.optional || isOptional ? optional(entry) : entry;
  }

  private entry(owner: CelType, key: CelType, expr: Index): CelType {
    switch (owner.kind) {
      case 'dyn':
      case 'parameter':
        return DYN;
      case 'list':
        if (!assignable(INT, key, new Map()))
          this.report('type', `a list has entries by int, not by ${showType(key)}`, expr.index);
        return owner.parts?.[0] ?? DYN;
      case 'map':
        if (!assignable(owner.parts?.[0] ?? DYN, key, new Map()))
          this.report(
            'type',
            `${showType(owner)} has no keys of type ${showType(key)}`,
            expr.index,
          );
        return owner.parts?.[1] ?? DYN;
      case 'object':
        return this.entryOfObject(owner, key, expr);
      default:
        return this.report('type', `${aType(owner)} has no entries`, expr);
    }
  }

  private entryOfObject(owner: CelType, key: CelType, expr: Index): CelType {
    if (!assignable(STRING, key, new Map()))
      return this.report(
        'type',
        `\`${owner.name}\` has no keys of type ${showType(key)}`,
        expr.index,
      );
    const name = expr.index.kind === 'literal' ? expr.index.value : undefined;
    const fields = owner.fields ?? {};
    return typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : DYN;
  }

  // ---------------------------------------------------------------- calls

  private call(expr: Call, scope: Scope): CelType {
    const isLocal = (name: string) => scope.some((local) => local.name === name);
    const functions = functionsOf(this.environment);
    const name = namespacedFunction(this.environment, expr, isLocal);
    const args = name === undefined && expr.target ? [expr.target, ...expr.args] : expr.args;
    const rows =
      name === undefined ? functions.named(expr.name, !!expr.target) : functions.named(name, false);
    if (rows.length === 0) return this.unknownFunction(expr, scope);
    const types = args.map((arg) => this.typeOf(arg, scope));
    this.checkPattern(expr.name, args);
    return this.resolve(name ?? expr.name, rows, types, expr);
  }

  private unknownFunction(expr: Call, scope: Scope): CelType {
    for (const arg of expr.args) this.typeOf(arg, scope);
    const functions = functionsOf(this.environment);
    const receiver = !!expr.target;
    const namespace = expr.target && qualifiedName(expr.target);
    const inNamespace = functions.names(false).filter((name) => name.startsWith(`${namespace}.`));
    if (namespace && inNamespace.length > 0) {
      const name = `${namespace}.${expr.name}`;
      const near = didYouMean(name, inNamespace);
      return this.report('unknown-function', `unknown function \`${name}\`${near}`, expr);
    }
    if (expr.target) this.typeOf(expr.target, scope);
    return this.report(
      'unknown-function',
      `unknown function \`${expr.name}\`${this.otherForm(expr.name, receiver)}`,
      expr,
    );
  }

  /** What to write instead of a function that does not exist in this form. */
  private otherForm(name: string, receiver: boolean): string {
    const functions = functionsOf(this.environment);
    const macros = this.environment.macros;
    const macro = macros.find((known) => known.name === name);
    if (macro) {
      const form = macro.receiver ? `list.${name}(…)` : `${name}(…)`;
      return `; write \`${form}\` with ${macro.arity} argument${macro.arity === 1 ? '' : 's'}`;
    }
    if (functions.named(name, !receiver).length > 0)
      return receiver ? `; write \`${name}(x)\`` : `; write \`x.${name}(…)\``;
    const ofMacros = macros.filter((known) => known.receiver === receiver);
    return didYouMean(name, [...functions.names(receiver), ...ofMacros.map((known) => known.name)]);
  }

  private checkPattern(name: string, args: readonly Expr[]): void {
    const pattern = args[1]?.kind === 'literal' ? args[1].value : undefined;
    if (!PATTERN_FUNCTIONS.includes(name) || typeof pattern !== 'string') return;
    const regex = compileRegex(pattern, this.environment.limits ?? DEFAULT_LIMITS);
    if (regex instanceof CelError) this.report('regex', regex.message, args[1]);
  }

  private resolve(
    name: string,
    rows: readonly FunctionRow[],
    types: readonly CelType[],
    expr: Call,
  ): CelType {
    const fitting = rows.flatMap((row) => {
      const bindings: Bindings = new Map();
      return accepts(row, types, bindings) ? [substitute(row.result, bindings)] : [];
    });
    if (fitting.length > 0) return fitting.reduce(join);
    return this.report('type', mismatch(name, rows, types), expr);
  }

  // ---------------------------------------------------------------- literals and macros

  private unwrapped(type: CelType, expr: Expr): CelType {
    if (type.kind === 'optional') return type.parts?.[0] ?? DYN;
    if (type.kind === 'dyn') return DYN;
    return this.report('type', `an optional is expected here, not ${aType(type)}`, expr);
  }

  private map({ entries }: MapExpr, scope: Scope): CelType {
    let [keys, values] = [FREE, FREE];
    for (const { key, value, optional: isOptional } of entries) {
      const type = this.typeOf(value, scope);
      keys = join(keys, this.typeOf(key, scope));
      values = join(values, isOptional ? this.unwrapped(type, value) : type);
    }
    return map(keys, values);
  }

  private loop(expr: Loop, scope: Scope): CelType {
    const range = this.typeOf(expr.range, scope);
    const inner = [...scope, ...this.variables(expr, range)];
    if (expr.filter) this.expectBool(expr.filter, inner);
    if (CONDITIONS.includes(expr.macro)) {
      this.expectBool(expr.body, inner);
      return expr.macro === 'filter' ? list(inner[scope.length].type) : BOOL;
    }
    const body = this.typeOf(expr.body, inner);
    switch (expr.macro) {
      case 'sortBy':
        return list(inner[scope.length].type);
      case 'transformMap':
        return map(inner[scope.length].type, body);
      case 'transformMapEntry':
        return body.kind === 'map' ? body : map(DYN, DYN);
      default:
        return list(body);
    }
  }

  private variables({ variables, range: expr }: Loop, range: CelType): readonly Local[] {
    const parts = this.partsOfRange(range, expr);
    const types = variables.length === 2 ? parts.pair : [parts.single];
    return variables.map((name, index) => ({ name, type: types[index] }));
  }

  private partsOfRange(range: CelType, expr: Expr) {
    const dynamic = { single: DYN as CelType, pair: [DYN, DYN] as readonly CelType[] };
    switch (range.kind) {
      case 'list': {
        const entry = range.parts?.[0] ?? DYN;
        return { single: entry, pair: [INT, entry] };
      }
      case 'map': {
        const [key, value] = range.parts ?? [DYN, DYN];
        return { single: key, pair: [key, value] };
      }
      case 'object':
        return { single: STRING, pair: [STRING, DYN] };
      case 'dyn':
      case 'parameter':
        return dynamic;
      default:
        this.report('type', `${aType(range)} is no list or map`, expr);
        return dynamic;
    }
  }

  private bind(expr: Bind, scope: Scope): CelType {
    const type = this.typeOf(expr.value, scope);
    return this.typeOf(expr.body, [...scope, { name: expr.variable, type }]);
  }

  private optionalMap(expr: OptionalMap, scope: Scope): CelType {
    const target = this.typeOf(expr.target, scope);
    const type = this.unwrapped(target, expr.target);
    const body = this.typeOf(expr.body, [...scope, { name: expr.variable, type }]);
    if (!expr.flat) return optional(body);
    return optional(this.unwrapped(body, expr.body));
  }
}

const PATTERN_FUNCTIONS: readonly string[] = ['matches', 'find', 'findAll', 'regexReplace'];
const CONDITIONS: readonly string[] = ['all', 'exists', 'existsOne', 'filter'];

const TYPES: Readonly<Record<string, CelType>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  int: INT,
  list: list(DYN),
  map: map(DYN, DYN),
  null_type: NULL,
  string: STRING,
  uint: UINT,
  'google.protobuf.Timestamp': TIMESTAMP,
  'google.protobuf.Duration': DURATION,
};

/** What others call a variable. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['claims', 'jwt'],
  ['token', 'jwt'],
]);

function otherwiseCalled(name: string, known: readonly string[]): string {
  const meant = OTHER_NAMES.get(name);
  return meant !== undefined && known.includes(meant) ? `; did you mean \`${meant}\`?` : '';
}

const LONGEST_TEXT = 60;

/** `jwt.sub == alice`: what names no variable was meant as a text. */
function asText(name: string): string {
  return name.length > LONGEST_TEXT ? '' : `; a text stands in quotes: "${name}"`;
}

function literalType(value: CelValue): CelType {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'string') return STRING;
  if (isInt(value)) return INT;
  if (isDouble(value)) return DOUBLE;
  return value instanceof Uint ? UINT : BYTES;
}

function accepts(row: FunctionRow, types: readonly CelType[], bindings: Bindings): boolean {
  if (takesAny(row))
    return types.length > 0 && types.every((type) => assignable(row.params[0], type, bindings));
  return (
    row.params.length === types.length &&
    row.params.every((param, index) => assignable(param, types[index], bindings))
  );
}

/** With its article. */
function a(name: string): string {
  return `${/^(int|optional)/.test(name) ? 'an' : 'a'} ${name}`;
}

function aType(type: CelType): string {
  return a(showType(type));
}

/** Why no overload fits, with what would. */
function mismatch(name: string, rows: readonly FunctionRow[], types: readonly CelType[]): string {
  const shown = showFunction(name);
  const counts = [...new Set(rows.map(({ params }) => params.length))].sort();
  const receiver = rows[0].receiver;
  if (!rows.some(takesAny) && !counts.includes(types.length)) {
    const wanted = counts.map((count) => (receiver ? count - 1 : count)).join(' or ');
    return `\`${shown}\` takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${types.length - (receiver ? 1 : 0)}`;
  }
  const given = types.map(showType);
  if (name === '_==_') return `${a(given[0])} is never equal to ${a(given[1])}`;
  if (name === '@in') return notIn(types);
  if (types.length === 2 && !receiver && /^_/.test(name))
    return `\`${shown}\` does not take ${a(given[0])} and ${a(given[1])}`;
  const forms = rows.slice(0, 4).map((row) => signature(shown, row));
  const called = signature(shown, { receiver, params: types });
  return `no overload of \`${shown}\` takes ${called}; it is ${forms.join(' or ')}`;
}

function notIn([value, range]: readonly CelType[]): string {
  if (range.kind === 'list' || range.kind === 'map')
    return `${aType(value)} is never in ${aType(range)}`;
  const hint = range.kind === 'string' && value.kind === 'string' ? '; write `b.contains(a)`' : '';
  return `\`in\` takes a list or a map on its right, not ${aType(range)}${hint}`;
}

function signature(
  name: string,
  { receiver, params }: { receiver: boolean; params: readonly CelType[] },
): string {
  const shown = params.map(showType);
  return receiver
    ? `${shown[0]}.${name}(${shown.slice(1).join(', ')})`
    : `${name}(${shown.join(', ')})`;
}
