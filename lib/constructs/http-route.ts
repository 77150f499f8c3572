import type { Construct } from 'constructs';
import { HTTP_ROUTE } from './api-kinds';
import { checkDnsName } from './dns-name';
import { checkHostname } from './hostname';
import { HttpRouteRule, type HttpRouteRuleOptions } from './http-route-rule';
import { ImportedResource } from './imported-resource';
import { foreignNamespace, namespaceOf, referenceTo } from './object-reference';
import { Policy } from './policies/policy';
import type { IPolicyTarget, PolicyTargetConfig } from './policies/policy-target';
import { ungranted } from './reference-grant';
import { Resource, type ResourceProps } from './resource';
import type { IRouteAnswer } from './route-answer';
import {
  type AttachingRoute,
  attachedListeners,
  attachmentProblem,
  namespaceLabels,
} from './route-attachment';
import type { IRouteParent, RouteParentConfig } from './route-parent';
import { toRetry } from './route-retry';

/** Says why anybody may call what the route leads to. */
const ALLOW_ANONYMOUS = 'cdk8s-agentgateway/allow-anonymous';

/** Gateway API's own bounds. */
const MAX_PARENTS = 32;
const MAX_HOSTNAMES = 16;
const MAX_RULES = 16;
const MAX_MATCHES = 128;

/** A route, ours or one that others own. */
export interface IHttpRoute extends IPolicyTarget {
  /** Name of the route in the cluster. */
  readonly name: string;
}

/** Properties of `HttpRoute`. */
export interface HttpRouteProps extends ResourceProps {
  /**
   * The Gateway, or one of its listeners, that the route attaches to.
   *
   * @default - none; give `parents` then
   */
  readonly gateway?: IRouteParent;

  /**
   * Further Gateways and listeners that the route attaches to.
   *
   * @default - only `gateway`
   */
  readonly parents?: IRouteParent[];

  /**
   * Hosts that requests must ask for, exact or like `*.example.com`.
   *
   * @default - every host that the listener takes
   */
  readonly hostnames?: string[];
}

/** Options of `HttpRoute.fromRouteName`. */
export interface HttpRouteImportOptions {
  /**
   * Namespace of the route.
   *
   * @default - the namespace of the chart that refers to it
   */
  readonly namespace?: string;
}

/**
 * Which requests of a Gateway go where.
 *
 * @example
 * const route = new HttpRoute(this, 'Route', { gateway, hostnames: ['www.example.com'] });
 * route.addRule(Backend.fromService(service, { port: 8000 }), { matches: [RouteMatch.pathPrefix('/api')] });
 */
export class HttpRoute extends Resource implements IHttpRoute {
  /**
   * A route that this app does not own.
   *
   * @param name name of the HTTPRoute in the cluster
   */
  public static fromRouteName(
    scope: Construct,
    id: string,
    name: string,
    options: HttpRouteImportOptions = {},
  ): IHttpRoute {
    return new ImportedHttpRoute(scope, id, { ...HTTP_ROUTE, ...options, name });
  }

  private readonly parents: readonly IRouteParent[];
  private readonly hostnames: readonly string[];
  private readonly _rules: HttpRouteRule[] = [];

  constructor(scope: Construct, id: string, props: HttpRouteProps) {
    super(scope, id, { ...HTTP_ROUTE, metadata: props.metadata });
    const { gateway, parents = [], hostnames = [] } = props;
    this.parents = gateway ? [gateway, ...parents] : [...parents];
    this.hostnames = [...hostnames];
    this.checkCount('parents', this.parents.length, MAX_PARENTS);
    this.checkCount('hostnames', hostnames.length, MAX_HOSTNAMES);
    if (this.parents.length === 0)
      throw new Error(`HttpRoute ${this.node.path} attaches to nothing; give it a \`gateway\``);
    for (const hostname of hostnames) checkHostname(hostname, 'hostname');
    this.node.addValidation({ validate: () => this.validate() });
  }

  /** Its rules. */
  public get rules(): HttpRouteRule[] {
    return [...this._rules];
  }

  /**
   * Adds a rule. Of all rules that fit a request the one with the most specific match answers it.
   *
   * @param answer a backend, `WeightedBackends`, a `Redirect` or a `DirectResponse`
   * @returns the rule, to which policies can be attached
   * @throws if the name is taken, or there are 16 rules already
   */
  public addRule(answer: IRouteAnswer, options: HttpRouteRuleOptions = {}): HttpRouteRule {
    const index = this._rules.length;
    this.checkCount('rules', index + 1, MAX_RULES);
    const rule = new HttpRouteRule(this, `rule-${index}`, answer, options);
    checkDnsName(rule.name, 'name of a rule');
    if (this._rules.some(({ name }) => name === rule.name))
      throw new Error(
        `HttpRoute ${this.node.path} has a rule \`${rule.name}\` already; give this one another \`name\``,
      );
    this._rules.push(rule);
    this.addRulePolicy(rule, answer, options);
    return rule;
  }

  /**
   * Says that anybody may call what this route leads to, though the gateway has credentials for it. Without a word an app that
   * exposes such a backend is an error.
   *
   * @param reason for those who read the manifests, such as `a public demo with a small budget`
   * @throws if there is no reason
   */
  public allowAnonymous(reason: string): void {
    if (reason.trim() === '')
      throw new Error(
        `HttpRoute ${this.node.path} says nothing with allowAnonymous(${JSON.stringify(reason)}); write why anybody may call, such as \`a public demo\``,
      );
    this.metadata.addAnnotation(ALLOW_ANONYMOUS, reason.trim());
  }

  public toPolicyTargetConfig(): PolicyTargetConfig {
    return { ...referenceTo(this), parents: this.policyParents() };
  }

  /** @internal */
  public _toKube(): unknown {
    const namespace = namespaceOf(this) as string;
    return {
      parentRefs: this.parents.map((parent) => toParentRef(parent, namespace)),
      hostnames: this.hostnames.length > 0 ? this.hostnames : undefined,
      rules: this._rules.map((rule) => rule._toKube(namespace)),
    };
  }

  /** What HTTPRoute cannot say itself. */
  private addRulePolicy(
    rule: HttpRouteRule,
    answer: IRouteAnswer,
    options: HttpRouteRuleOptions,
  ): void {
    const { directResponse } = answer.toRouteAnswerConfig();
    const retry = options.retry && toRetry(options.retry);
    if (!directResponse && !retry) return;
    new Policy(this, `Policy-${rule.name}`, { target: rule, traffic: { directResponse, retry } });
  }

  private policyParents(): IPolicyTarget[] {
    const route = this.attaching();
    return this.parents.flatMap((parent) => {
      const config = parent.toRouteParentConfig();
      const listeners = attachedListeners(route, config) ?? [];
      return [config.target, ...listeners.map(({ target }) => target)];
    });
  }

  private attaching(): AttachingRoute {
    const namespace = namespaceOf(this) as string;
    return {
      namespace,
      hostnames: this.hostnames,
      namespaceLabels: namespaceLabels(this, namespace),
    };
  }

  private validate(): string[] {
    if (this._rules.length === 0)
      return [
        'no rules; add one, for example route.addRule(Backend.fromService(service, { port: 80 }))',
      ];
    const route = this.attaching();
    const matches = this._rules.reduce((sum, rule) => sum + rule._matchCount, 0);
    const crowded = `${matches} matches, and a route takes at most ${MAX_MATCHES}; split it`;
    return [
      ...(matches > MAX_MATCHES ? [crowded] : []),
      ...this.parents.map((parent) => attachmentProblem(route, parent.toRouteParentConfig())),
      ...this._rules.flatMap((rule) => rule._backendRefs.map((ref) => ungranted(this, ref))),
    ].filter((problem) => problem !== undefined);
  }

  private checkCount(what: string, count: number, max: number): void {
    if (count > max)
      throw new Error(
        `HttpRoute ${this.node.path} takes at most ${max} ${what}, got ${count}; add another HttpRoute`,
      );
  }
}

class ImportedHttpRoute extends ImportedResource implements IHttpRoute {
  toPolicyTargetConfig(): PolicyTargetConfig {
    return referenceTo(this);
  }
}

function toParentRef(parent: IRouteParent, routeNamespace: string): unknown {
  const { group, kind, name, namespace, sectionName }: RouteParentConfig =
    parent.toRouteParentConfig();
  return {
    group,
    kind,
    name,
    namespace: foreignNamespace(namespace, routeNamespace),
    sectionName,
  };
}
