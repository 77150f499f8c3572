import { didYouMean } from '../schema/did-you-mean';
import { listed, quoted } from '../schema/json';
import type { PolicyTarget, TargetedPolicyEntry } from './document';
import type { Findings } from './findings';
import type { NamedBackends } from './named-backends';
import type { NormalBind, NormalListener, NormalTargetedPolicy } from './normal-document';
import { normalizePolicies } from './normalize-policies';

/** The gateway of a standalone file always bears this name. */
const IDENTITY = 'default';

/** Keys that have a meaning before a route is chosen. */
const GATEWAY_PHASE = ['cors', 'jwtAuth', 'basicAuth', 'apiKey', 'extAuthz', 'authorization'];

/** Of these all count, so that two for one target do not tie. */
const ACCUMULATING = ['authorization'];

/** The top-level `policies`: each must protect something, and none tie with another. */
export function normalizeTargets(
  entries: readonly TargetedPolicyEntry[],
  { binds, backends }: { readonly binds: readonly NormalBind[]; readonly backends: NamedBackends },
  findings: Findings,
): NormalTargetedPolicy[] {
  const normalizer = new TargetNormalizer(binds, backends, findings);
  const policies = entries.map((entry, index) => normalizer.normalize(entry, `policies[${index}]`));
  normalizer.checkInline();
  return policies;
}

class TargetNormalizer {
  readonly #names = new Map<string, string>();
  readonly #fields = new Map<string, string>();
  readonly #listeners: ReadonlyMap<string, NormalListener[]>;
  readonly #routes: ReadonlySet<string>;

  constructor(
    private readonly binds: readonly NormalBind[],
    private readonly backends: NamedBackends,
    private readonly findings: Findings,
  ) {
    const listeners = binds.flatMap((bind) => bind.listeners);
    this.#listeners = groupBy(listeners, ({ name }) => name);
    this.#routes = new Set(
      listeners.flatMap(({ routes }) =>
        routes.map(({ namespace, name }) => `${namespace}/${name}`),
      ),
    );
  }

  normalize(entry: TargetedPolicyEntry, path: string): NormalTargetedPolicy {
    const name = `${entry.name.namespace}/${entry.name.name}`;
    const phase = entry.phase ?? 'route';
    const fields = Object.keys(entry.policy);
    this.#checkName(name, path);
    this.#checkTarget(entry.target, path);
    this.#checkFields(fields, phase, entry.target, path);
    for (const field of fields) this.#checkTie(entry.target, phase, field, path);
    return {
      path,
      name,
      target: entry.target,
      phase,
      policy: normalizePolicies(entry.policy, `${path}.policy`, this.findings, this.backends),
    };
  }

  /** agentgateway attaches the policies of a listener by its name alone, across ports. */
  checkInline(): void {
    for (const [name, listeners] of this.#listeners) {
      const withPolicies = listeners.filter(({ policies }) => Object.keys(policies).length > 0);
      if (listeners.length > 1 && withPolicies.length > 0) {
        this.findings.error(
          'Conflicted',
          `${withPolicies[0]!.path}.policies`,
          `${listeners.length} listeners are named ${quoted(name)}, so agentgateway applies these policies to all of them`,
          'give each listener a name of its own',
        );
      }
      for (const { path, policies } of withPolicies) {
        for (const field of Object.keys(policies)) {
          this.#tie(`gateway ${JSON.stringify(['listener', name])} ${field}`, field, path);
        }
      }
    }
  }

  #checkName(name: string, path: string): void {
    const first = this.#names.get(name);
    if (first === undefined) {
      this.#names.set(name, path);
      return;
    }
    this.findings.error(
      'Duplicate',
      `${path}.name`,
      `\`${first}\` is named ${quoted(name)} too, and agentgateway would keep only one of them`,
      'give each policy a name of its own',
    );
  }

  #checkFields(
    fields: readonly string[],
    phase: 'route' | 'gateway',
    target: PolicyTarget,
    path: string,
  ): void {
    if (fields.length !== 1) {
      const written = fields.length === 0 ? 'none' : listed(fields);
      this.findings.error(
        'Invalid',
        `${path}.policy`,
        `an entry holds exactly one policy, not ${written}`,
        'write one entry for each',
      );
    }
    if (phase === 'route') return;
    if ('route' in target) {
      this.findings.error(
        'Invalid',
        `${path}.phase`,
        'in the phase `gateway` no route is chosen yet, so a policy of a route never runs',
        'remove `phase`, or target the gateway',
      );
    }
    for (const field of fields) {
      if (GATEWAY_PHASE.includes(field)) continue;
      this.findings.error(
        'Invalid',
        `${path}.policy.${field}`,
        `${quoted(field)} does not run in the phase \`gateway\``,
        `remove \`phase\`; the phase \`gateway\` takes ${listed(GATEWAY_PHASE)}`,
      );
    }
  }

  // ---------------------------------------------------------------- targets

  #checkTarget(target: PolicyTarget, path: string): void {
    if ('route' in target) this.#checkRouteTarget(target.route, `${path}.target.route`);
    else this.#checkGatewayTarget(target.gateway, `${path}.target.gateway`);
  }

  #checkRouteTarget({ namespace, name }: { namespace: string; name: string }, path: string): void {
    const key = `${namespace}/${name}`;
    if (this.#routes.has(key)) return;
    this.#reportNothing(path, `route ${quoted(key)}`, key, this.#routes);
  }

  #checkGatewayTarget(
    target: Extract<PolicyTarget, { gateway: unknown }>['gateway'],
    path: string,
  ): void {
    for (const name of ['gatewayName', 'gatewayNamespace'] as const) {
      if (target[name] === IDENTITY) continue;
      this.findings.error(
        'TargetNotFound',
        `${path}.${name}`,
        `the policy protects nothing: the gateway of a file is \`${IDENTITY}\` in \`${IDENTITY}\`, not ${quoted(target[name])}`,
        `write \`${name}: ${IDENTITY}\``,
      );
    }
    const { listenerName, port } = target;
    if (listenerName !== undefined && !this.#listeners.has(listenerName)) {
      const what = `listener ${quoted(listenerName)}`;
      this.#reportNothing(`${path}.listenerName`, what, listenerName, this.#listeners.keys());
    }
    if (port !== undefined && !this.binds.some((bind) => bind.port === port)) {
      this.findings.error(
        'TargetNotFound',
        `${path}.port`,
        `the policy protects nothing: no gateway listens on port ${port}`,
        `the ports are ${this.binds.map((bind) => bind.port).join(', ')}`,
      );
    }
    if (listenerName !== undefined && port !== undefined) {
      this.findings.error(
        'Conflicted',
        `${path}.port`,
        '`listenerName` and `port` exclude each other',
        'remove one of them',
      );
    }
  }

  #reportNothing(path: string, what: string, wanted: string, known: Iterable<string>): void {
    const names = [...known].slice(0, 500);
    const near = didYouMean(wanted, names);
    this.findings.error(
      'TargetNotFound',
      path,
      `the policy protects nothing: there is no ${what}`,
      near ? `did you mean ${quoted(near)}?` : `there are ${listed(names.slice(0, 10)) || 'none'}`,
    );
  }

  // ---------------------------------------------------------------- ties

  #checkTie(target: PolicyTarget, phase: string, field: string, path: string): void {
    this.#tie(`${phase} ${JSON.stringify(identity(target))} ${field}`, field, path);
  }

  #tie(key: string, field: string, path: string): void {
    if (ACCUMULATING.includes(field)) return;
    const first = this.#fields.get(key);
    if (first === undefined) {
      this.#fields.set(key, path);
      return;
    }
    this.findings.error(
      'Conflicted',
      path,
      `\`${first}\` sets ${quoted(field)} for the same target and phase, and agentgateway leaves open which of them wins`,
      'keep one of them',
    );
  }
}

function identity(target: PolicyTarget): unknown[] {
  if ('route' in target) return ['route', target.route.namespace, target.route.name];
  const { listenerName, port } = target.gateway;
  if (listenerName !== undefined) return ['listener', listenerName];
  return port === undefined ? ['gateway'] : ['port', port];
}

function groupBy<T>(entries: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}
