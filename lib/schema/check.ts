import type { Diagnostic } from '../diagnostic';
import { alternativeOf } from './alternative';
import { checkRules, reportViolation } from './check-rules';
import { checkNumber, checkString, EXPERIMENTAL } from './check-scalar';
import { Findings } from './findings';
import { field, fieldPath, identityOf, isObject, type JsonObject, listed, quoted } from './json';
import type { Level } from './placement';
import { unique } from './rule';
import type { Schema } from './schema';
import { type Surroundings, UnknownFields } from './unknown-fields';
import { isOfTypes, retyped, type Scalar, wrongType } from './wrong-type';

type Resolve = (schema: Schema) => Schema;

/** More parts than any configuration has; aliases of YAML can pretend to have endlessly many. */
const MOST_PARTS = 2_000_000;

/** Statements contain themselves in places, and a value made by hand may too. */
const DEEPEST = 200;

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
  return [...checker.findings.list];
}

class Checker implements Surroundings {
  readonly findings = new Findings();
  readonly levels: Level[] = [];
  private readonly unknown: UnknownFields;
  private parts = 0;
  private depth = 0;

  constructor(
    readonly root: Schema,
    readonly resolve: Resolve,
    private readonly options: CheckOptions,
    isTrial = false,
  ) {
    this.unknown = new UnknownFields(this, isTrial);
  }

  check(reference: Schema, value: unknown, path: string): void {
    if (this.findings.isFull) return;
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
    const before = this.findings.list.length;
    if (typeof value === 'string') checkString(schema, value, path, this.findings);
    else if (typeof value === 'number') checkNumber(schema, value, path, this.findings);
    else if (Array.isArray(value)) this.checkList(schema, value, path);
    else if (isObject(value)) return this.checkObject(schema, value, path);
    checkRules(schema, value, path, before, this.findings);
  }

  private alternative(schema: Schema, value: unknown): Schema {
    return alternativeOf(schema, value, this.resolve);
  }

  // ---------------------------------------------------------------- lists

  private checkList(schema: Schema, list: readonly unknown[], path: string): void {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
    if (list.length > maxItems) {
      this.findings.report('TooMany', path, `has ${list.length} entries; ${maxItems} fit here`);
    }
    if (list.length < minItems) {
      const least = minItems === 1 ? 'one entry' : `${minItems} entries`;
      this.findings.report('Required', path, `needs at least ${least}`);
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
    for (const violation of rule.check(list)) reportViolation(violation, path, this.findings);
  }

  // ---------------------------------------------------------------- objects

  private checkObject(schema: Schema, object: JsonObject, path: string): void {
    const before = this.findings.list.length;
    this.checkSize(schema, object, path);
    this.checkDoubled(schema, object, path);
    this.levels.push({ schema, value: object, path });
    const misspelt = this.checkFields(schema, object, path);
    this.levels.pop();
    for (const name of schema.required ?? []) {
      if (object[name] !== undefined && Object.hasOwn(object, name)) continue;
      if (misspelt.has(name)) continue;
      this.findings.report('Required', fieldPath(path, name), `${quoted(name)} is required here`);
    }
    checkRules(schema, asMeant(object, misspelt), path, before, this.findings);
  }

  private checkSize(schema: Schema, object: JsonObject, path: string): void {
    const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
    const size = Object.keys(object).length;
    if (size > maxProperties) {
      this.findings.report('TooMany', path, `has ${size} entries; ${maxProperties} fit here`);
    }
    if (size < minProperties) {
      const least = minProperties === 1 ? 'one field' : `${minProperties} fields`;
      this.findings.report('Required', path, `needs at least ${least}`);
    }
  }

  /** Documents show maps of free form with their own name once more inside. */
  private checkDoubled(schema: Schema, object: JsonObject, path: string): void {
    const name = /[^.[\]]+$/.exec(path)?.[0];
    if (name === undefined || !isFreeForm(schema, this.resolve) || !isObject(object[name])) return;
    const isAlone = Object.keys(object).length === 1;
    const place = fieldPath(path, name);
    this.findings.add({
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
        const meant = this.unknown.report(schema, object, name, place);
        if (meant) misspelt.set(meant, name);
      }
    }
    return misspelt;
  }

  private checkField(reference: Schema, name: string, value: unknown, path: string): void {
    const { deprecated, experimental, default: fallback } = this.resolve(reference);
    if (experimental && !this.options.experimental) return this.reportExperimental(name, path);
    if (deprecated && value !== null && JSON.stringify(value) !== JSON.stringify(fallback)) {
      this.findings.report(
        'Deprecated',
        path,
        `${quoted(name)} is deprecated`,
        deprecated,
        'warning',
      );
    }
    this.check(reference, value, path);
  }

  private reportExperimental(name: string, path: string): void {
    this.findings.report(
      'UnknownField',
      path,
      `unknown field ${quoted(name)} in the standard channel of Gateway API`,
      EXPERIMENTAL,
    );
  }

  // ---------------------------------------------------------------- what would be right

  fits(schema: Schema, value: unknown, path: string): boolean {
    const trial = new Checker(this.root, this.resolve, this.options, true);
    trial.parts = this.parts;
    trial.check(schema, value, path);
    this.parts = trial.parts;
    return trial.findings.list.every(({ severity }) => severity !== 'error');
  }

  hasType(reference: Schema, value: unknown): boolean {
    const schema = this.alternative(this.resolve(reference), value);
    return isOfTypes(schema, value) || retyped(schema, value) !== undefined;
  }

  /** The value in the type that is wanted, where it fits then. What may be secret stands in no finding. */
  private meantScalar(schema: Schema, value: unknown, path: string): Scalar | undefined {
    const meant = schema.sensitive ? undefined : retyped(schema, value);
    return meant !== undefined && this.fits(schema, meant, path) ? meant : undefined;
  }

  private reportType(schema: Schema, value: unknown, path: string): void {
    const meant = this.meantScalar(schema, value, path);
    this.findings.add(wrongType(schema, value, path, this.resolve, meant));
  }

  // ---------------------------------------------------------------- bounds

  private reportSize(path: string): void {
    if (this.parts !== MOST_PARTS + 1) return;
    this.findings.report(
      'TooMany',
      path,
      `has more than ${MOST_PARTS} parts, so the rest was not read`,
    );
  }

  /** Whatever else is in a value that never ends is not looked at. */
  private reportDepth(path: string): void {
    this.findings.report('TooMany', path, `is nested more than ${DEEPEST} levels deep`);
    this.parts = MOST_PARTS + 1;
  }
}

/** Whether a map takes any field with any value. */
function isFreeForm(schema: Schema, resolve: Resolve): boolean {
  const { additionalProperties: values } = schema;
  if (schema.properties) return false;
  return values !== undefined && resolve(values).type === undefined && !resolve(values).anyOf;
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
