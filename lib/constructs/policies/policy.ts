import type { Construct } from 'constructs';
import { AGENTGATEWAY_POLICY, GATEWAY } from '../api-kinds';
import { chartNamespace } from '../object-reference';
import { Resource, type ResourceProps } from '../resource';
import { type Attachment, policyProblems } from './policy-conflicts';
import { policyFields } from './policy-fields';
import { describeTarget, type IPolicyTarget, type PolicyTargetConfig } from './policy-target';

const MAX_TARGETS = 16;

/** When a traffic policy runs. */
export enum PolicyPhase {
  /** Before a route is chosen, and in addition to what runs after. Only on Gateways and listeners. */
  PRE_ROUTING = 'PreRouting',
  /** Once a route is chosen: of the same field, the policy nearest to the route applies. */
  POST_ROUTING = 'PostRouting',
}

/** What policies below make of a traffic policy's fields. */
export enum PolicyInheritance {
  /** A policy nearer to the route replaces them. */
  DEFAULT = 'Default',
  /** Nothing below replaces them. */
  OVERRIDE = 'Override',
}

/** Properties of `Policy`. */
export interface PolicyProps extends ResourceProps {
  /**
   * What the policy is attached to. It is created in its namespace.
   *
   * @default - none; give `targets` then
   */
  readonly target?: IPolicyTarget;

  /**
   * Further things of the same kind and namespace that it is attached to.
   *
   * @default - only `target`
   */
  readonly targets?: IPolicyTarget[];

  /**
   * `spec.traffic` as the API has it.
   *
   * @default - none
   */
  readonly traffic?: { readonly [field: string]: unknown };

  /**
   * `spec.frontend` as the API has it.
   *
   * @default - none
   */
  readonly frontend?: { readonly [field: string]: unknown };

  /**
   * `spec.backend` as the API has it.
   *
   * @default - none
   */
  readonly backend?: { readonly [field: string]: unknown };

  /**
   * When the fields of `traffic` run.
   *
   * @default - PolicyPhase.POST_ROUTING, as the API has it
   */
  readonly phase?: PolicyPhase;

  /**
   * What policies below make of the fields of `traffic`.
   *
   * @default - PolicyInheritance.DEFAULT, as the API has it
   */
  readonly inheritance?: PolicyInheritance;
}

/** An AgentgatewayPolicy with fields as the API has them, for what has no class of its own. */
export class Policy extends Resource {
  private readonly props: PolicyProps;
  private readonly _targets: readonly IPolicyTarget[];

  constructor(scope: Construct, id: string, props: PolicyProps) {
    const targets = props.target ? [props.target, ...(props.targets ?? [])] : (props.targets ?? []);
    const path = [scope.node.path, id].filter(Boolean).join('/');
    const configs = targets.map((target) => target.toPolicyTargetConfig());
    checkTargets(path, configs);
    super(scope, id, {
      ...AGENTGATEWAY_POLICY,
      metadata: metadataBeside(configs, scope, path, props),
    });
    this.props = props;
    this._targets = targets;
    this.checkBlocks(configs);
    this.node.addValidation({ validate: () => policyProblems(this) });
  }

  /** @internal */
  public get _attachment(): Attachment {
    return {
      targets: this.targetConfigs(),
      fields: policyFields(this.props, this.phase),
      overrides: this.props.inheritance === PolicyInheritance.OVERRIDE,
      yielding: this._yielding,
    };
  }

  /**
   * How to let policies below replace it.
   *
   * @internal
   */
  protected get _yielding(): string {
    return `leave \`inheritance\` out of ${this.node.path}`;
  }

  /** @internal */
  public _toKube(): unknown {
    const { traffic, frontend, backend, phase, inheritance } = this.props;
    return {
      targetRefs: this.targetConfigs().map(({ group, kind, name, sectionName }) => ({
        group,
        kind,
        name,
        sectionName,
      })),
      strategy: inheritance && { inheritance },
      traffic: traffic && (phase ? { ...traffic, phase } : traffic),
      frontend,
      backend,
    };
  }

  private targetConfigs(): PolicyTargetConfig[] {
    return this._targets.map((target) => target.toPolicyTargetConfig());
  }

  private get phase(): string {
    return this.props.phase ?? (this.props.traffic?.phase as string) ?? PolicyPhase.POST_ROUTING;
  }

  /** What the API allows where; the schema says the rest. */
  private checkBlocks([{ kind }]: readonly PolicyTargetConfig[]): void {
    const { traffic, frontend, backend, inheritance } = this.props;
    if (!traffic && !frontend && !backend)
      this.refuse('says nothing', 'give it `traffic`, `frontend` or `backend`');
    if (traffic && NO_TRAFFIC.includes(kind))
      this.refuse(`sets \`traffic\` on a ${kind}`, 'target the route or the Gateway instead');
    if (frontend && kind !== GATEWAY.kind)
      this.refuse(`sets \`frontend\` on a ${kind}`, 'target the Gateway instead');
    if (traffic && this.phase === PolicyPhase.PRE_ROUTING && !PRE_ROUTING.includes(kind))
      this.refuse(
        `runs before routing, but is attached to a ${kind}`,
        'target the Gateway, or leave `phase` out',
      );
    if (inheritance && (!traffic || frontend || backend))
      this.refuse(
        'has `inheritance`, which only policies with nothing but `traffic` may have',
        'split it in two policies',
      );
  }

  private refuse(what: string, hint: string): never {
    throw new Error(`Policy ${this.node.path} ${what}; ${hint}`);
  }
}

const NO_TRAFFIC = ['Service', 'AgentgatewayBackend'];
const PRE_ROUTING = ['Gateway', 'ListenerSet'];

function checkTargets(path: string, targets: readonly PolicyTargetConfig[]): void {
  if (targets.length === 0)
    throw new Error(`Policy ${path} protects nothing; give it a \`target\``);
  if (targets.length > MAX_TARGETS)
    throw new Error(
      `Policy ${path} takes at most ${MAX_TARGETS} targets, got ${targets.length}; add another policy`,
    );
  const [first] = targets;
  for (const target of targets)
    if (target.kind !== first.kind || target.group !== first.group)
      throw new Error(
        `Policy ${path} targets ${describeTarget(first)} and ${describeTarget(target)}; all must be of one kind, so write one policy for each kind`,
      );
  for (const target of targets)
    if (target.namespace !== first.namespace)
      throw new Error(
        `Policy ${path} targets ${describeTarget(first)} and ${describeTarget(target)}; a policy reaches its own namespace only, so write one policy for each`,
      );
}

/** A policy reaches its own namespace only, so it is created beside its targets. */
function metadataBeside(
  [target]: readonly PolicyTargetConfig[],
  scope: Construct,
  path: string,
  { metadata }: PolicyProps,
) {
  const { namespace } = target;
  const own = metadata?.namespace ?? chartNamespace(scope);
  if (namespace === undefined || namespace === own) return metadata;
  if (metadata?.namespace === undefined) return { ...metadata, namespace };
  throw new Error(
    `Policy ${path} is in namespace \`${own}\`, but a policy reaches its own namespace only and ${describeTarget(target)} is not in it; leave metadata.namespace out`,
  );
}
