import type { Construct } from 'constructs';
import { AGENTGATEWAY_BACKEND, SERVICE } from '../api-kinds';
import { ImportedResource } from '../imported-resource';
import { referenceTo } from '../object-reference';
import type { IPolicyTarget, PolicyTargetConfig } from '../policies/policy-target';
import { type IResource, Resource, type ResourceProps } from '../resource';
import type { BackendRefConfig, IBackend, RouteAnswerConfig } from '../route-answer';
import { ServiceBackend, type ServiceBackendOptions } from './service';

/** Properties of `Backend`. */
export interface BackendProps extends ResourceProps {
  /** `spec` as the API has it. */
  readonly spec: { readonly [field: string]: unknown };
}

/** Options of `Backend.fromServiceName`. */
export interface ServiceNameOptions extends ServiceBackendOptions {
  /**
   * Namespace of the Service.
   *
   * @default - the namespace of the chart that refers to it
   */
  readonly namespace?: string;
}

/** Options of `Backend.fromBackendName`. */
export interface BackendImportOptions {
  /**
   * Namespace of the AgentgatewayBackend.
   *
   * @default - the namespace of the chart that refers to it
   */
  readonly namespace?: string;
}

/**
 * What a route can send to: an AgentgatewayBackend with a `spec` as the API has it, for what has no class of its own. Its
 * factories refer to Services and to backends that others own.
 */
export class Backend extends Resource implements IBackend, IPolicyTarget {
  /**
   * A port of a Service: of any cdk8s-plus version, or a plain `ApiObject`.
   *
   * @example
   * Backend.fromService(service, { port: 8000 })
   */
  public static fromService(service: IResource, options: ServiceBackendOptions): ServiceBackend {
    return new ServiceBackend(service, options.port);
  }

  /**
   * A port of a Service that this app does not own.
   *
   * @param name name of the Service in the cluster
   */
  public static fromServiceName(
    scope: Construct,
    id: string,
    name: string,
    options: ServiceNameOptions,
  ): ServiceBackend {
    const service = new ImportedResource(scope, id, { ...SERVICE, ...options, name });
    return new ServiceBackend(service, options.port);
  }

  /**
   * An AgentgatewayBackend that this app does not own.
   *
   * @param name name of the AgentgatewayBackend in the cluster
   */
  public static fromBackendName(
    scope: Construct,
    id: string,
    name: string,
    options: BackendImportOptions = {},
  ): IBackend {
    const backend = new ImportedResource(scope, id, { ...AGENTGATEWAY_BACKEND, ...options, name });
    return new ImportedBackend(backend);
  }

  private readonly spec: { readonly [field: string]: unknown };

  constructor(scope: Construct, id: string, props: BackendProps) {
    super(scope, id, { ...AGENTGATEWAY_BACKEND, metadata: props.metadata });
    this.spec = props.spec;
  }

  public toBackendRefConfig(): BackendRefConfig {
    return referenceTo(this);
  }

  public toRouteAnswerConfig(): RouteAnswerConfig {
    return { backends: [{ backend: this }] };
  }

  public toPolicyTargetConfig(): PolicyTargetConfig {
    return referenceTo(this);
  }

  /** @internal */
  public _toKube(): unknown {
    return this.spec;
  }
}

class ImportedBackend implements IBackend, IPolicyTarget {
  constructor(private readonly backend: IResource) {}

  toBackendRefConfig(): BackendRefConfig {
    return referenceTo(this.backend);
  }

  toRouteAnswerConfig(): RouteAnswerConfig {
    return { backends: [{ backend: this }] };
  }

  toPolicyTargetConfig(): PolicyTargetConfig {
    return referenceTo(this.backend);
  }
}
