import { didYouMean } from '../schema/did-you-mean';
import { quoted } from '../schema/json';
import { CORE, type KubeObject, type Objects } from '../translator/objects';

/** The kinds of Kubernetes' own that agentgateway reads by name, and all that an object of one may have. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Secret: ['apiVersion', 'kind', 'metadata', 'data', 'stringData', 'type', 'immutable'],
  ConfigMap: ['apiVersion', 'kind', 'metadata', 'data', 'binaryData', 'immutable'],
  Service: ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
};

/** Misspelt Secrets, ConfigMaps and Services: else all that is seen of them is that something is missing. */
export function reportCoreObjects(objects: Objects): void {
  for (const name of objects.kinds()) {
    if (!name.startsWith(`${CORE}/`)) continue;
    const kind = name.slice(CORE.length + 1);
    const fields = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
    const report = fields ? misspeltFields(fields) : misspeltKind(kind);
    objects.all(CORE, kind).forEach(report);
  }
}

function misspeltFields(fields: readonly string[]): (object: KubeObject) => void {
  return ({ root, findings }) => {
    for (const name of root.names().filter((field) => !fields.includes(field))) {
      const near = didYouMean(name, fields);
      if (!near) continue;
      const message = `unknown field ${quoted(name)}; did you mean ${quoted(near)}?`;
      findings.error('UnknownField', name, message, 'what stands in it is not read');
    }
  };
}

/** Near words that are kinds themselves. */
const OTHERS = ['ServiceAccount'];

function misspeltKind(kind: string): (object: KubeObject) => void {
  const near = OTHERS.includes(kind) ? undefined : didYouMean(kind, Object.keys(FIELDS));
  return ({ findings }) => {
    if (!near) return;
    const message = `${quoted('v1')} has no kind ${quoted(kind)}; did you mean ${quoted(near)}?`;
    findings.error('UnknownKind', 'kind', message, `write kind: ${near}`);
  };
}
