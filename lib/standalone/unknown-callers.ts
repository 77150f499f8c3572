import { field } from '../schema/json';
import type { Guard } from './authenticated';
import type { NormalAuthorizationRule } from './normal-document';
import { type Identity, identityIn, outcomeWithout } from './without-identity';

type Action = NormalAuthorizationRule['action'];

/** A rule about what nothing finds out. */
export interface BlindRule {
  readonly action: Action;
  readonly outcome: 'never' | 'always';
  readonly untold: readonly Identity[];
}

/** Policies that tell expressions who calls. */
const TOLD_BY: Readonly<Record<Identity, readonly string[]>> = {
  jwt: ['jwtAuth', 'mcpAuthentication', 'oidc'],
  apiKey: ['apiKey'],
  basicAuth: ['basicAuth'],
};

/** How a finding says what a rule comes to that is the same for everybody. One that always allows is no surprise. */
const EFFECTS: Readonly<Record<Action, Partial<Record<BlindRule['outcome'], string>>>> = {
  allow: { never: 'this rule lets nobody pass' },
  deny: { never: 'this rule denies nobody', always: 'this rule denies everybody' },
  require: { never: 'this rule keeps everybody out' },
};

/**
 * Whether a rule asks who calls where no policy has found it out, and is the same for everybody therefore.
 *
 * @param guards of all phases of a route, in their order
 */
export function blindRule(
  { action, expression }: Guard['rules'][number],
  phase: Guard['phase'],
  guards: readonly Guard[],
): BlindRule | undefined {
  const until = guards.findIndex((guard) => guard.phase === phase);
  const before = guards.slice(0, until + 1);
  const asked = identityIn(expression, phase);
  const untold = asked.filter((name) => !before.some((guard) => tells(guard, name)));
  if (untold.length === 0) return undefined;
  const outcome = outcomeWithout(untold, expression, phase);
  return outcome && EFFECTS[action][outcome] ? { action, outcome, untold } : undefined;
}

/** Whether a backend finds out by itself who calls. */
export function tellsCallers(policies: unknown): boolean {
  return field(policies, 'mcpAuthentication') !== undefined;
}

function tells({ policies }: Guard, name: Identity): boolean {
  return TOLD_BY[name].some((policy) => field(policies, policy) !== undefined);
}

/** What is said of a rule on every route where it counts. One that tells callers apart on any of them is in order. */
export class BlindRules<T> {
  readonly #found = new Map<string, { readonly rule: BlindRule | undefined; readonly at: T }>();

  /** @param rule nothing where the rule is in order here */
  look(key: string, at: T, rule: BlindRule | undefined): void {
    const isBlind = this.#found.get(key)?.rule !== undefined || !this.#found.has(key);
    this.#found.set(key, { rule: isBlind ? rule : undefined, at });
  }

  report(tell: (at: T, rule: BlindRule) => void): void {
    for (const { rule, at } of this.#found.values()) if (rule) tell(at, rule);
  }
}

export function blindMessage({ action, outcome }: BlindRule): string {
  return `${EFFECTS[action][outcome]}: it asks who calls, and no policy that runs before it finds that out`;
}

/** @param fields how policies are written that find out who calls */
export function blindHint(
  { untold }: BlindRule,
  fields: Readonly<Record<Identity, string>>,
): string {
  const ways = untold.map((name) => `\`${fields[name]}\` for \`${name}\``);
  return `write a policy for the route or what it is attached to: ${ways.join(', ')}; or remove the rule`;
}
