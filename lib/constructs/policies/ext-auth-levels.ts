import type { IConstruct } from 'constructs';
import { oncePerPass } from '../validation-pass';
import type { AttachedPolicy } from './policy-conflicts';
import { describeTarget, type PolicyTargetConfig, targetKey } from './policy-target';

const FIELD = 'traffic.extAuth (PreRouting)';

/** A check before routing, and where it stands. */
interface Placed {
  readonly policy: IConstruct;
  readonly target: PolicyTargetConfig;
}

/**
 * Where a check of a listener would replace one of its Gateway: before a route is chosen only one of them runs.
 */
export function replacedProblems(policy: AttachedPolicy): string[] {
  const all = oncePerPass(policy, checksByTarget);
  return policy._attachment.targets.flatMap((target) =>
    (target.parents ?? [])
      .flatMap((parent) => all.get(targetKey(parent.toPolicyTargetConfig())) ?? [])
      .map((above) => problem(target, above)),
  );
}

function problem(target: PolicyTargetConfig, above: Placed): string {
  const { path } = above.policy.node;
  return `is attached to ${describeTarget(target)}, where it would be made in place of ${path} on ${describeTarget(above.target)}, not in addition; attach it to routes instead, or set \`overridable: true\` on both`;
}

function checksByTarget(constructs: readonly IConstruct[]): ReadonlyMap<string, readonly Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const policy of constructs.filter(isAttachedPolicy)) {
    const { targets, fields } = policy._attachment;
    for (const target of fields.includes(FIELD) ? targets : []) {
      const key = targetKey(target);
      found.set(key, [...(found.get(key) ?? []), { policy, target }]);
    }
  }
  return found;
}

/** By shape: an app may hold two copies of this library. */
function isAttachedPolicy(construct: IConstruct): construct is AttachedPolicy {
  return '_attachment' in construct;
}
