import type { IResource } from '../resource';
import { checkSecret, checkSecretNamespace } from '../secret-reference';

const ENTRY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Options of `ApiKeys.fromSecret`. */
export interface SecretKeysOptions {
  /**
   * The entries of the Secret, each one key, so that standalone output can read them from the environment where the Secret
   * is not part of the app: entry `alice` of Secret `team-keys` is the variable `TEAM_KEYS_ALICE`.
   *
   * @default - not declared: standalone output needs the Secret to be part of the app
   */
  readonly entries?: string[];
}

/** Options of `ApiKeys.fromSecrets` and `ApiKeys.fromConfigMaps`. */
export interface KeySelectorOptions {
  /** Labels that all the objects carry. */
  readonly labels: { readonly [key: string]: string };
}

/** Where the keys are that callers may use. They are read from the policy's own namespace. */
export class ApiKeys {
  /**
   * Every entry of one Secret. An entry is a key as it is, or JSON: `{"key": …}` or `{"keyHash": "sha256:…"}`, with
   * `metadata` that expressions can read.
   */
  public static fromSecret(secret: IResource, options: SecretKeysOptions = {}): ApiKeys {
    checkSecret(secret, 'the source of API keys');
    const { entries = [] } = options;
    checkEntries(secret.name, entries);
    return new ApiKeys({ secretRef: { name: secret.name } }, [...entries], secret);
  }

  /** Every entry of all Secrets with these labels. */
  public static fromSecrets(options: KeySelectorOptions): ApiKeys {
    return new ApiKeys({ secretSelector: { matchLabels: labelsOf(options, 'fromSecrets') } });
  }

  /** Every entry of all ConfigMaps with these labels. An entry is JSON and holds a hash, never a key. */
  public static fromConfigMaps(options: KeySelectorOptions): ApiKeys {
    return new ApiKeys({ configMapSelector: { matchLabels: labelsOf(options, 'fromConfigMaps') } });
  }

  private constructor(
    private readonly source: object,
    private readonly entries: readonly string[] = [],
    private readonly secret?: IResource,
  ) {}

  /** @internal */
  public get _entries(): readonly string[] {
    return this.entries;
  }

  /** @internal */
  public _checkReadable(namespace: string, reader: string): void {
    if (this.secret) checkSecretNamespace(this.secret, namespace, reader);
  }

  /** @internal */
  public _toKube(): object {
    return this.source;
  }
}

function labelsOf({ labels }: KeySelectorOptions, factory: string) {
  if (Object.keys(labels).length > 0) return { ...labels };
  throw new Error(
    `ApiKeys.${factory} without labels would take every object of the namespace for keys; give it at least one label`,
  );
}

function checkEntries(secret: string, entries: readonly string[]): void {
  const variables = new Map<string, string>();
  for (const entry of entries) {
    if (!ENTRY.test(entry))
      throw new Error(
        `entry "${entry}" of Secret \`${secret}\` must have 1 to 253 letters, digits, "-", "_" and "."`,
      );
    const variable = entry.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    const other = variables.get(variable);
    if (other !== undefined)
      throw new Error(
        `entries "${other}" and "${entry}" of Secret \`${secret}\` would be one environment variable in standalone output; rename one`,
      );
    variables.set(variable, entry);
  }
}
