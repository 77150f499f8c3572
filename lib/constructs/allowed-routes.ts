/** From which namespaces routes may attach to a listener. */
export class AllowedRoutes {
  /** Routes in the Gateway's own namespace. */
  public static same(): AllowedRoutes {
    return new AllowedRoutes('Same');
  }

  /** Routes in every namespace: whoever may create a route there may use the listener's hostnames. */
  public static all(): AllowedRoutes {
    return new AllowedRoutes('All');
  }

  /**
   * Routes in the namespaces that carry all these labels.
   *
   * @param labels for example `{ 'gateway-access': 'true' }`
   */
  public static selector(labels: { readonly [key: string]: string }): AllowedRoutes {
    if (Object.keys(labels).length === 0)
      throw new Error(
        'AllowedRoutes.selector needs at least one label; write AllowedRoutes.all() to allow every namespace',
      );
    return new AllowedRoutes('Selector', { ...labels });
  }

  private constructor(
    private readonly from: 'Same' | 'All' | 'Selector',
    private readonly labels: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * Whether routes of a namespace may attach. Where its labels are not known, they may.
   *
   * @internal
   */
  public _admits(
    route: string,
    gateway: string,
    labels: Readonly<Record<string, string>> | undefined,
  ): boolean {
    if (this.from === 'All') return true;
    if (this.from === 'Same') return route === gateway;
    return !labels || Object.entries(this.labels).every(([key, value]) => labels[key] === value);
  }

  /** @internal */
  public _describe(): string {
    if (this.from !== 'Selector') return `from: ${this.from}`;
    const labels = Object.entries(this.labels).map(([key, value]) => `${key}=${value}`);
    return `from: Selector ${labels.join(',')}`;
  }

  /** @internal */
  public _toKube(): unknown {
    const selector = this.from === 'Selector' ? { matchLabels: this.labels } : undefined;
    return { namespaces: { from: this.from, selector } };
  }
}
