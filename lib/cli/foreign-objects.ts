import { quoted } from '../schema/json';
import { type Controller, controllerAbove, controllerOf } from '../translator/controller';
import type { KubeObject, Objects } from '../translator/objects';

/** Groups of other controllers and of earlier versions, whose objects are written beside ours. */
const GROUPS = ['gateway.kgateway.dev', 'gateway.networking.x-k8s.io'];

const SUCCESSORS: Readonly<Record<string, string>> = {
  'gateway.kgateway.dev/TrafficPolicy': 'AgentgatewayPolicy of `agentgateway.dev/v1alpha1`',
  'gateway.kgateway.dev/HTTPListenerPolicy': 'AgentgatewayPolicy of `agentgateway.dev/v1alpha1`',
  'gateway.networking.x-k8s.io/XListenerSet': 'ListenerSet of `gateway.networking.k8s.io/v1`',
};

/** Objects that point at what agentgateway runs, and that it does not read: what they ask for never happens. */
export function reportForeignObjects(objects: Objects): void {
  for (const name of objects.kinds()) {
    const group = name.slice(0, name.lastIndexOf('/'));
    if (!GROUPS.includes(group)) continue;
    for (const object of objects.all(group, name.slice(group.length + 1))) {
      if (pointsAt(object, objects).includes('agentgateway')) report(object);
    }
  }
}

function pointsAt(object: KubeObject, objects: Objects): Controller[] {
  const { spec, key } = object;
  const targets = spec.entries('targetRefs').map((target) => {
    const name = target.text('name') ?? '';
    const group = target.text('group') ?? '';
    return controllerOf(group, target.text('kind') ?? '', key.namespace, name, objects);
  });
  return [...targets, controllerAbove(object, objects)];
}

function report({ group, key, findings }: KubeObject): void {
  const kind = `${group}/${key.kind}`;
  const successor = Object.hasOwn(SUCCESSORS, kind) ? SUCCESSORS[kind] : undefined;
  findings.warning(
    'NotRead',
    'kind',
    `agentgateway runs what this points at, and does not read objects of kind ${quoted(kind)}: what it asks for never happens`,
    successor
      ? `write it as ${successor}, or point it at a Gateway of its own controller`
      : 'remove it, or point it at a Gateway of its own controller',
  );
}
