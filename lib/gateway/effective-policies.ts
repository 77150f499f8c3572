import type {
  NormalDocument,
  NormalPolicies,
  NormalRoute,
  NormalTargetedPolicy,
} from '../standalone/normal-document';
import { append } from './multimap';

/**
 * Which policies hold where. Inside a phase a more specific place replaces a field as a whole: gateway, then listener,
 * then route, then what is written inline. Authorization is the exception: the rules of all places are one pool.
 */
export class EffectivePolicies {
  readonly #gateway = new Map<'gateway' | 'route', NormalPolicies[]>();
  readonly #listeners = new Map<string, NormalPolicies[]>();
  readonly #routes = new Map<string, NormalPolicies[]>();

  constructor(document: NormalDocument) {
    for (const entry of document.policies) this.#add(entry);
  }

  /** The gateway phase of a listener. */
  listener(name: string, port: number, inline: NormalPolicies): NormalPolicies {
    return merge([...this.#inherited('gateway', name, port), inline]);
  }

  /** The route phase of a route below a listener. */
  route(
    listener: string,
    port: number,
    { namespace, name, policies }: NormalRoute,
  ): NormalPolicies {
    const targeted = this.#routes.get(`${namespace}/${name}`) ?? [];
    return merge([...this.#inherited('route', listener, port), ...targeted, policies]);
  }

  #inherited(phase: 'gateway' | 'route', listener: string, port: number): NormalPolicies[] {
    return [
      ...(this.#gateway.get(phase) ?? []),
      ...(this.#listeners.get(`${phase} port ${port}`) ?? []),
      ...(this.#listeners.get(`${phase} ${listener}`) ?? []),
    ];
  }

  #add({ target, phase, policy }: NormalTargetedPolicy): void {
    if ('route' in target) {
      return append(this.#routes, `${target.route.namespace}/${target.route.name}`, policy);
    }
    const { listenerName, port } = target.gateway;
    if (listenerName !== undefined)
      return append(this.#listeners, `${phase} ${listenerName}`, policy);
    if (port !== undefined) return append(this.#listeners, `${phase} port ${port}`, policy);
    append(this.#gateway, phase, policy);
  }
}

function merge(policies: readonly NormalPolicies[]): NormalPolicies {
  const merged: NormalPolicies = Object.assign({}, ...policies);
  const pool = policies.flatMap(({ authorization }) => authorization ?? []);
  if (pool.length < 2) return merged;
  return { ...merged, authorization: { rules: pool.flatMap(({ rules }) => rules) } };
}
