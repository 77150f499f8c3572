import { SERVICE } from '../api-kinds';
import { groupOf, type ObjectReference, referenceTo } from '../object-reference';
import { checkPort } from '../port';
import type { IResource } from '../resource';
import type { IBackend } from '../route-answer';
import { toBackendRef } from '../route-filter';

const MAX_URL = 1_024;
const HTTP_URL = /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/;
const PATH = /^https?:\/\/[^/?#]+\//;

/** Options of `ExtAuthService.fromService`. */
export interface ExtAuthServiceOptions {
  /** Port of the Service. */
  readonly port: number;
}

/** Options of `ExtAuthService.fromServiceName`. */
export interface ExtAuthServiceNameOptions extends ExtAuthServiceOptions {
  /**
   * Namespace of the Service.
   *
   * @default - the namespace of the policy
   */
  readonly namespace?: string;
}

/** Who decides: a service that the gateway asks. One of another namespace may need a ReferenceGrant there. */
export class ExtAuthService {
  /**
   * A Service: of any cdk8s-plus version, or a plain `ApiObject`.
   *
   * @example
   * ExtAuthService.fromService(service, { port: 9000 })
   */
  public static fromService(service: IResource, options: ExtAuthServiceOptions): ExtAuthService {
    if (service.kind !== SERVICE.kind || groupOf(service.apiVersion) !== '')
      throw new Error(
        `ExtAuthService.fromService takes a Service, got ${service.kind} \`${service.name}\``,
      );
    return ExtAuthService.ofPort(referenceTo(service), options.port);
  }

  /**
   * A Service that this app does not own.
   *
   * @param name name of the Service in the cluster
   */
  public static fromServiceName(name: string, options: ExtAuthServiceNameOptions): ExtAuthService {
    const { namespace, port } = options;
    return ExtAuthService.ofPort({ group: '', kind: SERVICE.kind, name, namespace }, port);
  }

  /** A backend, such as a `StaticBackend`. */
  public static fromBackend(backend: IBackend): ExtAuthService {
    return new ExtAuthService((policyNamespace) => ({
      backendRef: toBackendRef(backend.toBackendRefConfig(), policyNamespace),
    }));
  }

  /**
   * A service that is no object of the cluster.
   *
   * @param url for example `http://authz.example.com:9000`; a path is for `ExtAuthProtocol.http` only, where every check
   * goes to it
   */
  public static fromUrl(url: string): ExtAuthService {
    if (url.length > MAX_URL || !HTTP_URL.test(url))
      throw new Error(
        `URL of an authorization service ${shown(url)} must be http or https, without query, fragment and credentials, and have at most ${MAX_URL} characters; write for example "http://authz.example.com:9000"`,
      );
    return new ExtAuthService(() => ({ url }), PATH.test(url));
  }

  private static ofPort(service: ObjectReference, port: number): ExtAuthService {
    checkPort(port, `port of Service \`${service.name}\``);
    return new ExtAuthService((policyNamespace) => ({
      backendRef: toBackendRef({ ...service, port }, policyNamespace),
    }));
  }

  private constructor(
    private readonly place: (policyNamespace: string) => object,
    /** @internal */
    public readonly _hasPath: boolean = false,
  ) {}

  /** @internal */
  public _toKube(policyNamespace: string): object {
    return this.place(policyNamespace);
  }
}

/** Without what may be a password in it. */
function shown(url: string): string {
  return url.includes('@') || url.length > MAX_URL ? '' : `"${url}"`;
}
