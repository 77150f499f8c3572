import type { Diagnostic, Edit, ObjectKey } from '../diagnostic';
import { check } from './check';
import { completed } from './defaults';
import { certainlyMeant, didYouMean } from './did-you-mean';
import { field, isObject, listed, quoted, textField } from './json';
import { FORMER_KINDS, KINDS, UNSTATED_KINDS } from './kinds';
import { METADATA } from './metadata';
import { type Kind, resolver, type Schema } from './schema';

type Resolve = (schema: Schema) => Schema;

/**
 * The verdict of the API server on a Kubernetes object: structure, unknown fields, bounds and rules, all findings.
 * Objects of other API groups have none.
 */
export function validate(object: unknown): Diagnostic[] {
  if (!isObject(object)) return [notAnObject()];
  const identity = identityFindings(object);
  if (identity) return identity;
  const kind = statedKind(object);
  if (!kind) return [];
  const { whole, resolve } = prepared(kind);
  const key = objectKey(object, kind);
  const findings = check(whole, completed(whole, object, resolve), resolve);
  return findings.map((finding) => ({ ...finding, object: key }));
}

/** A deep copy of an object with the defaults that the API server would write in. */
export function withDefaults(object: unknown): unknown {
  const kind = isObject(object) ? statedKind(object) : undefined;
  const { whole, resolve } = kind
    ? prepared(kind)
    : { whole: {}, resolve: (schema: Schema) => schema };
  return completed(whole, object, resolve);
}

// ---------------------------------------------------------------- which kind

function statedKind(object: unknown): Kind | undefined {
  const apiVersion = field(object, 'apiVersion');
  const name = field(object, 'kind');
  return KINDS.find(
    (kind) =>
      kind.kind === name &&
      kind.versions.some((version) => `${kind.group}/${version}` === apiVersion),
  );
}

function notAnObject(): Diagnostic {
  const message =
    'is not a Kubernetes object: a map with apiVersion, kind and metadata is expected';
  return { severity: 'error', code: 'TypeInvalid', message, path: '' };
}

/** Findings where the object does not say of which kind it is, or of one that does not exist. */
function identityFindings(object: unknown): Diagnostic[] | undefined {
  const missing = ['apiVersion', 'kind'].filter((name) => typeof field(object, name) !== 'string');
  if (missing.length > 0) {
    return missing.map((name) => ({
      severity: 'error',
      code: field(object, name) === undefined ? 'Required' : 'TypeInvalid',
      message: `${quoted(name)} is required, as a string`,
      path: name,
    }));
  }
  const unknown =
    unknownKind(textField(object, 'apiVersion'), textField(object, 'kind')) ?? formerGroup(object);
  return unknown && [{ ...unknown, object: objectKey(object) }];
}

function unknownKind(apiVersion: string, kind: string): Diagnostic | undefined {
  const [group = '', version = ''] = apiVersion.split('/');
  const ours = Object.hasOwn(UNSTATED_KINDS, group);
  const stated = KINDS.find((known) => known.kind === kind);
  if (!ours && !kind.startsWith('Agentgateway')) return undefined;
  if (ours && UNSTATED_KINDS[group]!.includes(kind)) return undefined;
  if (stated?.group === group) {
    if (stated.versions.includes(version)) return undefined;
    const message = `${quoted(apiVersion)} has no ${kind}`;
    return kindFinding('apiVersion', message, `write apiVersion: ${apiVersionOf(kind)}`, [
      { op: 'replace', path: 'apiVersion', value: apiVersionOf(kind) },
    ]);
  }
  if (stated || isUnstated(kind)) {
    const message = `${quoted(apiVersion)} has no ${kind}`;
    return kindFinding('apiVersion', message, `write apiVersion: ${apiVersionOf(kind)}`, [
      { op: 'replace', path: 'apiVersion', value: apiVersionOf(kind) },
    ]);
  }
  const former = Object.hasOwn(FORMER_KINDS, kind) ? FORMER_KINDS[kind] : undefined;
  const meant = former ?? didYouMean(kind, kindNames(group)) ?? didYouMean(kind, kindNames());
  if (!meant) {
    const hint = `the kinds of ${group} are ${listed(kindNames(group))}`;
    return kindFinding('kind', `${quoted(apiVersion)} has no kind ${quoted(kind)}`, hint);
  }
  const hint = `write apiVersion: ${apiVersionOf(meant)} and kind: ${meant}`;
  const message = former
    ? `${quoted(apiVersion)} has no ${kind}; it is called ${meant} now`
    : `${quoted(apiVersion)} has no kind ${quoted(kind)}; did you mean ${quoted(meant)}?`;
  const isCertain = former !== undefined || certainlyMeant(kind, kindNames()) === meant;
  return kindFinding('kind', message, hint, isCertain ? renamedKind(meant) : undefined);
}

function kindFinding(
  path: string,
  message: string,
  hint: string,
  fix?: readonly Edit[],
): Diagnostic {
  return { severity: 'error', code: 'UnknownKind', message, path, hint, ...(fix && { fix }) };
}

function renamedKind(meant: string): Edit[] {
  return [
    { op: 'replace', path: 'apiVersion', value: apiVersionOf(meant) },
    { op: 'replace', path: 'kind', value: meant },
  ];
}

const FORMER_GROUP = 'gateway.kgateway.dev';

/** kgateway has kinds of its own under these names; one that speaks agentgateway's language was one of its former ones. */
function formerGroup(object: unknown): Diagnostic | undefined {
  const apiVersion = textField(object, 'apiVersion');
  const kind = textField(object, 'kind');
  const meant = Object.hasOwn(FORMER_KINDS, kind) ? FORMER_KINDS[kind] : undefined;
  const stated = KINDS.find((known) => known.kind === meant);
  if (!stated || !apiVersion.startsWith(`${FORMER_GROUP}/`)) return undefined;
  if (!isWrittenFor(stated, field(object, 'spec'))) return undefined;
  const message = `${quoted(apiVersion)} has no such ${kind}; it is called ${stated.kind} now`;
  const hint = `write apiVersion: ${apiVersionOf(stated.kind)} and kind: ${stated.kind}`;
  return kindFinding('kind', message, hint, renamedKind(stated.kind));
}

function isWrittenFor({ spec }: Kind, written: unknown): boolean {
  const names = Object.keys(isObject(written) ? written : {}).filter(
    (name) => name !== 'targetRefs',
  );
  return names.length > 0 && names.every((name) => Object.hasOwn(spec.properties ?? {}, name));
}

function isUnstated(kind: string): boolean {
  return Object.values(UNSTATED_KINDS).some((names) => names.includes(kind));
}

function kindNames(group?: string): string[] {
  const stated = KINDS.filter((kind) => !group || kind.group === group).map(({ kind }) => kind);
  const unstated = Object.entries(UNSTATED_KINDS)
    .filter(([name]) => !group || name === group)
    .flatMap(([, names]) => names);
  return [...stated, ...unstated].sort();
}

function apiVersionOf(name: string): string {
  const stated = KINDS.find(({ kind }) => kind === name);
  if (stated) return `${stated.group}/${stated.versions[0]}`;
  const group = Object.keys(UNSTATED_KINDS).find((key) => UNSTATED_KINDS[key]!.includes(name))!;
  const versions = KINDS.find((kind) => kind.group === group)!.versions;
  return `${group}/${versions[0]}`;
}

function objectKey(object: unknown, stated?: Kind): ObjectKey {
  const metadata = field(object, 'metadata');
  return {
    kind: textField(object, 'kind'),
    namespace: stated?.scope === 'Cluster' ? '' : textField(metadata, 'namespace') || 'default',
    name: textField(metadata, 'name') || textField(metadata, 'generateName'),
  };
}

// ---------------------------------------------------------------- the whole object

interface Prepared {
  readonly whole: Schema;
  readonly resolve: Resolve;
}

const preparedKinds = new Map<Kind, Prepared>();

/** Made when a kind is met for the first time. */
function prepared(kind: Kind): Prepared {
  const known = preparedKinds.get(kind);
  if (known) return known;
  const made = { whole: wholeObject(kind), resolve: resolver(kind.definitions) };
  preparedKinds.set(kind, made);
  return made;
}

function wholeObject(kind: Kind): Schema {
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: METADATA,
      spec: kind.spec,
      ...(kind.status && { status: { 'x-kubernetes-preserve-unknown-fields': true } }),
    },
    required: ['metadata', 'spec'],
  };
}
