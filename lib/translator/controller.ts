import type { Fields } from './fields';
import { isOfOurClass } from './gateways';
import { GATEWAY_API, type KubeObject, type Objects } from './objects';

/** Who runs an object: agentgateway, another controller, or one that the input does not tell. */
export type Controller = 'agentgateway' | 'another' | 'unknown';

/** Who runs what a reference to a Gateway, listeners or a route leads to. */
export function controllerOf(
  group: string,
  kind: string,
  namespace: string,
  name: string,
  objects: Objects,
): Controller {
  const object = group === GATEWAY_API ? objects.find(group, kind, namespace, name) : undefined;
  if (!object) return 'unknown';
  return kind === 'Gateway'
    ? controllerOfGateway(object, objects)
    : controllerAbove(object, objects);
}

/** Who runs a route or a set of listeners: whoever runs one of its parents. */
export function controllerAbove({ spec, key }: KubeObject, objects: Objects): Controller {
  const single = spec.has('parentRef') ? spec.fields('parentRef') : undefined;
  const parents = single ? [single] : spec.has('parentRefs') ? spec.entries('parentRefs') : [];
  // Parents of listeners are Gateways: what says otherwise could lead in circles.
  const kinds = key.kind === 'ListenerSet' ? ['Gateway'] : ['Gateway', 'ListenerSet'];
  const found = parents.map((parent) => controllerOfParent(parent, key.namespace, kinds, objects));
  if (found.includes('agentgateway')) return 'agentgateway';
  return found.length > 0 && found.every((one) => one === 'another') ? 'another' : 'unknown';
}

function controllerOfParent(
  parent: Fields,
  own: string,
  kinds: readonly string[],
  objects: Objects,
): Controller {
  const group = parent.text('group') ?? GATEWAY_API;
  const kind = parent.text('kind') ?? 'Gateway';
  if (!kinds.includes(kind)) return 'unknown';
  const namespace = parent.text('namespace') ?? own;
  return controllerOf(group, kind, namespace, parent.text('name') ?? '', objects);
}

function controllerOfGateway(gateway: KubeObject, objects: Objects): Controller {
  if (isOfOurClass(gateway, objects)) return 'agentgateway';
  const name = gateway.spec.text('gatewayClassName') ?? '';
  return objects.find(GATEWAY_API, 'GatewayClass', '', name) ? 'another' : 'unknown';
}
