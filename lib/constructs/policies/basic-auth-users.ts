import type { IResource } from '../resource';
import { checkSecret, checkSecretNamespace } from '../secret-reference';

const MAX_USERS = 256;
const ENTRY = /^[-._a-zA-Z0-9]{1,253}$/;
const HASH =
  /^(\$2[aby]\$\d\d\$[./0-9A-Za-z]{53}|\$apr1\$[^$:]{1,8}\$[./0-9A-Za-z]{22}|\{SHA\}[+/0-9A-Za-z]{27}=)$/;

/** Options of `BasicAuthUsers.fromSecret`. */
export interface SecretUsersOptions {
  /**
   * Which entry of the Secret.
   *
   * @default - `.htaccess`
   */
  readonly key?: string;
}

/** Who may log in with a name and a password. */
export class BasicAuthUsers {
  /** An entry of a Secret with lines as `htpasswd` writes them, `name:hash`. It is read from the policy's own namespace. */
  public static fromSecret(secret: IResource, options: SecretUsersOptions = {}): BasicAuthUsers {
    checkSecret(secret, 'the source of users');
    const { key } = options;
    if (key !== undefined && !ENTRY.test(key))
      throw new Error(
        `entry "${key}" of Secret \`${secret.name}\` must have 1 to 253 letters, digits, "-", "_" and "."`,
      );
    return new BasicAuthUsers({ secretRef: { name: secret.name, key } }, secret);
  }

  /**
   * Lines as `htpasswd` writes them, `name:hash`. Whoever may read the policy reads the hashes: prefer a Secret.
   *
   * @param lines with hashes of bcrypt (`htpasswd -nB alice`), MD5 (apr1) or SHA-1
   */
  public static htpasswd(lines: string[]): BasicAuthUsers {
    if (lines.length < 1 || lines.length > MAX_USERS)
      throw new Error(`BasicAuthUsers.htpasswd takes 1 to ${MAX_USERS} lines, got ${lines.length}`);
    const names = new Set<string>();
    lines.forEach((line, index) => {
      checkLine(line, index, names);
    });
    return new BasicAuthUsers({ users: [...lines] });
  }

  private constructor(
    private readonly source: object,
    private readonly secret?: IResource,
  ) {}

  /** @internal */
  public _checkReadable(namespace: string, reader: string): void {
    if (this.secret) checkSecretNamespace(this.secret, namespace, reader);
  }

  /** @internal */
  public _toKube(): object {
    return this.source;
  }
}

/** Its messages show no line: what should be a hash may be a password. */
function checkLine(line: string, index: number, names: Set<string>): void {
  const colon = line.indexOf(':');
  if (colon < 1)
    throw new Error(
      `line ${index + 1} of htpasswd must be \`name:hash\`, as \`htpasswd -nB alice\` writes it`,
    );
  const name = line.slice(0, colon);
  if (!HASH.test(line.slice(colon + 1)))
    throw new Error(
      `user "${name}" of htpasswd has no hash of bcrypt, MD5 (apr1) or SHA-1; write what \`htpasswd -nB ${name}\` gives`,
    );
  if (names.has(name)) throw new Error(`user "${name}" of htpasswd stands twice; keep one`);
  names.add(name);
}
