import { describeReference } from '../object-reference';

/** What a policy can be attached to: a Gateway, one of its listeners, a route, one of its rules, a backend. */
export interface IPolicyTarget {
  /** How a policy refers to it. */
  toPolicyTargetConfig(): PolicyTargetConfig;
}

/** How a policy refers to what it is attached to. */
export interface PolicyTargetConfig {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** @default - not known: the namespace of the policy */
  readonly namespace?: string;
  /**
   * A part of the object: a listener of a Gateway, a rule of a route, a port of a Service.
   *
   * @default - the whole object
   */
  readonly sectionName?: string;
  /**
   * What it is below: policies there reach it too.
   *
   * @default - nothing that is known
   */
  readonly parents?: IPolicyTarget[];
}

/** As messages name a target: ``Gateway `infra/edge` section `http` ``. */
export function describeTarget(target: PolicyTargetConfig): string {
  const { sectionName } = target;
  const object = describeReference(target);
  return sectionName === undefined ? object : `${object} section \`${sectionName}\``;
}

/** Equal for two targets that are the same place in the cluster. */
export function targetKey(target: PolicyTargetConfig): string {
  const { group, kind, namespace, name, sectionName } = target;
  return [group, kind, namespace, name, sectionName].join('|');
}
