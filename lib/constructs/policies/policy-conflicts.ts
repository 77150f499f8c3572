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

/** A policy at one of its targets. */
interface Placed {
  readonly policy: IConstruct;
  readonly attachment: Attachment;
  readonly target: PolicyTargetConfig;
}

type PlacedByTarget = ReadonlyMap<string, readonly Placed[]>;

/** Where the policy and another of the same tree are in each other's way. */
export function policyProblems(policy: AttachedPolicy): string[] {
  return oncePerPass(policy, problemsByPolicy).get(policy) ?? [];
}

function problemsByPolicy(constructs: readonly IConstruct[]): ReadonlyMap<IConstruct, string[]> {
  const placed = constructs.filter(isAttachedPolicy).flatMap(placements);
  const all = byTarget(placed);
  const overriding = byTarget(placed.filter(({ attachment }) => attachment.overrides));
  const problems = new Map<IConstruct, string[]>();
  for (const one of placed) {
    const found = [...ties(one, all), ...overridden(one, overriding)];
    if (found.length > 0) problems.set(one.policy, [...(problems.get(one.policy) ?? []), ...found]);
  }
  return problems;
}

/** Upstream leaves the winner undefined. Of two only the second reports it. */
function ties(one: Placed, all: PlacedByTarget): string[] {
  const here = all.get(targetKey(one.target)) ?? [];
  const first = here.findIndex((other) => other.policy === one.policy);
  return here
    .slice(0, first)
    .flatMap((other) =>
      shared(one, other).map(
        (field) =>
          `${sets(one, field)}, and so does ${other.policy.node.path}; which of them wins is not defined, so merge them into one policy`,
      ),
    );
}

function overridden(one: Placed, overriding: PlacedByTarget): string[] {
  if (overriding.size === 0) return [];
  const above = ancestors(one.target).flatMap((target) => overriding.get(targetKey(target)) ?? []);
  const others = above.filter(({ policy }) => policy !== one.policy);
  return others.flatMap((other) =>
    shared(one, other).map(
      (field) =>
        `${sets(one, field)}, but it would never apply, since ${other.policy.node.path} on ${describeTarget(other.target)} lets nothing below replace it; ${other.attachment.yielding}, or remove that policy and attach one to each route`,
    ),
  );
}

function shared(left: Placed, right: Placed): string[] {
  return left.attachment.fields.filter((field) => right.attachment.fields.includes(field));
}

function sets({ target }: Placed, field: string): string {
  return `sets ${field} on ${describeTarget(target)}`;
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

function placements(policy: AttachedPolicy): Placed[] {
  const attachment = policy._attachment;
  return attachment.targets.map((target) => ({ policy, attachment, target }));
}

function byTarget(placed: readonly Placed[]): PlacedByTarget {
  const found = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = targetKey(one.target);
    const here = found.get(key);
    if (here) here.push(one);
    else found.set(key, [one]);
  }
  return found;
}

/** By shape: an app may hold two copies of this library. */
function isAttachedPolicy(construct: IConstruct): construct is AttachedPolicy {
  return '_attachment' in construct;
}
