import type { CredentialLocation } from '../policies/credential-location';
import type { IResource } from '../resource';
import { checkSecret, checkSecretNamespace } from '../secret-reference';

const ENTRY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Options of `LlmAuth.fromSecret`. */
export interface LlmSecretOptions {
  /**
   * Which entry of the Secret is the key.
   *
   * @default - `Authorization`, where a `Bearer ` in front of the key is dropped
   */
  readonly key?: string;

  /**
   * Where the provider wants the key: a header, a query parameter or a cookie.
   *
   * @default - where the provider documents it: `x-api-key` for Anthropic, else `Authorization` after `Bearer `
   */
  readonly location?: CredentialLocation;
}

/** Options of `LlmAuth.aws`. */
export interface LlmAwsOptions {
  /**
   * A Secret with the entries `accessKey`, `secretKey` and, for temporary credentials, `sessionToken`.
   *
   * @default - the credentials of the environment that the gateway runs in
   */
  readonly secret?: IResource;

  /**
   * The region that the signature is for.
   *
   * @default - that of the provider
   */
  readonly region?: string;
}

/** Options of `LlmAuth.azure`. */
export interface LlmAzureOptions {
  /**
   * A Secret with a service principal, in the entries `clientID`, `tenantID` and `clientSecret`.
   *
   * @default - the identity of the environment that the gateway runs in
   */
  readonly secret?: IResource;
}

/** Options of `LlmAuth.gcp`. */
export interface LlmGcpOptions {
  /**
   * A Secret with the key file of a service account.
   *
   * @default - the credentials of the environment that the gateway runs in
   */
  readonly secret?: IResource;

  /**
   * Which entry of the Secret is the key file.
   *
   * @default - `credentials.json`
   */
  readonly key?: string;
}

/** How the gateway proves to a provider who calls. What the client sent in that place is replaced. */
export class LlmAuth {
  /**
   * An API key in a Secret of the backend's own namespace. Where the Secret is not part of the app, standalone output
   * reads the key from the environment: entry `Authorization` of Secret `openai` is the variable `OPENAI_AUTHORIZATION`,
   * which holds the key alone, without `Bearer `.
   *
   * @example
   * LlmAuth.fromSecret(SecretReference.fromSecretName('openai'))
   */
  public static fromSecret(secret: IResource, options: LlmSecretOptions = {}): LlmAuth {
    checkSecret(secret, 'the source of an API key');
    const { key, location } = options;
    checkEntry(secret, key);
    checkPlace(location);
    const secretRef = { name: secret.name, key };
    return new LlmAuth({ secretRef, location: location?._toKube() }, secret);
  }

  /** The credential with which the client itself was let in, for clients that have keys of the provider. */
  public static passthrough(): LlmAuth {
    return new LlmAuth({ passthrough: {} });
  }

  /** Requests are signed for AWS (SigV4), as Bedrock wants it. */
  public static aws(options: LlmAwsOptions = {}): LlmAuth {
    const { secret, region } = options;
    return new LlmAuth({ aws: { secretRef: nameOf(secret, 'AWS'), region } }, secret);
  }

  /** Tokens of Microsoft Entra. */
  public static azure(options: LlmAzureOptions = {}): LlmAuth {
    const { secret } = options;
    return new LlmAuth({ azure: { secretRef: nameOf(secret, 'Azure') } }, secret);
  }

  /** Tokens of Google Cloud. */
  public static gcp(options: LlmGcpOptions = {}): LlmAuth {
    const { secret, key } = options;
    if (key !== undefined && !secret)
      throw new Error(`LlmAuth.gcp has \`key\` "${key}" of no Secret; give \`secret\` as well`);
    if (secret) checkEntry(secret, key);
    const reference = nameOf(secret, 'Google Cloud');
    return new LlmAuth({ gcp: { secretRef: reference && { ...reference, key } } }, secret);
  }

  private constructor(
    private readonly fragment: object,
    private readonly secret?: IResource,
  ) {}

  /** @internal */
  public _checkReadable(namespace: string, reader: string): void {
    if (this.secret) checkSecretNamespace(this.secret, namespace, reader);
  }

  /** @internal */
  public _toKube(): object {
    return this.fragment;
  }
}

function nameOf(secret: IResource | undefined, owner: string): { name: string } | undefined {
  if (!secret) return undefined;
  checkSecret(secret, `the source of credentials for ${owner}`);
  return { name: secret.name };
}

function checkEntry(secret: IResource, key: string | undefined): void {
  if (key === undefined || ENTRY.test(key)) return;
  throw new Error(
    `entry "${key}" of Secret \`${secret.name}\` must have 1 to 253 letters, digits, "-", "_" and "."`,
  );
}

function checkPlace(location: CredentialLocation | undefined): void {
  if (!location || !('expression' in (location._toKube() as object))) return;
  throw new Error(
    'an API key is put into a header, a query parameter or a cookie, not into an expression; write for example CredentialLocation.header("x-api-key")',
  );
}
