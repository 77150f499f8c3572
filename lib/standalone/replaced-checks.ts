import type { Findings } from './findings';
import type {
  NormalBind,
  NormalExtAuthzPolicy,
  NormalListener,
  NormalPolicies,
  NormalRoute,
  NormalTargetedPolicy,
} from './normal-document';

type Phase = NormalTargetedPolicy['phase'];
type Checks = readonly NormalExtAuthzPolicy[];

/**
 * Tells of checks by an authorization service that are made in place of one further up: of one phase only that nearest to
 * the route is made, where readers expect that a request must pass both.
 */
export function reportReplacedChecks(
  binds: readonly NormalBind[],
  policies: readonly NormalTargetedPolicy[],
  findings: Findings,
): void {
  const levels = new Levels(policies);
  for (const { port, listeners } of binds) {
    for (const listener of listeners) {
      const before = levels.above('gateway', listener, port);
      reportInLine([...before, ...checksOf([listener.policies])], findings);
      const above = levels.above('route', listener, port);
      reportInLine(above, findings);
      const held = above.at(-1);
      if (!held) continue;
      for (const route of listener.routes) {
        for (const nearer of levels.of(route))
          report({ nearer, held, way: BEFORE_ROUTING }, findings);
      }
    }
  }
}

const TO_ROUTES = 'attach this one to the routes, where it is asked in addition';
const BEFORE_ROUTING = 'write `phase: gateway` in that entry, whose service is then asked as well';

/** Checks by where they are attached. */
class Levels {
  constructor(private readonly policies: readonly NormalTargetedPolicy[]) {}

  /** For all of a listener, the widest first. */
  above(phase: Phase, { name }: NormalListener, port: number): Checks {
    const inPhase = this.policies.filter((entry) => entry.phase === phase);
    const forGateway = (fits: (target: GatewayTarget) => boolean) =>
      inPhase.flatMap(({ target, policy }) =>
        'gateway' in target && fits(target.gateway) ? checksOf([policy]) : [],
      );
    return [
      ...forGateway((target) => target.listenerName === undefined && target.port === undefined),
      ...forGateway((target) => target.port === port),
      ...forGateway((target) => target.listenerName === name),
    ];
  }

  of({ namespace, name, policies }: NormalRoute): Checks {
    const targeted = this.policies.flatMap(({ target, policy }) =>
      'route' in target && target.route.namespace === namespace && target.route.name === name
        ? [policy]
        : [],
    );
    return checksOf([...targeted, policies]);
  }
}

type GatewayTarget = Extract<NormalTargetedPolicy['target'], { gateway: unknown }>['gateway'];

function checksOf(policies: readonly NormalPolicies[]): Checks {
  return policies.flatMap(({ extAuthz }) => extAuthz ?? []);
}

/** @param checks of one phase, the widest first */
function reportInLine(checks: Checks, findings: Findings): void {
  for (const [index, nearer] of checks.slice(1).entries()) {
    report({ nearer, held: checks[index]!, way: TO_ROUTES }, findings);
  }
}

interface Replacement {
  readonly nearer: NormalExtAuthzPolicy;
  readonly held: NormalExtAuthzPolicy;
  /** What to do where both are meant. */
  readonly way: string;
}

function report({ nearer, held, way }: Replacement, findings: Findings): void {
  findings.warning(
    'ReplacesCheck',
    nearer.path,
    `is asked in place of the service of \`${held.path}\`, not in addition: requests pass here without that one`,
    way,
  );
}
