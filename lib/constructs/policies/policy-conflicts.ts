import type { IConstruct } from 'constructs';
import { oncePerPass } from '../validation-pass';
import { describeTarget, type PolicyTargetConfig, targetKey } from './policy-target';

/** What a policy sets, and where. */
export interface Attachment {
  readonly targets: readonly PolicyTargetConfig[];
  /** Fields in which it can be in another's way. */
  readonly fields: readonly string[];
  /** Whether nothing below may replace them. */
  readonly overrides: boolean;
  /** How to let policies below replace them: a step that a message can suggest. */
  readonly yielding: string;
}

/** A policy of this library. */
export interface AttachedPolicy extends IConstruct {
  /** @internal */
  readonly _attachment: Attachment;
}

interface Placed {
  readonly policy: IConstruct;
  readonly attachment: Attachment;
  readonly target: PolicyTargetConfig;
}

type PlacedByTarget = ReadonlyMap<string, readonly Placed[]>;

/** Where the policy and another of the same tree are in each other's way. */
export function policyProblems(policy: AttachedPolicy): string[] {
  const placed = oncePerPass(policy, placedByTarget);
  return policy._attachment.targets.flatMap((target) => [
    ...ties(policy, target, placed),
    ...overridden(policy, target, placed),
  ]);
}

/** Upstream leaves the winner undefined, and only the second of two reports it. */
function ties(policy: AttachedPolicy, target: PolicyTargetConfig, all: PlacedByTarget): string[] {
  const here = all.get(targetKey(target)) ?? [];
  const earlier = here.slice(
    0,
    here.findIndex((other) => other.policy === policy),
  );
  return earlier.flatMap((other) =>
    shared(policy._attachment, other.attachment).map(
      (field) =>
        `${policy.node.path} sets ${field} on ${describeTarget(target)}, and so does ${other.policy.node.path}; which of them wins is not defined, so merge them into one policy`,
    ),
  );
}

function overridden(
  policy: AttachedPolicy,
  target: PolicyTargetConfig,
  all: PlacedByTarget,
): string[] {
  const above = ancestors(target).flatMap((ancestor) => all.get(targetKey(ancestor)) ?? []);
  return above
    .filter((other) => other.attachment.overrides && other.policy !== policy)
    .flatMap((other) =>
      shared(policy._attachment, other.attachment).map(
        (field) =>
          `${policy.node.path} sets ${field} on ${describeTarget(target)}, but it would never apply, since ${other.policy.node.path} on ${describeTarget(other.target)} lets nothing below replace it; ${other.attachment.yielding}, or remove that policy and attach one to each route`,
      ),
    );
}

function shared(left: Attachment, right: Attachment): string[] {
  return left.fields.filter((field) => right.fields.includes(field));
}

/** Everything above a target, each once. */
function ancestors(target: PolicyTargetConfig): PolicyTargetConfig[] {
  const found = new Map<string, PolicyTargetConfig>();
  const visit = ({ parents = [] }: PolicyTargetConfig): void => {
    for (const parent of parents) {
      const config = parent.toPolicyTargetConfig();
      const key = targetKey(config);
      if (found.has(key)) continue;
      found.set(key, config);
      visit(config);
    }
  };
  visit(target);
  return [...found.values()];
}

function placedByTarget(constructs: readonly IConstruct[]): PlacedByTarget {
  const placed = new Map<string, Placed[]>();
  for (const policy of constructs) {
    if (!isAttachedPolicy(policy)) continue;
    const attachment = policy._attachment;
    for (const target of attachment.targets) {
      const key = targetKey(target);
      const here = placed.get(key);
      if (here) here.push({ policy, attachment, target });
      else placed.set(key, [{ policy, attachment, target }]);
    }
  }
  return placed;
}

/** By shape: an app may hold two copies of this library. */
function isAttachedPolicy(construct: IConstruct): construct is AttachedPolicy {
  return '_attachment' in construct;
}
