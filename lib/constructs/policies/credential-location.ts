import { Cel } from '../cel';
import { checkHeaderName } from '../header-name';

const MAX_NAME = 256;
const MAX_EXPRESSION = 16_384;

/** Options of `CredentialLocation.header`. */
export interface HeaderLocationOptions {
  /**
   * What stands before the credential, with its space: `Bearer `. Its case does not matter; a header without it counts as
   * no credential.
   *
   * @default - nothing: the whole value is the credential
   */
  readonly prefix?: string;
}

/** Where in a request the gateway looks for a credential. Once it is accepted, the backend does not see it. */
export class CredentialLocation {
  /**
   * A header.
   *
   * @example
   * CredentialLocation.header('x-api-key')
   */
  public static header(name: string, options: HeaderLocationOptions = {}): CredentialLocation {
    checkHeaderName(name, 'header of a credential');
    return new CredentialLocation('header', { name, prefix: options.prefix });
  }

  /** A query parameter. It ends up in the logs of whoever forwards the request before the gateway. */
  public static queryParameter(name: string): CredentialLocation {
    checkName(name, 'query parameter');
    return new CredentialLocation('queryParameter', { name });
  }

  /** A cookie. */
  public static cookie(name: string): CredentialLocation {
    checkName(name, 'cookie');
    checkHeaderName(name, 'cookie of a credential');
    return new CredentialLocation('cookie', { name });
  }

  /**
   * A CEL expression. What it reads stays in the request.
   *
   * @param expression for example `request.headers["x-api-key"]`
   */
  public static expression(expression: string): CredentialLocation {
    const { length } = expression.trim();
    if (length < 1 || expression.length > MAX_EXPRESSION)
      throw new Error(
        `expression of a credential must have 1 to ${MAX_EXPRESSION} characters, got ${expression.length}`,
      );
    return new CredentialLocation('expression', Cel.of(expression)._toKube());
  }

  private constructor(
    private readonly variant: 'header' | 'queryParameter' | 'cookie' | 'expression',
    private readonly value: unknown,
  ) {}

  /** @internal */
  public _toKube(): unknown {
    return { [this.variant]: this.value };
  }
}

function checkName(name: string, kind: string): void {
  if (name.length >= 1 && name.length <= MAX_NAME) return;
  throw new Error(
    `${kind} of a credential must have 1 to ${MAX_NAME} characters, got ${name.length}`,
  );
}
