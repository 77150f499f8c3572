import { Endpoint } from './endpoint';

/** What has yet to be there before requests may come; empty when everything is. */
export class Readiness {
  readonly #pending: Set<string>;

  constructor(pending: Iterable<string>) {
    this.#pending = new Set(pending);
  }

  ready(part: string): void {
    this.#pending.delete(part);
  }

  notReady(part: string): void {
    this.#pending.add(part);
  }

  get pending(): readonly string[] {
    return [...this.#pending];
  }
}

/** `/healthz/ready`: 200 `ready`, or 500 with what is missing. */
export function readinessEndpoint(
  readiness: Readiness,
  alsoPending: () => readonly string[] = () => [],
): Endpoint {
  return new Endpoint({
    '/healthz/ready': async () => {
      const pending = [...readiness.pending, ...alsoPending()];
      return pending.length === 0
        ? { status: 200, contentType: 'text/plain', body: 'ready\n' }
        : {
            status: 500,
            contentType: 'text/plain',
            body: `not ready, pending: ${pending.join(', ')}\n`,
          };
    },
  });
}
