import type { Diagnostic, Edit } from '../diagnostic';
import { alternativeOf, isOfType } from './alternative';
import { certainlyMeant, didYouMean } from './did-you-mean';
import { ifDropped } from './dropped-fields';
import { bounds, formatMissed } from './format';
import {
  field,
  fieldPath,
  identityOf,
  isObject,
  type JsonObject,
  type JsonType,
  jsonType,
  listed,
  quoted,
} from './json';
import {
  freePlaces,
  inGeneral,
  isTakenBelow,
  isWritten,
  type Level,
  type Place,
} from './placement';
import { nearestPlaces, placesOf } from './places';
import { type Rule, unique, type Violation } from './rule';
import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

/** More parts than any configuration has; aliases of YAML can pretend to have endlessly many. */
const MOST_PARTS = 2_000_000;

/** More findings than anybody reads. */
const MOST_FINDINGS = 1_000;

/** Statements contain themselves in places, and a value made by hand may too. */
const DEEPEST = 200;

/** After so many unknown fields nothing is guessed any more: the file is something else altogether. */
const MOST_GUESSES = 500;

const EXPERIMENTAL = 'the experimental channel has it: --gateway-api-channel experimental';

export interface CheckOptions {
  /** Whether the fields that only the experimental channel of Gateway API has are known. @default false */
  readonly experimental?: boolean;
}

/** Holds a value against a statement: all findings, in the order of the value. */
export function check(
  root: Schema,
  value: unknown,
  resolve: Resolve,
  options: CheckOptions = {},
): Diagnostic[] {
  const checker = new Checker(root, resolve, options);
  checker.check(root, value, '');
  return checker.findings;
}

class Checker {
  readonly findings: Diagnostic[] = [];
  private readonly levels: Level[] = [];
  private parts = 0;
  private depth = 0;
  private guesses = 0;

  constructor(
    private readonly root: Schema,
    private readonly resolve: Resolve,
    private readonly options: CheckOptions,
  ) {}

  check(reference: Schema, value: unknown, path: string): void {
    this.parts += 1;
    if (this.parts > MOST_PARTS) return this.reportSize(path);
    if (this.depth >= DEEPEST) return this.reportDepth(path);
    this.depth += 1;
    this.checkValue(this.alternative(this.resolve(reference), value), value, path);
    this.depth -= 1;
  }

  private checkValue(schema: Schema, value: unknown, path: string): void {
    if (value === null && schema.nullable) return;
    if (schema.anyOf || !isOfTypes(schema, value)) return this.reportType(schema, value, path);
    const before = this.findings.length;
    if (typeof value === 'string') this.checkString(schema, value, path);
    else if (typeof value === 'number') this.checkNumber(schema, value, path);
    else if (Array.isArray(value)) this.checkList(schema, value, path);
    else if (isObject(value)) return this.checkObject(schema, value, path);
    this.checkRules(schema, value, path, before);
  }

  private alternative(schema: Schema, value: unknown): Schema {
    return alternativeOf(schema, value, this.resolve);
  }

  // ---------------------------------------------------------------- scalars

  private checkString(schema: Schema, value: string, path: string): void {
    this.checkEnum(schema, value, path);
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
    const length = codePoints(value, maxLength);
    if (length > maxLength) {
      const message = `is longer than the ${maxLength} characters that fit here`;
      return this.report('TooLong', path, message);
    }
    if (length < minLength) {
      const message =
        minLength === 1 ? 'may not be empty' : `needs at least ${minLength} characters`;
      return this.report('Invalid', path, message);
    }
    if (pattern !== undefined && !regex(pattern).test(value)) {
      const wanted = schema.patternMeans ?? `match ${quoted(pattern)}`;
      const given = schema.sensitive ? 'the value' : quoted(value);
      return this.report('Invalid', path, `${given} must be ${wanted}`);
    }
    const format = formatMissed(schema.format, value);
    if (format === undefined) return;
    const given = schema.sensitive ? 'the value' : quoted(value);
    this.report('Invalid', path, `${given} must be ${format}`);
  }

  private checkNumber(schema: Schema, value: number, path: string): void {
    this.checkEnum(schema, value, path);
    const { minimum, maximum } = bounds(schema);
    if (value >= minimum && value <= maximum) return;
    const range = Number.isFinite(maximum)
      ? `between ${minimum} and ${maximum}`
      : `at least ${minimum}`;
    this.report('Invalid', path, `must be ${range}, not ${value}`);
  }

  private checkEnum(schema: Schema, value: string | number, path: string): void {
    if (!schema.enum || schema.enum.includes(value)) return;
    if (schema.patternMeans && schema.pattern === undefined) {
      const given = schema.sensitive ? 'the value' : quoted(String(value));
      return this.report('Invalid', path, `${given} must be ${schema.patternMeans}`);
    }
    const allowed = schema.enum.map(String);
    const near = didYouMean(String(value), allowed);
    const meant = typeof value === 'string' ? certainlyMeant(value, allowed) : undefined;
    const isExperimental = schema.experimentalValues?.includes(String(value));
    const hint = isExperimental ? EXPERIMENTAL : near && `did you mean ${quoted(near)}?`;
    this.add({
      severity: 'error',
      code: 'NotSupported',
      message: `${schema.sensitive ? 'the value' : quoted(String(value))} is not one of ${listed(allowed, 'or')}`,
      path,
      ...(hint && { hint }),
      ...(meant && !isExperimental && { fix: [{ op: 'replace', path, value: meant }] }),
    });
  }

  // ---------------------------------------------------------------- lists

  private checkList(schema: Schema, list: readonly unknown[], path: string): void {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
    if (list.length > maxItems) {
      this.report('TooMany', path, `has ${list.length} entries; ${maxItems} fit here`);
    }
    if (list.length < minItems) {
      const least = minItems === 1 ? 'one entry' : `${minItems} entries`;
      this.report('Required', path, `needs at least ${least}`);
    }
    if (items) {
      const most = Math.min(list.length, maxItems);
      for (let index = 0; index < most; index++) {
        this.check(items, list[index], `${path}[${index}]`);
      }
    }
    this.checkIdentities(schema, list, path);
  }

  private checkIdentities(schema: Schema, list: readonly unknown[], path: string): void {
    const keys = schema['x-kubernetes-list-map-keys'];
    if (!keys && schema['x-kubernetes-list-type'] !== 'set') return;
    const rule = keys
      ? unique(listed(keys), (entry) => identityOf(...keys.map((key) => field(entry, key))))
      : unique('value', (entry) => identityOf(entry));
    for (const violation of rule.check(list)) this.reportViolation(violation, path);
  }

  // ---------------------------------------------------------------- objects

  private checkObject(schema: Schema, object: JsonObject, path: string): void {
    const before = this.findings.length;
    this.checkSize(schema, object, path);
    this.checkDoubled(schema, object, path);
    this.levels.push({ schema, value: object, path });
    const misspelt = this.checkFields(schema, object, path);
    this.levels.pop();
    for (const name of schema.required ?? []) {
      if (object[name] !== undefined && Object.hasOwn(object, name)) continue;
      if (misspelt.has(name)) continue;
      this.report('Required', fieldPath(path, name), `${quoted(name)} is required here`);
    }
    this.checkRules(schema, asMeant(object, misspelt), path, before);
  }

  private checkSize(schema: Schema, object: JsonObject, path: string): void {
    const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
    const size = Object.keys(object).length;
    if (size > maxProperties) {
      this.report('TooMany', path, `has ${size} entries; ${maxProperties} fit here`);
    }
    if (size < minProperties) {
      const least = minProperties === 1 ? 'one field' : `${minProperties} fields`;
      this.report('Required', path, `needs at least ${least}`);
    }
  }

  /** Documents show maps of free form with their own name once more inside. */
  private checkDoubled(schema: Schema, object: JsonObject, path: string): void {
    const name = /[^.[\]]+$/.exec(path)?.[0];
    if (name === undefined || !isFreeForm(schema, this.resolve) || !isObject(object[name])) return;
    const isAlone = Object.keys(object).length === 1;
    const place = fieldPath(path, name);
    this.add({
      severity: 'warning',
      code: 'UnknownField',
      message: `${quoted(name)} stands inside ${quoted(name)}, where it is one field more of any name`,
      path: place,
      hint: 'write its fields one level further out, or they are not seen as what they are',
      ...(isAlone && { fix: [{ op: 'move', path: place, to: path }] }),
    });
  }

  /** Answers which fields were meant by misspelt ones. */
  private checkFields(schema: Schema, object: JsonObject, path: string): Map<string, string> {
    const { properties, additionalProperties } = schema;
    const misspelt = new Map<string, string>();
    for (const [name, value] of Object.entries(object)) {
      const place = fieldPath(path, name);
      if (properties && Object.hasOwn(properties, name)) {
        if (value !== undefined) this.checkField(properties[name]!, name, value, place);
      } else if (additionalProperties) {
        this.check(additionalProperties, value, place);
      } else if (schema.type === 'object') {
        const meant = this.reportUnknown(schema, object, name, place);
        if (meant) misspelt.set(meant, name);
      }
    }
    return misspelt;
  }

  private checkField(reference: Schema, name: string, value: unknown, path: string): void {
    const { deprecated, experimental, default: fallback } = this.resolve(reference);
    if (experimental && !this.options.experimental) return this.reportExperimental(name, path);
    if (deprecated && value !== null && JSON.stringify(value) !== JSON.stringify(fallback)) {
      this.report('Deprecated', path, `${quoted(name)} is deprecated`, deprecated, 'warning');
    }
    this.check(reference, value, path);
  }

  private reportExperimental(name: string, path: string): void {
    this.report(
      'UnknownField',
      path,
      `unknown field ${quoted(name)} in the standard channel of Gateway API`,
      EXPERIMENTAL,
    );
  }

  // ---------------------------------------------------------------- unknown fields

  /** Answers which field was meant, if that is plain. */
  private reportUnknown(
    schema: Schema,
    object: JsonObject,
    name: string,
    place: string,
  ): string | undefined {
    this.guesses += 1;
    if (this.guesses > MOST_GUESSES) {
      if (schema['x-kubernetes-preserve-unknown-fields']) return undefined;
      this.report('UnknownField', place, `unknown field ${quoted(name)}`);
      return undefined;
    }
    const near = didYouMean(name, Object.keys(schema.properties ?? {}));
    if (schema['x-kubernetes-preserve-unknown-fields']) {
      if (near) this.reportIneffective(name, near, place);
      return undefined;
    }
    return near
      ? this.reportMisspelt(schema, object, { name, near, place })
      : this.reportMisplaced(schema, object, name, place);
  }

  private reportIneffective(name: string, near: string, place: string): void {
    const message = `unknown field ${quoted(name)}; did you mean ${quoted(near)}?`;
    this.report('UnknownField', place, message, 'as it stands it does nothing', 'warning');
  }

  private reportMisspelt(
    schema: Schema,
    object: JsonObject,
    { name, near, place }: { name: string; near: string; place: string },
  ): string | undefined {
    const property = schema.properties?.[near];
    const isFree = !isWritten(object, near, property && this.resolve(property));
    const isCertain =
      isFree &&
      property !== undefined &&
      onlyMeaning(near, schema, object) === name &&
      this.hasType(property, object[name]);
    const message = `unknown field ${quoted(name)}; did you mean ${quoted(near)}?`;
    const fix: Edit[] = isCertain ? [{ op: 'rename', path: place, to: near }] : [];
    this.add({
      severity: 'error',
      code: 'UnknownField',
      message,
      path: place,
      ...(isCertain && { fix }),
    });
    if (isCertain) this.check(property, object[name], place);
    return isFree ? near : undefined;
  }

  private reportMisplaced(
    schema: Schema,
    object: JsonObject,
    name: string,
    place: string,
  ): undefined {
    if (this.isOfOtherAlternative(schema, name, place)) {
      return this.reportAlternative(schema.required!, name, place);
    }
    const to = this.onlyPlace(name, object[name]);
    const where = to ? [inGeneral(to.path)] : this.nearestPlaces(name, place);
    const dropped = where.length > 0 ? ifDropped(name) : undefined;
    const hint = where.length === 0 ? knownFields(schema) : `it belongs at ${listed(where, 'or')}`;
    this.add({
      severity: 'error',
      code: 'UnknownField',
      message: `unknown field ${quoted(name)}`,
      path: place,
      ...(hint && { hint: dropped ? `${hint}; where it is dropped instead, ${dropped}` : hint }),
      ...(to && { fix: [{ op: 'move', path: place, to: to.path }] }),
    });
    return undefined;
  }

  /** Whether the field would be known here if what is required of this alternative were not written. */
  private isOfOtherAlternative({ required }: Schema, name: string, place: string): boolean {
    if (!required) return false;
    return placesOf(this.root, this.resolve, name).includes(inGeneral(place));
  }

  private reportAlternative(required: readonly string[], name: string, place: string): undefined {
    const message = `${quoted(name)} and ${listed(required)} exclude each other; keep one of them`;
    this.report('Forbidden', place, message);
  }

  /** The one place further out or in that is free and where the value is right as it is. */
  private onlyPlace(name: string, value: unknown): Place | undefined {
    const fitting = freePlaces(name, this.levels, this.resolve).filter(({ schema, path }) =>
      this.fits(schema, value, path),
    );
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  private fits(schema: Schema, value: unknown, path: string): boolean {
    const trial = new Checker(this.root, this.resolve, this.options);
    trial.parts = this.parts;
    trial.guesses = MOST_GUESSES;
    trial.check(schema, value, path);
    this.parts = trial.parts;
    return trial.findings.every(({ severity }) => severity !== 'error');
  }

  private nearestPlaces(name: string, place: string): readonly string[] {
    const places = nearestPlaces(place, placesOf(this.root, this.resolve, name));
    const innermost = this.levels[this.levels.length - 1];
    const free = places.filter((path) => !innermost || !isTakenBelow(innermost, path));
    return free.length <= 3 ? free : [];
  }

  /** Whether the value is of the type that is wanted, or plainly written as another. */
  private hasType(reference: Schema, value: unknown): boolean {
    const schema = this.alternative(this.resolve(reference), value);
    return isOfTypes(schema, value) || retyped(schema, value) !== undefined;
  }

  // ---------------------------------------------------------------- rules and reports

  private checkRules(schema: Schema, value: unknown, path: string, before: number): void {
    for (const rule of schema.rules ?? []) {
      if (rule.cel && this.isMeaningless(rule, rule.cel, path, before)) continue;
      for (const violation of rule.check(value)) this.reportViolation(violation, path);
    }
  }

  /**
   * The API server runs no rule on an object whose structure is wrong. Here only those are left out that read what is
   * wrong, so that the others need no second run; forms that ask what is written, not what it is, read nothing.
   */
  private isMeaningless({ form }: Rule, expression: string, path: string, before: number): boolean {
    if (form !== 'cel' && !form.startsWith('forbidden(')) return false;
    return this.findings
      .slice(before)
      .some((finding) => BLOCKING.has(finding.code) && isReadBy(expression, finding.path, path));
  }

  private reportViolation(violation: Violation, path: string): void {
    const { code = 'Invalid', message, hint, severity = 'error', meant } = violation;
    const place = joined(path, violation.path);
    const fix: Edit[] = meant === undefined ? [] : [{ op: 'replace', path: place, value: meant }];
    this.add({
      severity,
      code,
      message,
      path: place,
      ...(hint && { hint }),
      ...(fix.length > 0 && { fix }),
    });
  }

  private reportType(schema: Schema, value: unknown, path: string): void {
    const wanted = typeNames(schema, this.resolve);
    const given = TYPE_NAMES[jsonType(value) ?? 'null'];
    const hint = typeHint(schema, value);
    const meant = this.meantScalar(schema, value, path);
    this.add({
      severity: 'error',
      code: 'TypeInvalid',
      message: `must be ${wanted}, not ${given}`,
      path,
      ...(hint && { hint }),
      ...(meant !== undefined && { fix: [{ op: 'replace', path, value: meant }] }),
    });
  }

  /** The value in the type that is wanted, where it fits then. What may be secret stands in no finding. */
  private meantScalar(schema: Schema, value: unknown, path: string): Scalar | undefined {
    const meant = schema.sensitive ? undefined : retyped(schema, value);
    return meant !== undefined && this.fits(schema, meant, path) ? meant : undefined;
  }

  private reportSize(path: string): void {
    if (this.parts !== MOST_PARTS + 1) return;
    this.report('TooMany', path, `has more than ${MOST_PARTS} parts, so the rest was not read`);
  }

  /** Whatever else is in a value that never ends is not looked at. */
  private reportDepth(path: string): void {
    this.report('TooMany', path, `is nested more than ${DEEPEST} levels deep`);
    this.parts = MOST_PARTS + 1;
  }

  private report(
    code: string,
    path: string,
    message: string,
    hint?: string,
    severity: Diagnostic['severity'] = 'error',
  ): void {
    this.add({ severity, code, message, path, ...(hint && { hint }) });
  }

  private add(finding: Diagnostic): void {
    if (this.findings.length >= MOST_FINDINGS) return this.reportFindings();
    this.findings.push(finding);
  }

  private reportFindings(): void {
    if (this.findings.length > MOST_FINDINGS) return;
    const message = `has more than ${MOST_FINDINGS} faults, so the rest was not looked for`;
    this.findings.push({ severity: 'error', code: 'TooMany', message, path: '' });
    this.parts = MOST_PARTS + 1;
  }
}

type Scalar = string | number | boolean;

/** Findings after which the API server runs no rules. */
const BLOCKING: ReadonlySet<string> = new Set([
  ...['TypeInvalid', 'Required', 'NotSupported', 'TooLong', 'TooMany', 'Duplicate'],
]);

/** Whether an expression over the value at `path` names the field in which `wrong` lies. */
function isReadBy(expression: string, wrong: string, path: string): boolean {
  if (!wrong.startsWith(path)) return false;
  const name = /[A-Za-z_$][A-Za-z0-9_$-]*/.exec(wrong.slice(path.length))?.[0];
  return name === undefined || expression.includes(name);
}

/** More fields than any map of a statement has: what is meant by them is anybody's guess. */
const MOST_FIELDS = 60;

/** The one unknown field of a map that certainly means this one. */
function onlyMeaning(meant: string, schema: Schema, object: JsonObject): string | undefined {
  const names = Object.keys(object);
  const known = Object.keys(schema.properties ?? {});
  if (names.length > MOST_FIELDS) return undefined;
  const meaning = names.filter(
    (name) => !known.includes(name) && certainlyMeant(name, known) === meant,
  );
  return meaning.length === 1 ? meaning[0] : undefined;
}

/** Whether a map takes any field with any value. */
function isFreeForm(schema: Schema, resolve: Resolve): boolean {
  const { additionalProperties: values } = schema;
  if (schema.properties) return false;
  return values !== undefined && resolve(values).type === undefined && !resolve(values).anyOf;
}

function knownFields(schema: Schema): string | undefined {
  const known = Object.entries(schema.properties ?? {})
    .filter(([, { experimental }]) => !experimental)
    .map(([name]) => name);
  if (known.length === 0) return 'no fields are known here';
  return known.length > 20 ? undefined : `the fields known here are ${listed(known)}`;
}

function isOfTypes(schema: Schema, value: unknown): boolean {
  if (schema['x-kubernetes-int-or-string']) return isIntOrString(value);
  return !schema.type || isOfType(schema.type, value);
}

function isIntOrString(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value);
}

/** A scalar as it would be with quotes around it, or without them. */
function retyped({ type }: Schema, value: unknown): Scalar | undefined {
  if (type === 'string') return isPlainScalar(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean') return BOOLEANS.get(value);
  const isNumeric = type === 'integer' || type === 'number';
  return isNumeric && INTEGER.test(value) ? Number(value) : undefined;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
const INTEGER = /^(0|-?[1-9][0-9]{0,14})$/;

function isPlainScalar(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

const TYPE_NAMES: Readonly<Record<JsonType, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

function typeNames(schema: Schema, resolve: Resolve): string {
  if (schema['x-kubernetes-int-or-string']) return 'a whole number or a string';
  const types = schema.anyOf?.map((part) => resolve(part).type) ?? [schema.type];
  return [...new Set(types.map((type) => TYPE_NAMES[type!]))].join(' or ');
}

/** What to write where a scalar has the wrong type; never the value of a string, which may be a secret. */
function typeHint(schema: Schema, value: unknown): string | undefined {
  const { type } = schema;
  const numeric = type === 'integer' || type === 'number';
  if (numeric && typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value)) {
    return 'write the number without quotes';
  }
  if (type === 'boolean' && (value === 'true' || value === 'false'))
    return 'write it without quotes';
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  if (type === 'string' && scalar) {
    return schema.patternMeans ? `write ${schema.patternMeans}` : 'put quotes around it';
  }
  if (type === 'array' && isObject(value)) return 'begin each entry with `- `';
  return undefined;
}

/** Lengths are counted in characters, as the API server does, and no further than matters. */
function codePoints(text: string, most: number): number {
  if (text.length <= 1 || text.length > 2 * most) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The object as its author meant it, so that a rule does not complain once more about a misspelt field. */
function asMeant(object: JsonObject, misspelt: ReadonlyMap<string, string>): JsonObject {
  if (misspelt.size === 0) return object;
  const meant: Record<string, unknown> = { ...object };
  for (const [name, written] of misspelt) {
    meant[name] = object[written];
    delete meant[written];
  }
  return meant;
}

function joined(path: string, below: string): string {
  if (!below || !path || below.startsWith('[')) return `${path}${below}`;
  return `${path}.${below}`;
}

const regexes = new Map<string, RegExp>();

function regex(pattern: string): RegExp {
  const known = regexes.get(pattern);
  if (known) return known;
  const compiled = new RegExp(pattern, 'u');
  regexes.set(pattern, compiled);
  return compiled;
}
