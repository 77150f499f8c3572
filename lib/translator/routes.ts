import type {
  AuthorizationRule,
  HostRewrite,
  RouteEntry,
  RoutePolicies,
  UrlRewrite,
} from '../standalone/document';
import {
  type Reach,
  UNREACHABLE_HINT,
  unreachableMatches,
  unreachableMessage,
} from '../standalone/unreachable';
import { AdvisedModels } from './advised-models';
import type { AnonymousAccess } from './anonymous-access';
import type { AttachedPolicies } from './attached-policies';
import type { Attachment } from './attachments';
import { called } from './backends/call-policies';
import type { Context } from './context';
import type { Gateway, Listener } from './gateways';
import { combined, type Effective, fold, reportOverridden } from './levels';
import { getOrAdd, type KubeObject, nameOf } from './objects';
import { reportRefusedPreflights } from './refused-preflights';
import { reportReplacedChecks } from './replaced-checks';
import { type Rule, translateRules } from './rules';
import { reportSharedCredentials } from './shared-credentials';
import { reportSplitLimit } from './shared-limits';
import { TokenLimits } from './token-limits';
import type { TrafficField } from './traffic';
import { reportWidenedRules } from './widened-rules';

/** Levels of the gateway itself stay in the file's `policies`; stronger ones are written at the routes. */
const FIRST_ROUTE_LEVEL = 2;

/** A rule as it stands in the file, and where it comes from. */
export interface WrittenRule extends Reach {
  readonly entry: RouteEntry;
  readonly route: KubeObject;
  /** Of the rule in its route. */
  readonly path: string;
}

/** Tells the owners of rules that no request of a listener finds. */
export function reportUnreachable(rules: readonly WrittenRule[]): void {
  for (const { route: rule, match, by } of unreachableMatches(rules)) {
    rule.route.findings.warning(
      'Unreachable',
      `${rule.path}.matches[${match}].path`,
      unreachableMessage(`${by.path} of HTTPRoute ${nameOf(by.route.key)}`),
      UNREACHABLE_HINT,
    );
  }
}

/** Writes the rules of routes as entries of the file. */
export class RouteTranslator {
  readonly #rules = new Map<KubeObject, readonly Rule[]>();
  readonly #tokenLimits = new TokenLimits();
  readonly #models: AdvisedModels;

  constructor(
    private readonly context: Context,
    private readonly policies: AttachedPolicies,
    private readonly anonymous: AnonymousAccess,
  ) {
    this.#models = new AdvisedModels(context.objects);
  }

  /** Looks at every rule, also of a route that attaches nowhere, so that nothing in it goes unseen. */
  check(route: KubeObject): void {
    this.#rulesOf(route);
  }

  translate(attachment: Attachment, gateway: Gateway, listener: Listener): WrittenRule[] {
    const { route, hostnames } = attachment;
    const { policies } = this;
    const below = [
      policies.level(gateway.object, 'route'),
      policies.level(gateway.object, 'route', listener.name),
      policies.level(route, 'route'),
    ];
    const before = [
      policies.level(gateway.object, 'gateway'),
      policies.level(gateway.object, 'gateway', listener.name),
    ];
    const beforeRouting = fold(before);
    reportReplacedChecks(before, []);
    return this.#rulesOf(route).map((written) => {
      const rule = this.#called(written, attachment, gateway, listener);
      const ruleLevel =
        rule.section === undefined ? undefined : policies.level(route, 'route', rule.section);
      const effective = fold([...below, ruleLevel, rule.inline], reportOverridden);
      const phases = [beforeRouting, effective];
      reportSharedCredentials(phases);
      reportSplitLimit(effective.get('localRateLimit'), this.#rulesOf(route), route);
      this.#tokenLimits.look(effective.get('localRateLimit'), rule.backends);
      reportReplacedChecks(below.slice(0, FIRST_ROUTE_LEVEL), [
        below[FIRST_ROUTE_LEVEL],
        ruleLevel,
      ]);
      reportRefusedPreflights(beforeRouting, effective);
      for (const phase of phases) reportWidenedRules(phase.get('authorization') ?? []);
      const phasePolicies = { gateway: beforeRouting, route: effective };
      const meant = this.anonymous.look({
        gateway,
        listener,
        route,
        rule,
        policies: phasePolicies,
      });
      const entry = withRule(routeEntry(rule, route, hostnames, effective), meant);
      return { entry, hostnames, matches: rule.matches, route, path: rule.path };
    });
  }

  /** The rule, its backends with what policies say of how they are called. */
  #called(rule: Rule, { route }: Attachment, gateway: Gateway, listener: Listener): Rule {
    const { policies } = this;
    const { section } = rule;
    const around = [
      policies.callLevel(gateway.object.key),
      policies.callLevel(gateway.object.key, listener.name),
    ];
    const inside = [
      policies.callLevel(route.key),
      section === undefined ? undefined : policies.callLevel(route.key, section),
    ];
    const backends = rule.backends.map((backend, index) => {
      const reference = rule.references[index];
      if (!reference) return backend;
      const { key, port } = reference;
      const own = [
        policies.callLevel(key),
        port === undefined ? undefined : policies.callLevel(key, String(port)),
      ];
      const meant = called(backend, [...around, ...own, ...inside], key.kind === 'Service');
      this.#models.look(reference, meant);
      return meant;
    });
    return { ...rule, backends };
  }

  /** What can be told once every rule has been translated. */
  report(): void {
    this.#tokenLimits.report();
  }

  #rulesOf(route: KubeObject): readonly Rule[] {
    return getOrAdd(this.#rules, route, () => translateRules(route, this.context));
  }
}

function withRule(entry: RouteEntry, rule: AuthorizationRule | undefined): RouteEntry {
  if (!rule) return entry;
  const { policies } = entry;
  const rules = [...(policies?.authorization?.rules ?? []), rule];
  return { ...entry, policies: { ...policies, authorization: { rules } } };
}

function routeEntry(
  rule: Rule,
  route: KubeObject,
  hostnames: readonly string[],
  effective: ReadonlyMap<TrafficField, readonly Effective[]>,
): RouteEntry {
  const policies = inlinePolicies(rule, route, effective);
  return {
    name: rule.name,
    namespace: route.key.namespace,
    ...(hostnames.length > 0 && { hostnames: [...hostnames] }),
    matches: [...rule.matches],
    ...(Object.keys(policies).length > 0 && { policies }),
    backends: [...rule.backends],
  };
}

function inlinePolicies(
  rule: Rule,
  route: KubeObject,
  effective: ReadonlyMap<TrafficField, readonly Effective[]>,
): RoutePolicies {
  const policies: Record<string, unknown> = {};
  for (const [field, settings] of effective) {
    const own = settings.filter(({ level }) => level >= FIRST_ROUTE_LEVEL);
    if (field === 'hostRewrite' || own.length === 0) continue;
    policies[field] = combined(
      field,
      own.map(({ setting }) => setting),
    );
  }
  const urlRewrite = completeRewrite(rule, route, effective);
  if (urlRewrite) policies.urlRewrite = urlRewrite;
  return policies;
}

/**
 * `urlRewrite` also says by which name an upstream is asked: what the rule's own filter writes, else what a policy says,
 * else the habit of its backends.
 */
function completeRewrite(
  rule: Rule,
  route: KubeObject,
  effective: ReadonlyMap<TrafficField, readonly Effective[]>,
): UrlRewrite | undefined {
  const filter = effective.get('urlRewrite')?.[0]?.setting.value as UrlRewrite | undefined;
  const policy = effective.get('hostRewrite')?.[0]?.setting.value as HostRewrite | undefined;
  const authority = filter?.authority ?? policy ?? habitualAuthority(rule, route);
  if (!filter && authority === undefined) return undefined;
  return {
    ...(authority !== undefined && { authority }),
    ...(filter?.path && { path: filter.path }),
  };
}

function habitualAuthority({ habits, path }: Rule, route: KubeObject): HostRewrite | undefined {
  if (!habits.has('client')) return undefined;
  if (habits.has('own')) {
    route.findings.error(
      'Unsupported',
      `${path}.backendRefs`,
      'in a cluster the Services of this rule are asked by the name that the client used, and its other backends by their own; a standalone file has one habit for each rule',
      'give them rules of their own, or set `traffic.hostRewrite` for the route',
    );
  }
  return 'none';
}
