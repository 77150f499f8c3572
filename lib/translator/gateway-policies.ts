import type { PolicyTarget, TargetedPolicyEntry } from '../standalone/document';
import type { AttachedPolicies } from './attached-policies';
import type { Gateway } from './gateways';
import { fold, reportOverridden, type Setting } from './levels';
import { compare } from './objects';
import type { Phase, TrafficField } from './traffic';

interface Placed {
  readonly field: TrafficField;
  readonly setting: Setting;
  readonly phase: Phase;
  /** @default - the whole gateway */
  readonly listener?: string;
}

/** The gateway of a file always bears this name. */
const IDENTITY = { gatewayName: 'default', gatewayNamespace: 'default' };

const LISTENER_LEVEL = 1;

/**
 * Policies of the Gateway and of its listeners stay apart from the routes, as entries of `policies`: written into each
 * route they would lose what they share, and their place in the order.
 */
export function gatewayPolicies(
  gateway: Gateway,
  policies: AttachedPolicies,
): TargetedPolicyEntry[] {
  const placed = (['gateway', 'route'] as const).flatMap((phase) =>
    placedPolicies(gateway, phase, policies),
  );
  return placed.sort(byPolicy).map(entry);
}

function placedPolicies(gateway: Gateway, phase: Phase, policies: AttachedPolicies): Placed[] {
  const whole = policies.level(gateway.object, phase);
  const placed: Placed[] = [...(whole ?? [])].flatMap(([field, settings]) =>
    settings.map((setting) => ({ field, setting, phase })),
  );
  for (const { name } of gateway.listeners) {
    const own = policies.level(gateway.object, phase, name);
    for (const [field, effective] of fold([whole, own], reportOverridden)) {
      for (const { setting, level } of effective) {
        if (level === LISTENER_LEVEL) placed.push({ field, setting, phase, listener: name });
      }
    }
  }
  // Written into `urlRewrite` at each route, which would otherwise replace it.
  return placed.filter(({ field }) => field !== 'hostRewrite');
}

function entry({ field, setting, phase, listener }: Placed): TargetedPolicyEntry {
  const { name, namespace } = setting.object.key;
  const target: PolicyTarget = {
    gateway: { ...IDENTITY, ...(listener !== undefined && { listenerName: listener }) },
  };
  return {
    name: {
      name: [name, field, ...(listener === undefined ? [] : [listener])].join(':'),
      namespace,
    },
    target,
    phase,
    policy: { [field]: setting.value },
  };
}

function byPolicy(a: Placed, b: Placed): number {
  const [{ key: left }, { key: right }] = [a.setting.object, b.setting.object];
  return (
    compare(left.namespace, right.namespace) ||
    compare(left.name, right.name) ||
    compare(a.field, b.field) ||
    compare(a.listener ?? '', b.listener ?? '')
  );
}
