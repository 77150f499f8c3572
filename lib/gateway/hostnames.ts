/**
 * Looks a host up among exact names, wildcards and "any", most specific first (Gateway API, `hostnames`):
 * `a.b.example.com` asks `a.b.example.com`, `*.b.example.com`, `*.example.com`, `*.com`, then any.
 */
export class HostnameIndex<T> {
  readonly #entries = new Map<string, T>();

  /** `hostname` is exact, `*.suffix`, or empty for any; in lower case. */
  set(hostname: string, entry: T): void {
    this.#entries.set(hostname, entry);
  }

  get(hostname: string): T | undefined {
    return this.#entries.get(hostname);
  }

  some(test: (entry: T) => boolean): boolean {
    return [...this.#entries.values()].some(test);
  }

  /** The first answer of `visit` that is defined, asking the most specific hostname first. */
  find<R>(host: string, visit: (entry: T) => R | undefined): R | undefined {
    const exact = this.#visit(host, visit);
    if (exact !== undefined) return exact;
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = this.#visit(`*${host.slice(dot)}`, visit);
      if (wildcard !== undefined) return wildcard;
    }
    return this.#visit('', visit);
  }

  #visit<R>(hostname: string, visit: (entry: T) => R | undefined): R | undefined {
    const entry = this.#entries.get(hostname);
    return entry === undefined ? undefined : visit(entry);
  }
}
