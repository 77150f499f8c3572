/** Gateway API's own bound. */
const MAX_LENGTH = 1024;

/** What becomes of a request's path. */
export class PathRewrite {
  /** Replaces the whole path. The query stays. */
  public static full(path: string): PathRewrite {
    return new PathRewrite('ReplaceFullPath', 'replaceFullPath', path);
  }

  /**
   * Replaces the prefix that the rule matched, so every match of the rule must be a path prefix.
   *
   * @param prefix for example `/v2`: with a match of `/api`, `/api/users` becomes `/v2/users`
   */
  public static prefix(prefix: string): PathRewrite {
    return new PathRewrite('ReplacePrefixMatch', 'replacePrefixMatch', prefix);
  }

  private constructor(
    private readonly type: string,
    private readonly field: string,
    private readonly path: string,
  ) {
    if (!path.startsWith('/') || path.length > MAX_LENGTH)
      throw new Error(
        `path "${path}" must start with "/" and have at most ${MAX_LENGTH} characters`,
      );
  }

  /** @internal */
  public get _needsPrefix(): boolean {
    return this.type === 'ReplacePrefixMatch';
  }

  /** @internal */
  public _toKube(): unknown {
    return { type: this.type, [this.field]: this.path };
  }
}
