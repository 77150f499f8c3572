import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import {
  AGENTGATEWAY_BACKEND,
  GATEWAY,
  HTTP_ROUTE,
  REFERENCE_GRANT,
  SECRET,
  SERVICE,
} from './api-kinds';
import {
  chartNamespace,
  describeReference,
  groupOf,
  namespaceOf,
  type ObjectReference,
  referenceTo,
} from './object-reference';
import { type IResource, Resource, type ResourceProps } from './resource';
import { oncePerPass } from './validation-pass';

/** Gateway API's own bound on either list. */
const MAX_ENTRIES = 16;

/** Who may refer across namespaces: the objects of one kind in one namespace. */
export class ReferenceGrantFrom {
  /** The HTTPRoutes of a namespace. */
  public static httpRoutes(namespace: string): ReferenceGrantFrom {
    return ReferenceGrantFrom.kind(HTTP_ROUTE, namespace);
  }

  /** The Gateways of a namespace, which refer to Secrets with certificates. */
  public static gateways(namespace: string): ReferenceGrantFrom {
    return ReferenceGrantFrom.kind(GATEWAY, namespace);
  }

  /**
   * Whatever has this object's kind and namespace: a grant cannot name one referrer alone.
   *
   * @param resource for example an `HttpRoute`
   */
  public static resource(resource: IResource): ReferenceGrantFrom {
    const namespace = namespaceOf(resource);
    if (namespace === undefined)
      throw new Error(
        `the namespace of ${resource.kind} \`${resource.name}\` is not known; write for example ReferenceGrantFrom.httpRoutes('shop')`,
      );
    return ReferenceGrantFrom.kind(resource, namespace);
  }

  private static kind(
    { apiVersion, kind }: { apiVersion: string; kind: string },
    namespace: string,
  ) {
    return new ReferenceGrantFrom(groupOf(apiVersion), kind, namespace);
  }

  private constructor(
    private readonly group: string,
    private readonly kind: string,
    private readonly namespaceName: string,
  ) {}

  /** @internal */
  public _toKube(): unknown {
    return { group: this.group, kind: this.kind, namespace: this.namespaceName };
  }
}

/** What may be referred to across namespaces: one object, or all of a kind in the grant's namespace. */
export class ReferenceGrantTo {
  /** All Services. */
  public static services(): ReferenceGrantTo {
    return new ReferenceGrantTo('', SERVICE.kind);
  }

  /** All Secrets. */
  public static secrets(): ReferenceGrantTo {
    return new ReferenceGrantTo('', SECRET.kind);
  }

  /** All AgentgatewayBackends. */
  public static backends(): ReferenceGrantTo {
    const { apiVersion, kind } = AGENTGATEWAY_BACKEND;
    return new ReferenceGrantTo(groupOf(apiVersion), kind);
  }

  /** One object, for example a Service. */
  public static resource(resource: IResource): ReferenceGrantTo {
    const { group, kind, name, namespace } = referenceTo(resource);
    return new ReferenceGrantTo(group, kind, name, namespace);
  }

  private constructor(
    private readonly group: string,
    private readonly kind: string,
    private readonly name?: string,
    private readonly namespaceName?: string,
  ) {}

  /** @internal */
  public get _namespace(): string | undefined {
    return this.namespaceName;
  }

  /** @internal */
  public _toKube(): unknown {
    return { group: this.group, kind: this.kind, name: this.name };
  }
}

/** Properties of `ReferenceGrant`. */
export interface ReferenceGrantProps extends ResourceProps {
  /** Who may refer. */
  readonly from: ReferenceGrantFrom[];
  /** What they may refer to, in the grant's namespace. */
  readonly to: ReferenceGrantTo[];
}

/**
 * Allows references from other namespaces. It is created in the namespace of the objects that it opens: where `to` names
 * objects, in theirs, unless `metadata.namespace` says otherwise.
 */
export class ReferenceGrant extends Resource {
  private readonly from: ReferenceGrantFrom[];
  private readonly to: ReferenceGrantTo[];

  constructor(scope: Construct, id: string, props: ReferenceGrantProps) {
    super(scope, id, { ...REFERENCE_GRANT, metadata: grantMetadata(scope, id, props) });
    checkEntries(props.from.length, `\`from\` of ReferenceGrant ${this.node.path}`);
    checkEntries(props.to.length, `\`to\` of ReferenceGrant ${this.node.path}`);
    this.from = [...props.from];
    this.to = [...props.to];
  }

  /** @internal */
  public _toKube(): unknown {
    return {
      from: this.from.map((from) => from._toKube()),
      to: this.to.map((to) => to._toKube()),
    };
  }
}

/**
 * What is wrong with a reference that leaves its namespace without a grant, or undefined where nothing is.
 *
 * @internal
 */
export function ungranted(from: IResource & IConstruct, to: ObjectReference): string | undefined {
  const source = referenceTo(from);
  if (to.namespace === undefined || to.namespace === source.namespace) return undefined;
  const grants = oncePerPass(from, grantsOf).get(to.namespace) ?? [];
  if (grants.some((grant) => grant.allows(source, to))) return undefined;
  return (
    `${describeReference(to)} is in another namespace, and no ReferenceGrant in this app lets ` +
    `${source.kind}s of \`${source.namespace}\` refer to it; add new ReferenceGrant(this, 'Grant', ` +
    `{ metadata: { namespace: '${to.namespace}' }, from: [ReferenceGrantFrom.resource(…)], to: [ReferenceGrantTo.resource(…)] })`
  );
}

/** The namespace of the objects that the grant opens. */
function grantMetadata(scope: Construct, id: string, props: ReferenceGrantProps) {
  const namespaces = new Set(props.to.flatMap((to) => to._namespace ?? []));
  const path = [scope.node.path, id].join('/');
  if (namespaces.size > 1)
    throw new Error(
      `ReferenceGrant ${path} opens objects in several namespaces (${[...namespaces].join(', ')}); write one grant for each`,
    );
  const [namespace] = namespaces;
  const chosen = props.metadata?.namespace;
  if (namespace === undefined || namespace === (chosen ?? chartNamespace(scope)))
    return props.metadata;
  if (chosen !== undefined)
    throw new Error(
      `ReferenceGrant ${path} is in namespace \`${chosen}\`, but what it opens is in \`${namespace}\`; leave metadata.namespace out`,
    );
  return { ...props.metadata, namespace };
}

function checkEntries(count: number, field: string): void {
  if (count >= 1 && count <= MAX_ENTRIES) return;
  throw new Error(`${field} must have 1 to ${MAX_ENTRIES} entries, got ${count}`);
}

/** A grant as it is synthesized, so that plain ApiObjects and JSON patches count as well. */
class Grant {
  constructor(
    private readonly from: readonly Partial<ObjectReference>[],
    private readonly to: readonly Partial<ObjectReference>[],
  ) {}

  allows(source: ObjectReference, target: ObjectReference): boolean {
    return (
      this.from.some(
        ({ group, kind, namespace }) =>
          group === source.group && kind === source.kind && namespace === source.namespace,
      ) &&
      this.to.some(
        ({ group, kind, name }) =>
          group === target.group && kind === target.kind && (!name || name === target.name),
      )
    );
  }
}

function grantsOf(constructs: readonly IConstruct[]): ReadonlyMap<string, Grant[]> {
  const grants = new Map<string, Grant[]>();
  for (const construct of constructs) {
    if (!ApiObject.isApiObject(construct) || construct.kind !== REFERENCE_GRANT.kind) continue;
    const { spec } = construct.toJson() as { spec?: { from?: []; to?: [] } };
    const namespace = namespaceOf(construct) as string;
    const grant = new Grant(spec?.from ?? [], spec?.to ?? []);
    const others = grants.get(namespace);
    if (others) others.push(grant);
    else grants.set(namespace, [grant]);
  }
  return grants;
}
