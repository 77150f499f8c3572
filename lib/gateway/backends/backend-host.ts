import type { Diagnostic } from '../../diagnostic';
import type { Effects } from '../../effects';
import type { RequestMetrics } from '../../telemetry/metrics';
import type { Expressions } from '../expressions';

/** What backends need to be compiled. */
export interface BackendHost extends Pick<Effects, 'now' | 'random' | 'readFile' | 'upstreams'> {
  /** How much of a message is kept for what reads it. */
  readonly maxBufferSize: number;
  /** Compiles expressions over requests to models. */
  readonly llmRequests: Expressions;
  /** Compiles expressions over answers. */
  readonly responses: Expressions;
  /** Takes a finding; an error among them keeps the configuration from running. */
  report(finding: Diagnostic): void;
}

/** The counters of requests to an upstream, by `host:port`. */
export type MetricsOf = (upstream: string) => RequestMetrics;
