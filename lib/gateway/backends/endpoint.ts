import type { Upstream, UpstreamRequest } from '../../effects';
import type { RequestMetrics } from '../../telemetry/metrics';
import type { HeaderModification } from '../policies/header-modifier';
import type { RequestPolicy } from '../policy';
import type { RequestContext } from '../request-context';

/** One place that requests are sent to, and what its policies do on each try. */
export interface Endpoint {
  readonly upstream: Upstream;
  /** The name that the upstream is asked by. @default - it is known by an address only */
  readonly hostname: string | undefined;
  /** Before `modifyRequest`, as agentgateway does it. */
  readonly setCredential: SetCredential | undefined;
  readonly modifyRequest: HeaderModification | undefined;
  readonly modifyResponse: HeaderModification | undefined;
  readonly redirect: RequestPolicy | undefined;
  readonly timeoutMs: number | undefined;
  readonly metrics: RequestMetrics;
}

/** Gives a request the credential that the configuration has for its backend. */
export type SetCredential = (outgoing: OutgoingRequest, client: RequestContext) => void;

/** A request while it is made. */
export type OutgoingRequest = { -readonly [K in keyof UpstreamRequest]: UpstreamRequest[K] };
