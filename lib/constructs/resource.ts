import { ApiObject, type ApiObjectMetadata, type ApiObjectMetadataDefinition, Lazy } from 'cdk8s';
import { Construct } from 'constructs';

/** Properties of every construct that stands for one Kubernetes object. */
export interface ResourceProps {
  /**
   * Metadata of the object.
   *
   * @default - a name made from the construct's path, and the chart's namespace and labels
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * Any Kubernetes object, whoever wrote it: the constructs of this library, those of every cdk8s-plus version, and a plain
 * `ApiObject` all fit.
 */
export interface IResource {
  /** Name of the object in the cluster. */
  readonly name: string;
  /** Group and version, for example `gateway.networking.k8s.io/v1`, or `v1` for the core group. */
  readonly apiVersion: string;
  /** Kind, for example `Service`. */
  readonly kind: string;
  /**
   * Where the object lives.
   *
   * @default - not known, as for an object that was imported by its name
   */
  readonly metadata?: IResourceMetadata;
}

/** The part of an object's metadata that references need. */
export interface IResourceMetadata {
  /** @default - the object is created in the namespace `default` */
  readonly namespace?: string;
}

/** @internal */
export interface ResourceOptions {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: ApiObjectMetadata;
}

/** A construct that stands for one Kubernetes object, which is its child `Resource`. */
export abstract class Resource extends Construct implements IResource {
  /** The object that is synthesized. */
  protected readonly apiObject: ApiObject;

  /** @internal */
  constructor(scope: Construct, id: string, options: ResourceOptions) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      ...options,
      spec: Lazy.any({ produce: () => this._toKube() }),
    });
  }

  /** Name of the object in the cluster. */
  public get name(): string {
    return this.apiObject.name;
  }

  /** Group and version of the object. */
  public get apiVersion(): string {
    return this.apiObject.apiVersion;
  }

  /** Kind of the object. */
  public get kind(): string {
    return this.apiObject.kind;
  }

  /** Metadata of the object, to which labels and annotations can be added. */
  public get metadata(): ApiObjectMetadataDefinition {
    return this.apiObject.metadata;
  }

  /**
   * The object's `spec` as plain JSON.
   *
   * @internal
   */
  public abstract _toKube(): unknown;
}
