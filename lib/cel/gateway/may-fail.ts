import {
  BOOL,
  type CelType,
  DYN,
  INT,
  join,
  LIST,
  list,
  MAP,
  NULL,
  STRING,
  TYPE,
  type TypeKind,
} from '../cel-type';
import { type Environment, functionsOf } from '../environment';
import type { Call, Conditional, Expr, Logic, Loop } from '../expression';
import { parseCidr, parseIp } from '../ext/network';
import { namespacedFunction } from '../names';
import { TYPE_NAMES } from '../std/conversions';
import { isInt } from '../value';
import { environmentFor } from './environment';
import { fieldsAlong, type Path, pathOf } from './path';
import type { Phase } from './phase';
import { type Field, HEADERS } from './variables';

/** A part of an expression that may give nothing of use, and why. */
export interface Doubt {
  readonly part: Expr;
  readonly why: 'missing' | 'missing or no bool' | 'no bool' | 'fails';
}

/**
 * What may fail of an expression, or give no bool where one is needed; undefined where the whole gives true or false
 * whatever a request brings. Claims and metadata may be of any type, or missing. It errs on one side only: what it finds
 * may be harmless, what it does not find never fails.
 *
 * @param present - paths that are there wherever it matters. @default - none that are not always there
 */
export function doubtOf(
  expr: Expr,
  phase: Phase,
  present: readonly Path[] = [],
): Doubt | undefined {
  const known = { ...NOTHING_KNOWN, present: new Set(present.map(keyOf)) };
  return asCondition(expr, new Certainty(environmentFor(phase)).of(expr, known));
}

/** Whether an expression may fail or give no bool, for some request. */
export function mayFail(expr: Expr, phase: Phase): boolean {
  return doubtOf(expr, phase) !== undefined;
}

/** Whether an expression gives true or false wherever it gives a value. */
export function givesBool(expr: Expr, phase: Phase): boolean {
  return new Certainty(environmentFor(phase)).of(expr, NOTHING_KNOWN).type.kind === 'bool';
}

/** What is certain of a part: its type wherever it gives a value, and the part of it that may give none. */
interface Outcome {
  readonly type: CelType;
  readonly doubt?: Doubt;
}

function fails(part: Expr): Doubt {
  return { part, why: 'fails' };
}

/** What may be wrong with a part that is to be true or false. */
function asCondition(part: Expr, { type, doubt }: Outcome): Doubt | undefined {
  if (type.kind === 'bool') return doubt;
  if (!doubt) return { part, why: 'no bool' };
  return doubt.part === part && doubt.why === 'missing'
    ? { part, why: 'missing or no bool' }
    : doubt;
}

interface Known {
  readonly locals: Readonly<Record<string, CelType>>;
  /** Paths that have a value here. */
  readonly present: ReadonlySet<string>;
}

const NOTHING_KNOWN: Known = { locals: {}, present: new Set() };

/** Types whose values are compared with any other at once, without looking into them. */
const SCALARS: readonly TypeKind[] = ['null', 'bool', 'int', 'uint', 'double', 'string'];
const NUMBERS: readonly TypeKind[] = ['int', 'uint', 'double'];
const LONGEST_PATTERN = 256;

class Certainty {
  constructor(private readonly environment: Environment) {}

  of(expr: Expr, known: Known): Outcome {
    switch (expr.kind) {
      case 'literal':
        return { type: literalType(expr.value) };
      case 'ident':
      case 'select':
      case 'index':
        return this.access(expr, known);
      case 'call':
        return this.call(expr, known);
      case 'logic':
        return this.logic(expr, known);
      case 'conditional':
        return this.conditional(expr, known);
      case 'list':
        return this.all(
          expr.items.map(({ value }) => value),
          known,
          (types) =>
            expr.items.some(({ optional }) => optional)
              ? { type: LIST, doubt: fails(expr) }
              : { type: list(types.reduce(join, types[0] ?? DYN)) },
        );
      case 'map':
        return this.all(
          expr.entries.map(({ value }) => value),
          known,
          () => ({ type: MAP, ...(!hasPlainKeys(expr) && { doubt: fails(expr) }) }),
        );
      case 'loop':
        return this.loop(expr, known);
      case 'bind': {
        const value = this.of(expr.value, known);
        if (value.doubt) return { type: DYN, doubt: value.doubt };
        return this.of(expr.body, withLocal(known, expr.variable, value.type));
      }
      case 'optMap':
        return { type: DYN, doubt: fails(expr) };
    }
  }

  /** All parts, and then what becomes of their values. */
  private all(
    parts: readonly Expr[],
    known: Known,
    then: (types: readonly CelType[]) => Outcome,
  ): Outcome {
    const outcomes = parts.map((part) => this.of(part, known));
    const made = then(outcomes.map(({ type }) => type));
    const doubt = outcomes.find((outcome) => outcome.doubt)?.doubt ?? made.doubt;
    return doubt ? { type: made.type, doubt } : made;
  }

  // ---------------------------------------------------------------- names

  private access(expr: Expr, known: Known): Outcome {
    if (expr.kind === 'select' && expr.test) {
      const { doubt } = this.of(expr.operand, known);
      return { type: BOOL, ...(doubt && { doubt }) };
    }
    if (expr.kind === 'ident' && !expr.absolute && Object.hasOwn(known.locals, expr.name))
      return { type: known.locals[expr.name] };
    if (expr.kind === 'ident' && Object.hasOwn(TYPE_NAMES, expr.name)) return { type: TYPE };
    const path = pathOf(expr, Object.keys(known.locals));
    if (!path) return { type: DYN, doubt: fails(expr) };
    const isSure = canBeRead(path, known.present);
    const doubt = { part: expr, why: 'missing' } as const;
    return { type: trustedType(path), ...(!isSure && { doubt }) };
  }

  // ---------------------------------------------------------------- conditions

  private logic({ operator, terms }: Logic, known: Known): Outcome {
    const goesOn = operator === '&&';
    let facts = known;
    let left: readonly Expr[] = terms;
    for (;;) {
      const safe = left.filter((term) => this.isSafe(term, facts));
      if (safe.length === 0) break;
      left = left.filter((term) => !safe.includes(term));
      for (const term of safe) facts = withFacts(facts, term, goesOn);
    }
    if (left.length === 0) return { type: BOOL };
    const doubts = left.map((term) => asCondition(term, this.of(term, facts)));
    // Of `||`, agentgateway gives the last term as it is.
    const isBool = goesOn || left.every((term) => this.of(term, facts).type.kind === 'bool');
    return { type: isBool ? BOOL : DYN, doubt: doubts[0] };
  }

  private isSafe(term: Expr, known: Known): boolean {
    return asCondition(term, this.of(term, known)) === undefined;
  }

  private conditional({ condition, then, otherwise }: Conditional, known: Known): Outcome {
    const chosen = this.of(condition, known);
    const first = this.of(then, withFacts(known, condition, true));
    const second = this.of(otherwise, withFacts(known, condition, false));
    const doubt = asCondition(condition, chosen) ?? first.doubt ?? second.doubt;
    return { type: join(first.type, second.type), ...(doubt && { doubt }) };
  }

  /** Lists that are written out, and nothing else, are certain to be lists and short. */
  private loop(expr: Loop, known: Known): Outcome {
    const decides = expr.macro === 'exists' || expr.macro === 'all';
    const type = decides ? BOOL : DYN;
    if (!decides || expr.range.kind !== 'list' || expr.variables.length !== 1)
      return { type, doubt: fails(expr) };
    const range = this.of(expr.range, known);
    if (range.doubt) return { type, doubt: range.doubt };
    const entry = range.type.parts?.[0] ?? DYN;
    const body = this.of(expr.body, withLocal(known, expr.variables[0], entry));
    const doubt = asCondition(expr.body, body);
    return { type, ...(doubt && { doubt }) };
  }

  // ---------------------------------------------------------------- calls

  private call(expr: Call, known: Known): Outcome {
    const isLocal = (name: string) => Object.hasOwn(known.locals, name);
    const name = namespacedFunction(this.environment, expr, isLocal);
    const asMethod = name === undefined && expr.target !== undefined;
    const args = asMethod && expr.target ? [expr.target, ...expr.args] : expr.args;
    if (name === 'coalesce') return this.coalesce(expr, known);
    if (name === 'default') return this.orDefault(expr, known);
    const result = this.resultOf(name ?? expr.name, asMethod);
    return this.all(args, known, (types) => {
      const isSafe = SAFE_CALLS[name ?? expr.name]?.(types, args) ?? false;
      return { type: result, ...(!isSafe && { doubt: fails(expr) }) };
    });
  }

  /** The type that all overloads give. */
  private resultOf(name: string, receiver: boolean): CelType {
    const types = functionsOf(this.environment)
      .named(name, receiver)
      .map(({ result }) => result);
    return types.length > 0 && types.every(({ kind }) => kind === types[0].kind) ? types[0] : DYN;
  }

  /** It fails where all of its arguments do. */
  private coalesce(expr: Call, known: Known): Outcome {
    const outcomes = expr.args.map((arg) => this.of(arg, known));
    const last = outcomes.findIndex(({ type, doubt }) => !doubt && isNeverNull(type));
    const reached = last < 0 ? outcomes : outcomes.slice(0, last + 1);
    const type = reached.map((outcome) => outcome.type).reduce(join);
    if (last >= 0) return { type };
    const isDoubtful = outcomes.every(({ doubt }) => doubt);
    return { type: DYN, ...(isDoubtful && { doubt: fails(expr) }) };
  }

  /** Covers what is missing, and nothing else that may fail. */
  private orDefault(expr: Call, known: Known): Outcome {
    const [value, otherwise] = expr.args;
    const given = this.of(value, known);
    const other = this.of(otherwise, known);
    const path = pathOf(value, Object.keys(known.locals));
    const isCovered = path !== undefined && mayOnlyBeMissing(value, path, known.present);
    const doubt = (isCovered ? undefined : given.doubt) ?? other.doubt;
    return { type: join(given.type, other.type), ...(doubt && { doubt }) };
  }
}

// ---------------------------------------------------------------- paths

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** Data that callers or other services bring: fields that are declared in it are claims, not facts. */
function isForeign({ open, type }: Field): boolean {
  return open === true || type?.kind === 'map' || type?.kind === 'dyn';
}

/** Whether reading a path never fails: a variable may be null, and is read all the same. */
function canBeRead(path: Path, present: ReadonlySet<string>): boolean {
  return (path.length === 1 && fieldsAlong(path).length === 1) || isThere(path, present);
}

/** Whether a path is more than null: known here, or always there in what is there. */
function isThere(path: Path, present: ReadonlySet<string>): boolean {
  if (present.has(keyOf(path))) return true;
  const fields = fieldsAlong(path);
  if (fields.length < path.length || !fields[fields.length - 1].always) return false;
  return path.length === 1 || isThere(path.slice(0, -1), present);
}

/** The type of a path wherever it has a value. Fields that may be missing may be null instead. */
function trustedType(path: Path): CelType {
  const fields = fieldsAlong(path);
  const last = fields[fields.length - 1];
  if (fields.length < path.length || !last.always || fields.slice(0, -1).some(isForeign))
    return DYN;
  return last.type ?? MAP;
}

/** Whether reading a path fails, if at all, since its last field is missing: what is around it is a map, or null. */
function mayOnlyBeMissing(expr: Expr, path: Path, present: ReadonlySet<string>): boolean {
  const owner = path.slice(0, -1);
  const fields = fieldsAlong(owner);
  if (owner.length === 0 || fields.length < owner.length) return false;
  if (isThere(owner, present) && fields.slice(0, -1).every((field) => !isForeign(field)))
    return fields[fields.length - 1].type?.kind !== 'dyn';
  const { type } = fields[0];
  return owner.length === 1 && expr.kind === 'select' && type?.kind !== 'dyn';
}

// ---------------------------------------------------------------- facts

function withLocal(known: Known, name: string, type: CelType): Known {
  return { ...known, locals: { ...known.locals, [name]: type } };
}

/** What is known in addition where a condition has a value. */
function withFacts(known: Known, condition: Expr, value: boolean): Known {
  const paths = presentWhere(condition, value, Object.keys(known.locals));
  return { ...known, present: new Set([...known.present, ...paths.map(keyOf)]) };
}

function presentWhere(expr: Expr, value: boolean, locals: readonly string[]): readonly Path[] {
  if (expr.kind === 'select' && expr.test && value) {
    const path = pathOf({ ...expr, test: false }, locals);
    return path ? path.map((_, index) => path.slice(0, index + 1)) : [];
  }
  if (expr.kind === 'logic' && (expr.operator === '&&') === value)
    return expr.terms.flatMap((term) => presentWhere(term, value, locals));
  if (expr.kind !== 'call') return [];
  if (expr.name === '!_') return presentWhere(expr.args[0], !value, locals);
  if (expr.name !== '@in' || !value) return [];
  return keyIn(expr, locals);
}

/** `"x-team" in request.headers`; of a list it would be an entry, and so only maps count. */
function keyIn({ args: [key, owner] }: Call, locals: readonly string[]): readonly Path[] {
  const path = pathOf(owner, locals);
  if (!path || key.kind !== 'literal' || typeof key.value !== 'string') return [];
  return trustedType(path) === HEADERS ? [[...path, key.value]] : [];
}

// ---------------------------------------------------------------- calls

type IsSafe = (types: readonly CelType[], args: readonly Expr[]) => boolean;

const isText = ({ kind }: CelType): boolean => kind === 'string';
const allText: IsSafe = (types) => types.every(isText);
const isOrdered: IsSafe = ([a, b]) =>
  (isText(a) && isText(b)) || (NUMBERS.includes(a.kind) && NUMBERS.includes(b.kind));
const isMatch: IsSafe = (types, [, pattern]) =>
  allText(types, []) &&
  pattern.kind === 'literal' &&
  typeof pattern.value === 'string' &&
  pattern.value.length <= LONGEST_PATTERN;

const isOpaque = (type: CelType, name: string): boolean =>
  type.kind === 'opaque' && type.name === name;
const ofRange: IsSafe = ([type]) => isOpaque(type, 'net.CIDR');
const ofAddress: IsSafe = ([type]) => isOpaque(type, 'net.IP');

/** Fields that hold an address wherever they have a value. */
const ADDRESSES = ['source.address', 'source.rawAddress', 'destination.address'];

function isAddress(expr: Expr): boolean {
  if (expr.kind === 'literal') return parseIp(textOf(expr)) !== undefined;
  return ADDRESSES.includes(pathOf(expr, [])?.join('.') ?? '');
}

function textOf(expr: Expr): string {
  return expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : '';
}

/** Calls that always give a value for arguments of such types. Any other may fail. */
const SAFE_CALLS: Readonly<Record<string, IsSafe>> = {
  '!_': ([type]) => type.kind === 'bool',
  '_==_': (types) => types.some(({ kind }) => SCALARS.includes(kind)),
  '@in': ([, range], [, over]) => over.kind === 'list' || range === HEADERS,
  '_<_': isOrdered,
  '_<=_': isOrdered,
  '_>_': isOrdered,
  '_>=_': isOrdered,
  '_+_': allText,
  startsWith: allText,
  endsWith: allText,
  contains: allText,
  stripPrefix: allText,
  stripSuffix: allText,
  lowerAscii: allText,
  upperAscii: allText,
  trim: allText,
  isIP: allText,
  ip: ([type], [arg]) => isOpaque(type, 'net.CIDR') || isAddress(arg),
  cidr: (_, [arg]) => parseCidr(textOf(arg)) !== undefined,
  containsIP: ([range, type], [, arg]) =>
    isOpaque(range, 'net.CIDR') && (isOpaque(type, 'net.IP') || isAddress(arg)),
  containsCIDR: (types) => types.every((type) => isOpaque(type, 'net.CIDR')),
  masked: ofRange,
  prefixLength: ofRange,
  family: ofAddress,
  isUnspecified: ofAddress,
  isLoopback: ofAddress,
  isLinkLocalMulticast: ofAddress,
  isLinkLocalUnicast: ofAddress,
  isGlobalUnicast: ofAddress,
  size: allText,
  matches: isMatch,
  type: () => true,
};

function isNeverNull({ kind }: CelType): boolean {
  return kind !== 'null' && kind !== 'dyn' && kind !== 'parameter';
}

function literalType(value: unknown): CelType {
  if (value === null) return NULL;
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOL;
  return isInt(value) ? INT : DYN;
}

function hasPlainKeys({ entries }: Extract<Expr, { kind: 'map' }>): boolean {
  const keys = entries.map(({ key, optional }) =>
    !optional && key.kind === 'literal' && typeof key.value === 'string' ? key.value : undefined,
  );
  return !keys.includes(undefined) && new Set(keys).size === keys.length;
}
