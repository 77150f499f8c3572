import type { Construct } from 'constructs';
import type { Phase } from '../../cel/gateway/phase';
import { AGENTGATEWAY_BACKEND, GATEWAY, SERVICE } from '../api-kinds';
import { chartNamespace } from '../object-reference';
import type { ResourceProps } from '../resource';
import {
  type ExtAuthEntry,
  type ExtAuthOptions,
  type ExtAuthPlace,
  renderCheck,
} from './ext-auth-check';
import { replacedProblems } from './ext-auth-levels';
import type { ExtAuthProtocol } from './ext-auth-protocol';
import type { ExtAuthService } from './ext-auth-service';
import { Policy, PolicyPhase } from './policy';
import type { IPolicyTarget, PolicyTargetConfig } from './policy-target';

const MAX_ENTRIES = 16;

/** Tell who reads the manifests what is meant: that policies below replace this one, that some requests pass unchecked. */
const OVERRIDABLE_ANNOTATION = 'cdk8s-agentgateway/overridable';
const UNMATCHED_ANNOTATION = 'cdk8s-agentgateway/allow-unmatched';

/** Properties of `ExtAuth`: `service` and `protocol`, or `conditional`. */
export interface ExtAuthProps extends ResourceProps, ExtAuthOptions {
  /** The Gateway, listener, route, rule or backend whose requests are checked. */
  readonly target: IPolicyTarget;

  /**
   * Who decides.
   *
   * @default - none; give `conditional` then
   */
  readonly service?: ExtAuthService;

  /**
   * How the service is asked.
   *
   * @default - none; give `conditional` then
   */
  readonly protocol?: ExtAuthProtocol;

  /**
   * Different checks for different requests: the first whose condition holds is made.
   *
   * @default - `service` and `protocol`, for every request
   */
  readonly conditional?: ExtAuthEntry[];

  /**
   * Whether requests that no entry of `conditional` is for pass unchecked, those included for which a condition cannot be
   * evaluated.
   *
   * @default false
   */
  readonly allowUnmatched?: boolean;

  /**
   * Whether policies on routes replace one on a Gateway or a listener, rather than being checked in addition.
   *
   * @default false
   */
  readonly overridable?: boolean;
}

/**
 * A service of yours decides which requests pass. On a Gateway or a listener it runs before a route is chosen, so that one
 * on a route is in addition: a request must pass both.
 *
 * @example
 * new ExtAuth(this, 'ExtAuth', {
 *   target: gateway,
 *   service: ExtAuthService.fromService(authz, { port: 9000 }),
 *   protocol: ExtAuthProtocol.grpc(),
 * });
 */
export class ExtAuth extends Policy {
  constructor(scope: Construct, id: string, props: ExtAuthProps) {
    const { metadata, target, overridable } = props;
    const owner = `ExtAuth ${[scope.node.path, id].filter(Boolean).join('/')}`;
    const config = target.toPolicyTargetConfig();
    const place = placeOf(config, overridable, owner);
    const namespace = config.namespace ?? metadata?.namespace ?? chartNamespace(scope);
    const extAuth = render(props, { owner, namespace, phase: place.expressions });
    super(scope, id, {
      metadata,
      target,
      [place.block]: { extAuth },
      phase: place.phase,
    });
    if (overridable) this.metadata.addAnnotation(OVERRIDABLE_ANNOTATION, 'true');
    if (props.allowUnmatched) this.metadata.addAnnotation(UNMATCHED_ANNOTATION, 'true');
    if (place.phase === PolicyPhase.PRE_ROUTING)
      this.node.addValidation({ validate: () => replacedProblems(this) });
  }

  /** @internal */
  protected override get _yielding(): string {
    return `set \`overridable: true\` on ${this.node.path}`;
  }
}

interface Place {
  readonly block: 'traffic' | 'backend';
  readonly phase?: PolicyPhase;
  readonly expressions: Phase;
}

const BACKENDS = [SERVICE.kind, AGENTGATEWAY_BACKEND.kind];

function placeOf(
  { kind }: PolicyTargetConfig,
  overridable: boolean | undefined,
  owner: string,
): Place {
  if (overridable !== undefined && kind !== GATEWAY.kind)
    throw new Error(
      `${owner} has \`overridable\`, which concerns policies on a Gateway or a listener; leave it out`,
    );
  if (BACKENDS.includes(kind)) return { block: 'backend', expressions: 'backend' };
  if (kind !== GATEWAY.kind || overridable) return { block: 'traffic', expressions: 'route' };
  return { block: 'traffic', phase: PolicyPhase.PRE_ROUTING, expressions: 'gateway' };
}

function render(props: ExtAuthProps, place: ExtAuthPlace): object {
  const { service, protocol, failureMode, forwardBody, cache, conditional } = props;
  if (conditional) return renderConditional(props, conditional, place);
  if (!service || !protocol)
    throw new Error(
      `${place.owner} does not say who decides; give it \`service\` and \`protocol\`, or \`conditional\``,
    );
  if (props.allowUnmatched !== undefined)
    throw new Error(
      `${place.owner} has \`allowUnmatched\`, which concerns \`conditional\`; leave it out`,
    );
  return renderCheck({ service, protocol, failureMode, forwardBody, cache }, place);
}

function renderConditional(
  { allowUnmatched = false, ...props }: ExtAuthProps,
  entries: readonly ExtAuthEntry[],
  place: ExtAuthPlace,
): object {
  const beside = OF_ENTRIES.filter((field) => props[field] !== undefined);
  if (beside.length > 0)
    throw new Error(
      `${place.owner} has \`${beside[0]}\` beside \`conditional\`, whose entries each have their own; keep one`,
    );
  if (place.phase === 'backend')
    throw new Error(
      `${place.owner} has \`conditional\`, which backends do not know; attach it to the routes, or check every request`,
    );
  if (entries.length < 1 || entries.length > MAX_ENTRIES)
    throw new Error(`${place.owner} takes 1 to ${MAX_ENTRIES} entries, got ${entries.length}`);
  checkConditions(entries, allowUnmatched, place);
  return {
    conditional: entries.map((entry) => ({
      condition: entry.condition?._toKube(),
      policy: renderCheck(entry, place),
    })),
  };
}

const OF_ENTRIES = ['service', 'protocol', 'failureMode', 'forwardBody', 'cache'] as const;

function checkConditions(
  entries: readonly ExtAuthEntry[],
  allowUnmatched: boolean,
  { owner }: ExtAuthPlace,
): void {
  const everyone = entries.findIndex(({ condition }) => condition === undefined);
  if (everyone >= 0 && everyone < entries.length - 1)
    throw new Error(
      `entry ${everyone} of ${owner} has no condition, so the entries after it would never be used; move it to the end`,
    );
  if (everyone < 0 && !allowUnmatched)
    throw new Error(
      `${owner} would let requests pass unchecked that no condition is for, or for which one cannot be evaluated; end with an entry without \`condition\`, or say \`allowUnmatched: true\``,
    );
}
