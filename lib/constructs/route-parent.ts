import type { Listener } from './listener';
import type { IPolicyTarget } from './policies/policy-target';

/** What a route can attach to: a Gateway, or one of its listeners. */
export interface IRouteParent {
  /** How a route refers to it. */
  toRouteParentConfig(): RouteParentConfig;
}

/** How a route refers to what it attaches to. */
export interface RouteParentConfig {
  /** API group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** @default - every listener that fits */
  readonly sectionName?: string;
  /** Where policies stand that reach every route here. */
  readonly target: IPolicyTarget;
  /** @default - not known, so attachment is not checked */
  readonly listeners?: RouteParentListener[];
}

/** One listener that a route may attach to. */
export interface RouteParentListener {
  readonly listener: Listener;
  /** Where policies stand that reach every route on this listener. */
  readonly target: IPolicyTarget;
}
