import type { Diagnostic, ObjectKey } from '../diagnostic';
import { type Channel, inChannel } from './channel';
import { check } from './check';
import { completed } from './defaults';
import { field, isObject, type JsonObject, quoted, textField } from './json';
import { KINDS } from './kinds';
import { METADATA } from './metadata';
import { type Kind, resolver, type Schema } from './schema';
import { preferredVersion, unknownKind } from './unknown-kind';

type Resolve = (schema: Schema) => Schema;

export interface ValidateOptions {
  /** The release of Gateway API's definitions that the cluster has. @default 'standard' */
  readonly channel?: Channel;
}

/**
 * The verdict of the API server on a Kubernetes object: structure, unknown fields, bounds and rules, all findings.
 * Objects of other API groups have none.
 */
export function validate(object: unknown, options: ValidateOptions = {}): Diagnostic[] {
  if (!isObject(object)) return [notAnObject()];
  const missing = missingIdentity(object);
  if (missing.length > 0) return about(missing, object);
  const stated = statementOf(object, options);
  if (!stated) {
    const unknown = unknownKind(object);
    return unknown ? about([unknown, ...asMeant(object, unknown, options)], object) : [];
  }
  const { whole, resolve, kind, warnings } = stated;
  const findings = check(whole, completed(whole, object, resolve), resolve);
  return about([...warnings, ...findings], object, kind);
}

/** What the API server would say next, once the kind is written as it is meant: nothing where that is not certain. */
function asMeant(
  object: JsonObject,
  { fix = [] }: Diagnostic,
  options: ValidateOptions,
): readonly Diagnostic[] {
  const meant = fix.flatMap((edit) => (edit.op === 'replace' ? [[edit.path, edit.value]] : []));
  if (meant.length === 0) return [];
  return validate({ ...object, ...Object.fromEntries(meant) }, options);
}

/** A deep copy of an object with the defaults that the API server would write in. */
export function withDefaults(object: unknown, options: ValidateOptions = {}): unknown {
  const { whole, resolve } = statementOf(object, options) ?? UNSTATED;
  return completed(whole, object, resolve);
}

const UNSTATED = { whole: {}, resolve: (schema: Schema): Schema => schema };

// ---------------------------------------------------------------- which object

function notAnObject(): Diagnostic {
  const message =
    'is not a Kubernetes object: a map with apiVersion, kind and metadata is expected';
  return { severity: 'error', code: 'TypeInvalid', message, path: '' };
}

function missingIdentity(object: unknown): Diagnostic[] {
  return ['apiVersion', 'kind']
    .filter((name) => typeof field(object, name) !== 'string')
    .map((name) => ({
      severity: 'error',
      code: field(object, name) === undefined ? 'Required' : 'TypeInvalid',
      message: `${quoted(name)} is required, as a string`,
      path: name,
    }));
}

function about(findings: readonly Diagnostic[], object: unknown, stated?: Kind): Diagnostic[] {
  const key = objectKey(object, stated);
  return findings.map((finding) => ({ ...finding, object: key }));
}

/** By what findings name an object. */
export function objectKey(object: unknown, stated?: Kind): ObjectKey {
  const metadata = field(object, 'metadata');
  return {
    kind: textField(object, 'kind'),
    namespace: stated?.scope === 'Cluster' ? '' : textField(metadata, 'namespace') || 'default',
    name: textField(metadata, 'name') || textField(metadata, 'generateName'),
  };
}

// ---------------------------------------------------------------- the whole object

/** A kind in one of its versions, as a channel has it. */
export interface Statement {
  readonly kind: Kind;
  /** The object, metadata included. */
  readonly whole: Schema;
  readonly resolve: Resolve;
  /** What is said of every object of the version. */
  readonly warnings: readonly Diagnostic[];
}

const statements: Readonly<Record<Channel, Map<string, Statement>>> = {
  standard: new Map(),
  experimental: new Map(),
};

/** What is stated of an object, by its apiVersion and kind; made when they are met for the first time. */
export function statementOf(
  object: unknown,
  { channel = 'standard' }: ValidateOptions = {},
): Statement | undefined {
  const apiVersion = textField(object, 'apiVersion');
  const name = textField(object, 'kind');
  const known = statements[channel];
  const met = known.get(`${apiVersion} ${name}`);
  if (met) return met;
  const stated = KINDS.find(
    ({ kind, group }) => kind === name && apiVersion.startsWith(`${group}/`),
  );
  if (!stated) return undefined;
  for (const [version, statement] of versionsOf(inChannel(stated, channel), channel)) {
    known.set(`${stated.group}/${version} ${name}`, statement);
  }
  return known.get(`${apiVersion} ${name}`);
}

function versionsOf(kind: Kind, channel: Channel): readonly (readonly [string, Statement])[] {
  const resolve = resolver(kind.definitions);
  const preferred = { kind, whole: wholeObject(kind, kind.spec), resolve, warnings: [] };
  const served = kind.versions.map((name) => [name, preferred] as const);
  if (channel === 'standard') return served;
  const former = (kind.formerVersions ?? []).map(({ name, spec }) => {
    const whole = spec ? wholeObject(kind, spec) : preferred.whole;
    return [name, { kind, whole, resolve, warnings: [deprecated(kind, name)] }] as const;
  });
  return [...served, ...former];
}

function deprecated(kind: Kind, version: string): Diagnostic {
  const value = preferredVersion(kind);
  return {
    severity: 'warning',
    code: 'Deprecated',
    message: `${quoted(`${kind.group}/${version}`)} of ${kind.kind} is deprecated`,
    path: 'apiVersion',
    hint: `write apiVersion: ${value}`,
    fix: [{ op: 'replace', path: 'apiVersion', value }],
  };
}

function wholeObject(kind: Kind, spec: Schema): Schema {
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: METADATA,
      spec,
      ...(kind.status && { status: { 'x-kubernetes-preserve-unknown-fields': true } }),
    },
    required: ['metadata', 'spec'],
  };
}
