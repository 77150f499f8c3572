import type { Diagnostic, Edit } from '../diagnostic';
import { certainlyMeant, didYouMean } from './did-you-mean';
import { field, isObject, listed, quoted, textField } from './json';
import { FORMER_KINDS, KINDS } from './kinds';
import type { Kind } from './schema';

/** The finding for an object whose apiVersion and kind name nothing that exists; none where they are nobody's business here. */
export function unknownKind(object: unknown): Diagnostic | undefined {
  const apiVersion = textField(object, 'apiVersion');
  const kind = textField(object, 'kind');
  return misnamed(apiVersion, kind) ?? formerGroup(apiVersion, kind, field(object, 'spec'));
}

/** What to write as the apiVersion of a kind. */
export function preferredVersion({ group, versions }: Kind): string {
  return `${group}/${versions[0]}`;
}

function misnamed(apiVersion: string, kind: string): Diagnostic | undefined {
  const group = apiVersion.split('/')[0]!;
  const isOurs = KINDS.some((known) => known.group === group);
  if (!isOurs && !kind.startsWith('Agentgateway')) return undefined;
  const stated = KINDS.find((known) => known.kind === kind);
  if (stated) return isServed(stated, apiVersion) ? undefined : wrongVersion(stated, apiVersion);
  const former = formerKind(kind);
  const names = kindNames();
  const meant = former?.kind ?? didYouMean(kind, kindNames(group)) ?? didYouMean(kind, names);
  const found = KINDS.find((known) => known.kind === meant);
  if (!found) {
    const hint = `the kinds of ${group} are ${listed(kindNames(group))}`;
    return finding('kind', `${quoted(apiVersion)} has no kind ${quoted(kind)}`, hint);
  }
  const message = former
    ? `${quoted(apiVersion)} has no ${kind}; it is called ${found.kind} now`
    : `${quoted(apiVersion)} has no kind ${quoted(kind)}; did you mean ${quoted(found.kind)}?`;
  const isCertain = former !== undefined || certainlyMeant(kind, names) === found.kind;
  return finding('kind', message, written(found), isCertain ? renamed(found) : undefined);
}

function isServed(kind: Kind, apiVersion: string): boolean {
  return kind.versions.some((version) => apiVersion === `${kind.group}/${version}`);
}

function wrongVersion(kind: Kind, apiVersion: string): Diagnostic {
  const value = preferredVersion(kind);
  const former = kind.formerVersions?.some(({ name }) => apiVersion === `${kind.group}/${name}`);
  const message = `${quoted(apiVersion)} has no ${kind.kind}`;
  const fix: Edit[] = [{ op: 'replace', path: 'apiVersion', value }];
  const hint = `write apiVersion: ${value}`;
  return former
    ? finding(
        'apiVersion',
        `${message} any more`,
        `${hint}; only the experimental channel still serves it`,
        fix,
      )
    : finding('apiVersion', message, hint, fix);
}

function finding(path: string, message: string, hint: string, fix?: readonly Edit[]): Diagnostic {
  return { severity: 'error', code: 'UnknownKind', message, path, hint, ...(fix && { fix }) };
}

function written(kind: Kind): string {
  return `write apiVersion: ${preferredVersion(kind)} and kind: ${kind.kind}`;
}

function renamed(kind: Kind): Edit[] {
  return [
    { op: 'replace', path: 'apiVersion', value: preferredVersion(kind) },
    { op: 'replace', path: 'kind', value: kind.kind },
  ];
}

function kindNames(group?: string): string[] {
  return KINDS.filter((kind) => !group || kind.group === group)
    .map(({ kind }) => kind)
    .sort();
}

// ---------------------------------------------------------------- kinds of former groups

const FORMER_GROUP = 'gateway.kgateway.dev';

function formerKind(kind: string): Kind | undefined {
  const meant = Object.hasOwn(FORMER_KINDS, kind) ? FORMER_KINDS[kind] : undefined;
  return KINDS.find((known) => known.kind === meant);
}

/** kgateway has kinds of its own under these names; one that speaks agentgateway's language was one of its former ones. */
function formerGroup(apiVersion: string, kind: string, spec: unknown): Diagnostic | undefined {
  const stated = formerKind(kind);
  if (!stated || !apiVersion.startsWith(`${FORMER_GROUP}/`)) return undefined;
  if (!isWrittenFor(stated, spec)) return undefined;
  const message = `${quoted(apiVersion)} has no such ${kind}; it is called ${stated.kind} now`;
  return finding('kind', message, written(stated), renamed(stated));
}

function isWrittenFor({ spec }: Kind, written: unknown): boolean {
  const names = Object.keys(isObject(written) ? written : {}).filter(
    (name) => name !== 'targetRefs',
  );
  return names.length > 0 && names.every((name) => Object.hasOwn(spec.properties ?? {}, name));
}
