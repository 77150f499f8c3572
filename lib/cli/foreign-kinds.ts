import { quoted } from '../schema/json';
import { controllerAbove, controllerOf } from '../translator/controller';
import { AGENTGATEWAY, GATEWAY_API, type KubeObject, type Objects } from '../translator/objects';
import type { WrittenReference } from './references';

/** Where agentgateway can send to. */
const BACKENDS = [
  ...['/Service', 'agentgateway.dev/AgentgatewayBackend', 'agentgateway.dev/AgentgatewayModel'],
  ...['gateway.networking.k8s.io/HTTPRoute', 'inference.networking.k8s.io/InferencePool'],
  // A host by its name, as Istio writes it.
  'networking.istio.io/Hostname',
];
const PARAMETERS = 'agentgateway.dev/AgentgatewayParameters';

/**
 * Reports a reference to a kind that agentgateway does not read there, and tells whether it is one. Who runs the object
 * may not be known: then it is a warning.
 */
export function reportForeignKind(
  object: KubeObject,
  reference: WrittenReference,
  objects: Objects,
): boolean {
  const fault = faultOf(reference);
  if (!fault) return false;
  const controller = controllerOfObject(object, objects);
  if (controller === 'another') return true;
  // Parameters of another controller are a matter of it.
  if (reference.role === 'parameters' && controller !== 'agentgateway') return true;
  const severity = controller === 'agentgateway' ? fault.severity : 'warning';
  object.findings[severity](fault.code, `${reference.path}.kind`, fault.message, fault.hint);
  return true;
}

interface Fault {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function faultOf({ role, group, kind }: WrittenReference): Fault | undefined {
  const name = `${group}/${kind}`;
  const shown = quoted(group ? name : kind);
  if (role === 'extension') {
    return {
      ...{ severity: 'error', code: 'InvalidKind' },
      message: `agentgateway has no filters of other kinds, such as ${shown}, so the requests that it would see are answered 500`,
      hint: 'remove the filter, and target the route with an AgentgatewayPolicy',
    };
  }
  if (role === 'parameters' && name !== PARAMETERS) {
    return {
      ...{ severity: 'warning', code: 'InvalidParameters' },
      message: `agentgateway does not read parameters of kind ${shown}`,
      hint: 'write an AgentgatewayParameters of `agentgateway.dev`',
    };
  }
  if (role !== 'backend' || BACKENDS.includes(name)) return undefined;
  return {
    ...{ severity: 'error', code: 'InvalidKind' },
    message: `agentgateway sends to no ${shown}, so its requests are answered 500`,
    hint: meantBackend(kind),
  };
}

function meantBackend(kind: string): string {
  const meant = BACKENDS.find((name) => name.endsWith(`/${kind}`));
  if (meant === '/Service') return 'leave `group` out: a Service has none';
  if (meant) return `write \`group: ${meant.slice(0, meant.lastIndexOf('/'))}\``;
  return 'write the name of a Service, or of an AgentgatewayBackend of `agentgateway.dev`';
}

function controllerOfObject(object: KubeObject, objects: Objects) {
  const { group, key } = object;
  if (group === AGENTGATEWAY) return 'agentgateway';
  if (key.kind !== 'Gateway') return controllerAbove(object, objects);
  return controllerOf(GATEWAY_API, key.kind, key.namespace, key.name, objects);
}
