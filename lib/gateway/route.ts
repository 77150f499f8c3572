import type { Upstream } from '../effects';
import type { RequestMetrics } from '../telemetry/metrics';
import type { Backend } from './backends/backend';
import type { RequestPolicy } from './policy';
import type { Router } from './router';

/** A bind as it runs: which listener a host belongs to. */
export interface CompiledBind {
  readonly port: number;
  listenerFor(host: string): CompiledListener | undefined;
  /** For requests that find no listener. */
  readonly metrics: RequestMetrics;
}

export interface CompiledListener {
  readonly name: string;
  /** The gateway phase, in order. */
  readonly policies: readonly RequestPolicy[];
  readonly router: Router<CompiledRoute>;
  /** For requests that end before a route is chosen. */
  readonly metrics: RequestMetrics;
}

export interface CompiledRoute {
  /** `namespace/name`. */
  readonly name: string;
  /** The route phase, in order. */
  readonly policies: readonly RequestPolicy[];
  /** From the start of the route phase to the head of the answer. @default - no limit */
  readonly requestTimeoutMs: number | undefined;
  /** Per try. @default - no limit */
  readonly backendTimeoutMs: number | undefined;
  readonly retry: CompiledRetry | undefined;
  readonly mirrors: readonly CompiledMirror[];
  readonly backends: readonly CompiledBackend[];
  readonly totalWeight: number;
  /** For requests that end before a backend is chosen. */
  readonly metrics: RequestMetrics;
}

export interface CompiledRetry {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly codes: ReadonlySet<number>;
}

export interface CompiledMirror {
  /** From 0 to 1: how many of the requests. */
  readonly share: number;
  readonly upstream: Upstream;
  /** The name that the upstream is asked by. @default - it is known by an address only */
  readonly hostname: string | undefined;
}

export interface CompiledBackend {
  readonly weight: number;
  /** @default - the reference does not resolve: its share is answered 500 */
  readonly backend: Backend | undefined;
  /** The backend phase, as far as it is for all of its endpoints. */
  readonly policies: readonly RequestPolicy[];
  /** For requests that end before an endpoint of it is chosen. */
  readonly metrics: RequestMetrics;
}
