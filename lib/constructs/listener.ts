import { AllowedRoutes } from './allowed-routes';
import { checkDnsName } from './dns-name';
import { checkHostname } from './hostname';
import { foreignNamespace, type ObjectReference, referenceTo } from './object-reference';
import { checkPort } from './port';
import type { IResource } from './resource';
import { checkSecret } from './secret-reference';

/** Options of `Listener.http`. */
export interface HttpListenerOptions {
  /**
   * Name of the listener, unique in its Gateway.
   *
   * @default - the protocol in lower case: `http`, `https`
   */
  readonly name?: string;

  /**
   * Port on which the Gateway listens.
   *
   * @default - 80, for HTTPS 443
   */
  readonly port?: number;

  /**
   * The host that requests must ask for, exact or like `*.example.com`.
   *
   * @default - any host
   */
  readonly hostname?: string;

  /**
   * From which namespaces routes may attach.
   *
   * @default AllowedRoutes.same()
   */
  readonly allowedRoutes?: AllowedRoutes;
}

/** Options of `Listener.https`. */
export interface HttpsListenerOptions extends HttpListenerOptions {
  /**
   * The Secret that holds the certificate and its key (`tls.crt`, `tls.key`). In another namespace than the Gateway's it
   * needs a `ReferenceGrant` there.
   */
  readonly certificate: IResource;
}

/** A port, protocol and hostname on which a Gateway takes requests. */
export class Listener {
  /** Plain HTTP/1.1 and HTTP/2 (h2c). */
  public static http(options: HttpListenerOptions = {}): Listener {
    return new Listener('HTTP', options, 80);
  }

  /** HTTP/1.1 and HTTP/2 over TLS, which ends at the Gateway. */
  public static https(options: HttpsListenerOptions): Listener {
    const { certificate } = options;
    checkSecret(certificate, 'certificate of a listener');
    return new Listener('HTTPS', options, 443, certificate);
  }

  /** Name of the listener, unique in its Gateway. */
  public readonly name: string;
  /** Port on which the Gateway listens. */
  public readonly port: number;
  /** The host that requests must ask for; undefined for any. */
  public readonly hostname?: string;
  private readonly allowedRoutes: AllowedRoutes;

  private constructor(
    private readonly protocol: 'HTTP' | 'HTTPS',
    options: HttpListenerOptions,
    defaultPort: number,
    private readonly certificate?: IResource,
  ) {
    this.name = options.name ?? protocol.toLowerCase();
    this.port = options.port ?? defaultPort;
    this.hostname = options.hostname;
    this.allowedRoutes = options.allowedRoutes ?? AllowedRoutes.same();
    checkDnsName(this.name, 'listener name');
    checkPort(this.port, `port of listener \`${this.name}\``);
    if (this.hostname !== undefined)
      checkHostname(this.hostname, `hostname of listener \`${this.name}\``);
  }

  /**
   * Why both cannot stand in one Gateway, if so.
   *
   * @internal
   */
  public _conflictWith(other: Listener): string | undefined {
    if (this.name === other.name)
      return `listener name \`${this.name}\` is taken; give one of them another \`name\``;
    if (this.port !== other.port) return undefined;
    if (this.protocol !== other.protocol)
      return `listeners \`${other.name}\` and \`${this.name}\` speak ${other.protocol} and ${this.protocol} on port ${this.port}; give one of them another \`port\``;
    if (this.hostname !== other.hostname) return undefined;
    return `listeners \`${other.name}\` and \`${this.name}\` both take ${this.hostname ?? 'every host'} on port ${this.port}; give one of them another \`hostname\` or \`port\``;
  }

  /** @internal */
  public get _allowedRoutes(): AllowedRoutes {
    return this.allowedRoutes;
  }

  /** @internal */
  public get _certificate(): ObjectReference | undefined {
    return this.certificate && referenceTo(this.certificate);
  }

  /** @internal */
  public _toKube(gatewayNamespace: string): unknown {
    return {
      name: this.name,
      port: this.port,
      protocol: this.protocol,
      hostname: this.hostname,
      tls: this.tls(gatewayNamespace),
      allowedRoutes: this.allowedRoutes._toKube(),
    };
  }

  private tls(gatewayNamespace: string): unknown {
    const secret = this._certificate;
    if (!secret) return undefined;
    const namespace = foreignNamespace(secret.namespace, gatewayNamespace);
    return { mode: 'Terminate', certificateRefs: [{ ...secret, namespace }] };
  }
}
