import type { Diagnostic, ObjectKey } from '../diagnostic';
import { field, isObject, textField } from '../schema/json';
import { stepsOf } from '../standalone/yaml-tree';
import { translate } from '../translator/translate';
import { keyOf } from './manifests';
import { missingReferences } from './missing-references';

/**
 * What objects say about each other: references that lead nowhere or are not permitted, policies that tie or protect
 * nothing.
 *
 * @param found what is wrong with each alone: what only follows from that waits until it is mended
 */
export function referenceFindings(
  objects: readonly unknown[],
  found: readonly Diagnostic[],
): Diagnostic[] {
  const patterns = found.filter(({ code }) => code === 'InvalidValue');
  const waiting = waitingFor(
    objects,
    found.filter((finding) => !patterns.includes(finding)),
  );
  const whole = objects.filter(isIdentified);
  const kinds = new Set(objects.map((object) => textField(object, 'kind')));
  const byKey = new Map(whole.map((object) => [identity(keyOf(object)), object]));
  const translated = translate(whole).diagnostics.filter(
    (finding) => finding.code !== 'Unsupported' && !patterns.some((said) => isSame(said, finding)),
  );
  const policiesWait = found.some(
    ({ severity, object }) => severity === 'error' && isPolicy(object),
  );
  return [...translated, ...notSaid(missingReferences(whole), translated)]
    .filter(({ object }) => !object || !waiting.has(identity(object)))
    .filter(({ code }) => !policiesWait || !LACKING_POLICIES.includes(code))
    .map((finding) => {
      const object = finding.object && byKey.get(identity(finding.object));
      return isPartial(finding, object, kinds) ? { ...finding, severity: 'warning' } : finding;
    });
}

/** What is said where policies do not protect: one that is to be mended may. */
const LACKING_POLICIES = ['AnonymousPasses', 'ExposedCredentials', 'UnknownCaller'];

/** Of whatever kind: earlier ones had other names. */
function isPolicy(object: ObjectKey | undefined): boolean {
  return object?.kind.endsWith('Policy') ?? false;
}

function isSame(one: Diagnostic, other: Diagnostic): boolean {
  if (one.code !== other.code || one.path !== other.path) return false;
  return !!one.object && !!other.object && identity(one.object) === identity(other.object);
}

/** Of others it is said already that they are no objects. */
function isIdentified(object: unknown): boolean {
  const name = textField(field(object, 'metadata'), 'name');
  return [textField(object, 'apiVersion'), textField(object, 'kind'), name].every(Boolean);
}

/** The translator knows more about what it translates: of one reference it has the word. */
function notSaid(findings: readonly Diagnostic[], said: readonly Diagnostic[]): Diagnostic[] {
  const places = new Map<string, string[]>();
  for (const { object, path } of said) {
    const key = object ? identity(object) : '';
    const known = places.get(key);
    if (known) known.push(path);
    else places.set(key, [path]);
  }
  return findings.filter(({ object, path }) => {
    const reference = path.slice(0, path.lastIndexOf('.'));
    const paths = object ? places.get(identity(object)) : undefined;
    return !paths?.some((place) => place === reference || place.startsWith(`${reference}.`));
  });
}

/** Objects that are broken, and those that name one of them. */
function waitingFor(objects: readonly unknown[], found: readonly Diagnostic[]): Set<string> {
  const broken = found.flatMap(({ severity, object }) =>
    severity === 'error' && object ? [object] : [],
  );
  const names = new Set(broken.map(({ name }) => name).filter(Boolean));
  const waiting = new Set(broken.map(identity));
  if (names.size === 0) return waiting;
  for (const object of objects) {
    if (namesOneOf(object, names)) waiting.add(identity(keyOf(object)));
  }
  return waiting;
}

/** Whether a `name` anywhere below an object's `spec` is one of these. */
function namesOneOf(object: unknown, names: ReadonlySet<string>): boolean {
  const open = [field(object, 'spec')];
  while (open.length > 0) {
    const value = open.pop();
    if (names.has(textField(value, 'name'))) return true;
    if (Array.isArray(value)) open.push(...value);
    else if (isObject(value)) open.push(...Object.values(value));
  }
  return false;
}

/**
 * A policy whose target is of a kind that the input has none of: only a part of what is deployed was given, so that
 * nobody can say that it protects nothing.
 */
function isPartial(
  { code, path }: Diagnostic,
  object: unknown,
  kinds: ReadonlySet<string>,
): boolean {
  if (code !== 'TargetNotFound') return false;
  const [, list, index] = stepsOf(path);
  const targets = field(field(object, 'spec'), String(list));
  const kind = Array.isArray(targets) ? textField(targets[Number(index)], 'kind') : '';
  return kind !== '' && !kinds.has(kind);
}

function identity({ kind, namespace, name }: ObjectKey): string {
  return JSON.stringify([kind, namespace, name]);
}
