import {
  entries,
  field,
  fieldPath,
  has,
  isObject,
  type JsonObject,
  textField,
} from '../schema/json';
import type { Guard } from './authenticated';
import type { AuthorizationPolicy } from './document';
import type { NormalAuthorizationRule } from './normal-document';
import { normalizeRule } from './normalize-authentication';

/** A route as a listener serves it. */
export interface ServedRoute {
  readonly path: string;
  readonly route: JsonObject;
  readonly listener: ServingListener;
  readonly guards: readonly [gateway: WrittenGuard, route: WrittenGuard];
}

export interface WrittenGuard extends Guard {
  /** Each with where it is written. */
  readonly rules: readonly NormalAuthorizationRule[];
  /** Where each of its policies is written. */
  readonly paths: ReadonlyMap<string, string>;
}

export interface ServingListener {
  readonly path: string;
  readonly name: string;
  readonly port: unknown;
  /** Whether clients need a certificate. */
  readonly demandsCertificate: boolean;
  readonly policies: WrittenPolicies;
}

/** Policies that stand together. */
interface WrittenPolicies {
  readonly policies: unknown;
  readonly path: string;
}

/** Every route of a file at each listener that serves it, whether this gateway runs it or not. */
export function servedRoutes(document: object): ServedRoute[] {
  const file: JsonObject = { ...document };
  return [...routesOfBinds(file), ...routesOfGateways(file)].map(
    ({ listener, route, path, index }) => {
      const inline = { policies: field(route, 'policies'), path: `${path}.policies` };
      const name = textField(route, 'name') || `route${index}`;
      const namespace = textField(route, 'namespace') || 'default';
      const before = targeted(file, 'gateway', listener);
      const after = targeted(file, 'route', listener, { name, namespace });
      return {
        ...{ path, route, listener },
        guards: [
          guard('gateway', [...before, listener.policies]),
          guard('route', [...after, inline]),
        ],
      };
    },
  );
}

// ---------------------------------------------------------------- listeners and their routes

interface Attached {
  readonly listener: ServingListener;
  readonly route: JsonObject;
  readonly path: string;
  /** Of the route at its listener. */
  readonly index: number;
}

function routesOfBinds(file: JsonObject): Attached[] {
  return objects(file.binds, 'binds').flatMap((bind) =>
    objects(bind.value.listeners, `${bind.path}.listeners`).flatMap((written, position) => {
      const { value, path } = written;
      const name = textField(value, 'name') || `listener${position}`;
      const policies = { policies: value.policies, path: `${path}.policies` };
      const listener = listenerOf(written, name, bind.value.port, policies);
      return objects(value.routes, `${path}.routes`).map((route, index) => ({
        ...{ listener, route: route.value, path: route.path, index },
      }));
    }),
  );
}

/** A route without `gateways` is one of the gateway `default`. */
const DEFAULT_GATEWAY = 'default';

function routesOfGateways(file: JsonObject): Attached[] {
  const attachable = gatewayListeners(file);
  const served = new Map<ServingListener, number>();
  return objects(file.routes, 'routes').flatMap(({ value, path }) => {
    const { gateways } = value;
    const written = typeof gateways === 'string' ? [gateways] : entries(gateways);
    const names = written.length > 0 ? written : [DEFAULT_GATEWAY];
    const listeners = new Set(names.flatMap((name) => attachable.get(String(name)) ?? []));
    return [...listeners].map((listener) => {
      const index = served.get(listener) ?? 0;
      served.set(listener, index + 1);
      return { listener, route: value, path, index };
    });
  });
}

/** By `edge` and `edge/https`, as routes write them. */
function gatewayListeners(file: JsonObject): ReadonlyMap<string, readonly ServingListener[]> {
  const attachable = new Map<string, readonly ServingListener[]>();
  for (const [name, gateway] of Object.entries(isObject(file.gateways) ? file.gateways : {})) {
    if (!isObject(gateway)) continue;
    const path = fieldPath('gateways', name);
    const { port } = gateway;
    const listeners = objects(gateway.listeners, `${path}.listeners`).map((written, index) => {
      const reference = `${name}/${textField(written.value, 'name') || `listener${index}`}`;
      const own = { policies: written.value, path: written.path };
      const listener = listenerOf(written, reference, port, own);
      attachable.set(reference, [listener]);
      return listener;
    });
    const alone = { value: gateway, path };
    attachable.set(
      name,
      listeners.length > 0
        ? listeners
        : [listenerOf(alone, name, port, { policies: gateway, path })],
    );
  }
  return attachable;
}

function listenerOf(
  { value, path }: WrittenObject,
  name: string,
  port: unknown,
  policies: WrittenPolicies,
): ServingListener {
  const tls = field(value, 'tls');
  return { path, name, port, demandsCertificate: has(tls, 'root') || has(tls, 'spiffe'), policies };
}

interface WrittenObject {
  readonly value: JsonObject;
  readonly path: string;
}

function objects(list: unknown, path: string): WrittenObject[] {
  return entries(list).flatMap((value, index) =>
    isObject(value) ? [{ value, path: `${path}[${index}]` }] : [],
  );
}

// ---------------------------------------------------------------- policies

/** What the top-level `policies` say of a place, from weak to strong: gateway, port, listener, route. */
function targeted(
  file: JsonObject,
  phase: Guard['phase'],
  listener: ServingListener,
  route?: { readonly name: string; readonly namespace: string },
): WrittenPolicies[] {
  const found = objects(file.policies, 'policies').flatMap(({ value, path }) => {
    if ((textField(value, 'phase') || 'route') !== phase) return [];
    const rank = rankOf(field(value, 'target'), listener, route);
    return rank === undefined
      ? []
      : [{ rank, policies: field(value, 'policy'), path: `${path}.policy` }];
  });
  return found.sort((a, b) => a.rank - b.rank);
}

/** How specific a target is; nothing where it is another place. */
function rankOf(
  target: unknown,
  listener: ServingListener,
  route: { readonly name: string; readonly namespace: string } | undefined,
): number | undefined {
  if (has(target, 'route')) {
    const wanted = field(target, 'route');
    const isSame =
      textField(wanted, 'name') === route?.name &&
      textField(wanted, 'namespace') === route?.namespace;
    return isSame ? 3 : undefined;
  }
  const gateway = field(target, 'gateway');
  if (has(gateway, 'listenerName')) {
    return textField(gateway, 'listenerName') === listener.name ? 2 : undefined;
  }
  if (has(gateway, 'port')) return field(gateway, 'port') === listener.port ? 1 : undefined;
  return 0;
}

/** Field by field the last wins; rules are one pool. */
function guard(phase: Guard['phase'], levels: readonly WrittenPolicies[]): WrittenGuard {
  const policies: Record<string, unknown> = {};
  const paths = new Map<string, string>();
  const rules: NormalAuthorizationRule[] = [];
  for (const level of levels) {
    for (const [name, policy] of Object.entries(isObject(level.policies) ? level.policies : {})) {
      if (policy === null || policy === undefined) continue;
      policies[name] = policy;
      paths.set(name, `${level.path}.${name}`);
      if (name === 'authorization') {
        rules.push(...rulesOf(policy, `${level.path}.${name}`));
      }
    }
  }
  return { phase, policies, rules, paths };
}

/** What is no rule may be a variable of the environment that is not filled in. */
function rulesOf(authorization: unknown, path: string): NormalAuthorizationRule[] {
  return entries(field(authorization, 'rules')).flatMap((rule, index) =>
    isRule(rule) ? [normalizeRule(rule, `${path}.rules[${index}]`)] : [],
  );
}

function isRule(rule: unknown): rule is AuthorizationPolicy['rules'][number] {
  if (typeof rule === 'string') return true;
  return isObject(rule) && Object.values(rule).every((value) => typeof value === 'string');
}
