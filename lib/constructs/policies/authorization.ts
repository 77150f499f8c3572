import { Construct } from 'constructs';
import type { Cel } from '../cel';
import type { ResourceProps } from '../resource';
import { Policy } from './policy';
import type { IPolicyTarget } from './policy-target';

const MAX_RULES = 256;

/** Such policies run once a route is chosen, and once callers are known. */
const PHASE = 'route';

/** What a rule to deny counts for when it cannot be evaluated, or gives neither true nor false. */
export enum OnFailure {
  /** The request is refused. */
  DENY = 'Deny',
  /** The rule does not count, as agentgateway has it: who brings what makes it fail is not denied. */
  IGNORE = 'Ignore',
}

/** How a rule to deny is written, so that it shows what becomes of a failure. */
const WRITTEN: Readonly<Record<OnFailure, (rule: Cel) => string>> = {
  [OnFailure.DENY]: (rule) => rule._orTrue(PHASE),
  [OnFailure.IGNORE]: (rule) => rule._orFalse(PHASE),
};

/** Properties of `AuthorizationPolicy`. */
export interface AuthorizationPolicyProps extends ResourceProps {
  /** The Gateway, listener, route or rule whose requests are judged. */
  readonly target: IPolicyTarget;

  /**
   * Where there are such rules, one of them must hold, wherever it was written: one on a Gateway lets in for every route
   * below it. Use `require` for what must hold in any case.
   *
   * @default - none: who is not denied may pass
   */
  readonly allow?: Cel[];

  /**
   * None of these may hold. One that cannot be evaluated denies, as one that reads a claim which the token lacks, unless
   * it asks for the claim first: `has(jwt.team) && jwt.team == "guests"`; or `onFailure` says otherwise.
   *
   * @default - none
   */
  readonly deny?: Cel[];

  /**
   * What a rule in `deny` counts for that cannot be evaluated.
   *
   * @default OnFailure.DENY
   */
  readonly onFailure?: OnFailure;

  /**
   * All of these must hold.
   *
   * @default - none
   */
  readonly require?: Cel[];
}

/**
 * Decides by expressions who may pass. The rules of all levels that a request meets are one pool: it is refused with 403
 * when one denies, or one that is required does not hold, or there are rules that allow and none of them holds.
 *
 * Each of the three lists is an object of its own.
 *
 * @example
 * new AuthorizationPolicy(this, 'Rules', {
 *   target: route,
 *   allow: [Cel.of('jwt.sub == "alice"')],
 *   deny: [Cel.of('request.path.startsWith("/admin")')],
 * });
 */
export class AuthorizationPolicy extends Construct {
  constructor(scope: Construct, id: string, props: AuthorizationPolicyProps) {
    super(scope, id);
    const { allow = [], deny = [], require = [], onFailure = OnFailure.DENY } = props;
    for (const [use, rules] of Object.entries({ allow, deny, require }))
      for (const rule of rules) {
        this.checkRule(rule, use);
        rule._checkUse(
          PHASE,
          use as 'allow' | 'deny' | 'require',
          `AuthorizationPolicy ${this.node.path}`,
        );
      }
    const lists = [
      { action: 'Allow', rules: allow.map((rule) => rule._toKube()) },
      { action: 'Deny', rules: deny.map((rule) => WRITTEN[onFailure](rule)) },
      { action: 'Require', rules: require.map((rule) => rule._toKube()) },
    ].filter(({ rules }) => rules.length > 0);
    this.checkLists(lists, props);
    for (const { action, rules } of lists) {
      const policy = new Policy(this, action, {
        metadata: props.metadata,
        target: props.target,
        traffic: { authorization: { action, policy: { matchExpressions: rules } } },
      });
      if (lists.length === 1) this.node.defaultChild = policy;
    }
  }

  /** Projects in JavaScript have nobody else who says it. */
  private checkRule(rule: unknown, use: string): void {
    if (typeof rule === 'string')
      this.refuse(`has a text in \`${use}\`: ${rule}`, 'write it as Cel.of(…)');
  }

  private checkLists(
    lists: readonly { readonly action: string; readonly rules: readonly string[] }[],
    { metadata }: AuthorizationPolicyProps,
  ): void {
    if (lists.length === 0) this.refuse('has no rule', 'give it `allow`, `deny` or `require`');
    if (lists.length > 1 && metadata?.name !== undefined)
      this.refuse(
        `would write ${lists.length} objects with the name \`${metadata.name}\`, one for each list`,
        'leave metadata.name out, or write one AuthorizationPolicy for each list',
      );
    for (const { action, rules } of lists)
      if (rules.length > MAX_RULES)
        this.refuse(
          `takes at most ${MAX_RULES} rules in \`${action.toLowerCase()}\`, got ${rules.length}`,
          'join some with `||` or `&&`, or write another policy',
        );
  }

  private refuse(what: string, hint: string): never {
    throw new Error(`AuthorizationPolicy ${this.node.path} ${what}; ${hint}`);
  }
}
