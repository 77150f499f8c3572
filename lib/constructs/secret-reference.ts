import { SECRET } from './api-kinds';
import { checkDnsName } from './dns-name';
import { groupOf, namespaceOf } from './object-reference';
import type { IResource, IResourceMetadata } from './resource';

/** Options of `SecretReference.fromSecretName`. */
export interface SecretReferenceOptions {
  /**
   * Namespace of the Secret.
   *
   * @default - the namespace of whoever refers to it
   */
  readonly namespace?: string;
}

/** A Secret that this app does not own. */
export class SecretReference implements IResource {
  /**
   * @param name name of the Secret in the cluster
   */
  public static fromSecretName(
    name: string,
    options: SecretReferenceOptions = {},
  ): SecretReference {
    checkDnsName(name, 'name of the Secret');
    const { namespace } = options;
    return new SecretReference(name, namespace === undefined ? undefined : { namespace });
  }

  /** Group and version of Secrets. */
  public readonly apiVersion: string = SECRET.apiVersion;
  /** Kind of Secrets. */
  public readonly kind: string = SECRET.kind;

  private constructor(
    /** Name of the Secret in the cluster. */
    public readonly name: string,
    /** Where the Secret lives; undefined where that is the namespace of whoever refers to it. */
    public readonly metadata?: IResourceMetadata,
  ) {}
}

/** Throws unless it is a Secret. `use` says what it should hold. */
export function checkSecret(secret: IResource, use: string): void {
  if (secret.kind === SECRET.kind && groupOf(secret.apiVersion) === '') return;
  throw new Error(`${use} must be a Secret, got ${secret.kind} \`${secret.name}\``);
}

/** Throws where a Secret would be looked for in a namespace in which it is not. */
export function checkSecretNamespace(secret: IResource, namespace: string, reader: string): void {
  const own = namespaceOf(secret);
  if (own === undefined || own === namespace) return;
  throw new Error(
    `Secret \`${secret.name}\` is in namespace \`${own}\`, but ${reader} reads Secrets of its own namespace \`${namespace}\` only; create the Secret there, for example with metadata: { namespace: '${namespace}' }`,
  );
}
