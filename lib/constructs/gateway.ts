import type { Construct } from 'constructs';
import { GATEWAY } from './api-kinds';
import { ImportedResource } from './imported-resource';
import type { Listener } from './listener';
import { namespaceOf, referenceTo } from './object-reference';
import type { IPolicyTarget, PolicyTargetConfig } from './policies/policy-target';
import { ungranted } from './reference-grant';
import { Resource, type ResourceProps } from './resource';
import type { IRouteParent, RouteParentConfig, RouteParentListener } from './route-parent';

/** The class of Gateways that agentgateway runs. */
const AGENTGATEWAY_CLASS = 'agentgateway';

/** Gateway API's own bound. */
const MAX_LISTENERS = 64;

/** A Gateway, ours or one that others own. */
export interface IGateway extends IPolicyTarget, IRouteParent {
  /** Name of the Gateway in the cluster. */
  readonly name: string;

  /**
   * One listener of it, for routes and policies that concern only that one.
   *
   * @param name for example `https`
   */
  listener(name: string): IGatewayListener;
}

/** One listener of a Gateway. */
export interface IGatewayListener extends IPolicyTarget, IRouteParent {
  /** Name of the listener. */
  readonly name: string;
}

/** Properties of `Gateway`. */
export interface GatewayProps extends ResourceProps {
  /**
   * The class, which decides who runs the Gateway.
   *
   * @default 'agentgateway'
   */
  readonly gatewayClassName?: string;

  /**
   * Ports, protocols and hostnames on which it takes requests.
   *
   * @default - none; add at least one with `addListener`
   */
  readonly listeners?: Listener[];
}

/** Options of `Gateway.fromGatewayName`. */
export interface GatewayImportOptions {
  /**
   * Namespace of the Gateway.
   *
   * @default - the namespace of the chart that refers to it
   */
  readonly namespace?: string;

  /**
   * Its listeners, so that attachment of routes can be checked.
   *
   * @default - not known: any listener name is taken, and attachment is not checked
   */
  readonly listeners?: Listener[];
}

/** A Gateway that agentgateway runs: where requests come in. */
export class Gateway extends Resource implements IGateway {
  /**
   * A Gateway that this app does not own. Routes and policies are synthesized for it, but no standalone file: whoever owns
   * it has the rest of it.
   *
   * @param name name of the Gateway in the cluster
   */
  public static fromGatewayName(
    scope: Construct,
    id: string,
    name: string,
    options: GatewayImportOptions = {},
  ): IGateway {
    return new ImportedGateway(scope, id, name, options);
  }

  private readonly gatewayClassName: string;
  private readonly _listeners: Listener[] = [];

  constructor(scope: Construct, id: string, props: GatewayProps = {}) {
    super(scope, id, { ...GATEWAY, metadata: props.metadata });
    this.gatewayClassName = props.gatewayClassName ?? AGENTGATEWAY_CLASS;
    for (const listener of props.listeners ?? []) this.addListener(listener);
    this.node.addValidation({ validate: () => this.validate() });
  }

  /** Ports, protocols and hostnames on which it takes requests. */
  public get listeners(): Listener[] {
    return [...this._listeners];
  }

  /**
   * Takes requests on one more port or hostname.
   *
   * @returns the listener as a target for routes and policies
   * @throws if its name, or its port and hostname, are taken
   */
  public addListener(listener: Listener): IGatewayListener {
    for (const other of this._listeners) {
      const conflict = listener._conflictWith(other);
      if (conflict) throw new Error(`Gateway ${this.node.path}: ${conflict}`);
    }
    if (this._listeners.length === MAX_LISTENERS)
      throw new Error(
        `Gateway ${this.node.path} has ${MAX_LISTENERS} listeners, the most that one may have; add \`${listener.name}\` to another Gateway`,
      );
    this._listeners.push(listener);
    return new GatewayListener(this, listener.name);
  }

  public listener(name: string): IGatewayListener {
    checkListenerName(this, name, this._listeners);
    return new GatewayListener(this, name);
  }

  public toPolicyTargetConfig(): PolicyTargetConfig {
    return referenceTo(this);
  }

  public toRouteParentConfig(): RouteParentConfig {
    return parentConfig(this, this._listeners);
  }

  /** @internal */
  public _toKube(): unknown {
    const namespace = namespaceOf(this) as string;
    return {
      gatewayClassName: this.gatewayClassName,
      listeners: this._listeners.map((listener) => listener._toKube(namespace)),
    };
  }

  private validate(): string[] {
    if (this._listeners.length === 0)
      return ['no listeners; add one, for example gateway.addListener(Listener.http())'];
    return this._listeners.flatMap((listener) => {
      const secret = listener._certificate;
      const problem = secret && ungranted(this, secret);
      return problem ? [`listener \`${listener.name}\`: ${problem}`] : [];
    });
  }
}

class ImportedGateway extends ImportedResource implements IGateway {
  private readonly listeners?: readonly Listener[];

  constructor(scope: Construct, id: string, name: string, options: GatewayImportOptions) {
    super(scope, id, { ...GATEWAY, name, namespace: options.namespace });
    this.listeners = options.listeners;
  }

  listener(name: string): IGatewayListener {
    if (this.listeners) checkListenerName(this, name, this.listeners);
    return new GatewayListener(this, name);
  }

  toPolicyTargetConfig(): PolicyTargetConfig {
    return referenceTo(this);
  }

  toRouteParentConfig(): RouteParentConfig {
    return parentConfig(this, this.listeners);
  }
}

class GatewayListener implements IGatewayListener {
  constructor(
    private readonly gateway: IGateway,
    readonly name: string,
  ) {}

  toPolicyTargetConfig(): PolicyTargetConfig {
    return {
      ...this.gateway.toPolicyTargetConfig(),
      sectionName: this.name,
      parents: [this.gateway],
    };
  }

  toRouteParentConfig(): RouteParentConfig {
    const gateway = this.gateway.toRouteParentConfig();
    return {
      ...gateway,
      sectionName: this.name,
      target: this,
      listeners: gateway.listeners?.filter(({ listener }) => listener.name === this.name),
    };
  }
}

function parentConfig(gateway: IGateway, listeners?: readonly Listener[]): RouteParentConfig {
  const { group, kind, name, namespace } = gateway.toPolicyTargetConfig();
  const parentListener = (listener: Listener): RouteParentListener => ({
    listener,
    target: new GatewayListener(gateway, listener.name),
  });
  return {
    group,
    kind,
    name,
    namespace: namespace as string,
    target: gateway,
    listeners: listeners?.map(parentListener),
  };
}

function checkListenerName(
  gateway: IGateway & Construct,
  name: string,
  listeners: readonly Listener[],
): void {
  if (listeners.some((listener) => listener.name === name)) return;
  const known = listeners.map((listener) => `\`${listener.name}\``).join(', ');
  throw new Error(
    `Gateway ${gateway.node.path} has no listener \`${name}\`; ${known ? `it has ${known}` : 'add it first'}`,
  );
}
