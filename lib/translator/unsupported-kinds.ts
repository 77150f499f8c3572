import { quoted } from '../schema/json';
import type { Context } from './context';
import type { Gateway } from './gateways';
import { AGENTGATEWAY, GATEWAY_API, type KubeObject, nameOf } from './objects';

/** Kinds of these groups mean something to agentgateway: one that is not translated may not be passed over. */
const GROUPS = [
  ...[GATEWAY_API, 'gateway.networking.x-k8s.io', AGENTGATEWAY],
  ...['gateway.kgateway.dev', 'inference.networking.k8s.io'],
];

const TRANSLATED = [
  ...['BackendTLSPolicy', 'Gateway', 'GatewayClass', 'HTTPRoute', 'ReferenceGrant'].map(
    (kind) => `${GATEWAY_API}/${kind}`,
  ),
  ...['AgentgatewayPolicy', 'AgentgatewayBackend', 'AgentgatewayParameters'].map(
    (kind) => `${AGENTGATEWAY}/${kind}`,
  ),
  // Reported where a route refers to one; by itself it serves nothing.
  'inference.networking.k8s.io/InferencePool',
];

/** Reports objects that change what our Gateways do and are not translated. */
export function reportUnsupportedKinds({ objects }: Context, gateways: readonly Gateway[]): void {
  const ours = new Set(gateways.map(({ object }) => nameOf(object.key)));
  if (ours.size === 0) return;
  for (const name of objects.kinds()) {
    const slash = name.lastIndexOf('/');
    const group = name.slice(0, slash);
    if (!GROUPS.includes(group) || TRANSLATED.includes(name)) continue;
    for (const object of objects.all(group, name.slice(slash + 1))) {
      if (concerns(object, ours)) report(object);
    }
  }
}

/** Whether an object names one of the Gateways, or no parent at all. */
function concerns({ spec, key }: KubeObject, ours: ReadonlySet<string>): boolean {
  const single = spec.has('parentRef') ? spec.fields('parentRef') : undefined;
  const parents = single ? [single] : spec.has('parentRefs') ? spec.entries('parentRefs') : [];
  if (parents.length === 0) return true;
  return parents.some((parent) => {
    if ((parent.text('kind') ?? 'Gateway') !== 'Gateway') return true;
    return ours.has(`${parent.text('namespace') ?? key.namespace}/${parent.text('name') ?? ''}`);
  });
}

function report({ findings, key, group }: KubeObject): void {
  findings.error(
    'Unsupported',
    'kind',
    `objects of kind ${quoted(`${group}/${key.kind}`)} are not translated yet, so what this one does would be missing`,
    'remove it from the input, or run this with agentgateway',
  );
}
