import type { Diagnostic } from '../diagnostic';
import { didYouMean } from './did-you-mean';
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
import { nearestPlaces, placesOf } from './places';
import { unique, type Violation } from './rule';
import type { Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

/** More parts than any configuration has; aliases of YAML can pretend to have endlessly many. */
const MOST_PARTS = 2_000_000;

/** Holds a value against a statement: all findings, in the order of the value. */
export function check(root: Schema, value: unknown, resolve: Resolve): Diagnostic[] {
  const checker = new Checker(root, resolve);
  checker.check(root, value, '');
  return checker.findings;
}

class Checker {
  readonly findings: Diagnostic[] = [];
  private parts = 0;

  constructor(
    private readonly root: Schema,
    private readonly resolve: Resolve,
  ) {}

  check(reference: Schema, value: unknown, path: string): void {
    this.parts += 1;
    if (this.parts > MOST_PARTS) return this.reportSize(path);
    const schema = this.alternative(this.resolve(reference), value);
    if (value === null && schema.nullable) return;
    if (schema.type && !isOfType(schema.type, value)) return this.reportType(schema, value, path);
    if (typeof value === 'string') this.checkString(schema, value, path);
    else if (typeof value === 'number') this.checkNumber(schema, value, path);
    else if (Array.isArray(value)) this.checkList(schema, value, path);
    else if (isObject(value)) this.checkObject(schema, value, path);
    if (schema.rules && !isObject(value)) this.checkRules(schema, value, path);
  }

  private alternative(schema: Schema, value: unknown): Schema {
    if (!schema.anyOf) return schema;
    const alternatives = schema.anyOf.map(this.resolve);
    const fitting = alternatives.find(({ type }) => !type || isOfType(type, value));
    return fitting ? { ...schema, ...fitting } : schema;
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
      this.report('Invalid', path, `${given} must be ${wanted}`);
    }
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
    if (schema.unsupportedValues?.includes(String(value))) {
      return this.report(
        'Unsupported',
        path,
        `${quoted(String(value))} is a value of agentgateway that this gateway does not run, so it refuses the file rather than ignoring it`,
        `this gateway runs ${listed(schema.enum.map(String))}`,
      );
    }
    const allowed = schema.enum.map(String);
    const near = didYouMean(String(value), allowed);
    this.report(
      'NotSupported',
      path,
      `${schema.sensitive ? 'the value' : quoted(String(value))} is not one of ${listed(allowed, 'or')}`,
      near && `did you mean ${quoted(near)}?`,
    );
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
    const { properties, additionalProperties, maxProperties = Number.POSITIVE_INFINITY } = schema;
    if (Object.keys(object).length > maxProperties) {
      const message = `has ${Object.keys(object).length} entries; ${maxProperties} fit here`;
      this.report('TooMany', path, message);
    }
    const misspelt = new Map<string, string>();
    for (const [name, value] of Object.entries(object)) {
      const place = fieldPath(path, name);
      if (properties && Object.hasOwn(properties, name)) {
        if (value !== undefined) this.check(properties[name]!, value, place);
      } else if (additionalProperties) {
        this.check(additionalProperties, value, place);
      } else if (schema.type === 'object') {
        const meant = this.reportUnknown(schema, object, name, place);
        if (meant) misspelt.set(meant, name);
      }
    }
    for (const name of schema.required ?? []) {
      if (object[name] !== undefined && Object.hasOwn(object, name)) continue;
      if (misspelt.has(name)) continue;
      this.report('Required', fieldPath(path, name), `${quoted(name)} is required here`);
    }
    this.checkRules(schema, asMeant(object, misspelt), path);
  }

  /** Answers which field was meant, if that is plain. */
  private reportUnknown(
    schema: Schema,
    object: JsonObject,
    name: string,
    place: string,
  ): string | undefined {
    if (schema.unsupported && Object.hasOwn(schema.unsupported, name)) {
      this.report(
        'Unsupported',
        place,
        `${quoted(name)} is a setting of agentgateway that this gateway does not run, so it refuses the file rather than ignoring it`,
        schema.unsupported[name] || `remove ${quoted(name)}, or run this file with agentgateway`,
      );
      return undefined;
    }
    const known = [
      ...Object.keys(schema.properties ?? {}),
      ...Object.keys(schema.unsupported ?? {}),
    ];
    const near = didYouMean(name, known);
    const message = `unknown field ${quoted(name)}${near ? `; did you mean ${quoted(near)}?` : ''}`;
    if (schema['x-kubernetes-preserve-unknown-fields']) {
      if (near)
        this.report('UnknownField', place, message, 'as it stands it does nothing', 'warning');
      return undefined;
    }
    this.report(
      'UnknownField',
      place,
      message,
      near ? undefined : this.otherPlace(schema, name, place),
    );
    return near && !Object.hasOwn(object, near) ? near : undefined;
  }

  private otherPlace(schema: Schema, name: string, place: string): string | undefined {
    const places = nearestPlaces(place, placesOf(this.root, this.resolve, name));
    if (places.length > 0 && places.length <= 3) return `it belongs at ${listed(places, 'or')}`;
    const known = Object.keys(schema.properties ?? {});
    if (known.length === 0) return 'no fields are known here';
    return known.length > 20 ? undefined : `the fields known here are ${listed(known)}`;
  }

  // ---------------------------------------------------------------- rules and reports

  private checkRules(schema: Schema, value: unknown, path: string): void {
    for (const rule of schema.rules ?? []) {
      for (const violation of rule.check(value)) this.reportViolation(violation, path);
    }
  }

  private reportViolation(violation: Violation, path: string): void {
    const { code = 'Invalid', message, hint, severity } = violation;
    this.report(code, joined(path, violation.path), message, hint, severity);
  }

  private reportType(schema: Schema, value: unknown, path: string): void {
    const wanted = typeNames(schema);
    const given = TYPE_NAMES[jsonType(value) ?? 'null'];
    this.report('TypeInvalid', path, `must be ${wanted}, not ${given}`, typeHint(schema, value));
  }

  private reportSize(path: string): void {
    if (this.parts !== MOST_PARTS + 1) return;
    this.report('TooMany', path, `has more than ${MOST_PARTS} parts, so the rest was not read`);
  }

  private report(
    code: string,
    path: string,
    message: string,
    hint?: string,
    severity: Diagnostic['severity'] = 'error',
  ): void {
    this.findings.push({ severity, code, message, path, ...(hint && { hint }) });
  }
}

function isOfType(type: JsonType, value: unknown): boolean {
  const actual = jsonType(value);
  return actual === type || (type === 'number' && actual === 'integer');
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

function typeNames(schema: Schema): string {
  const types = schema.anyOf?.map(({ type }) => type) ?? [schema.type];
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

function bounds(schema: Schema): { minimum: number; maximum: number } {
  const int32 = schema.format === 'int32';
  return {
    minimum: schema.minimum ?? (int32 ? -(2 ** 31) : Number.NEGATIVE_INFINITY),
    maximum: schema.maximum ?? (int32 ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY),
  };
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
