import type { Upstream } from '../effects';

/** An upstream's connections, and how they end. */
export interface ClosableUpstream extends Pick<Upstream, 'send'> {
  close(): Promise<void>;
  destroy(): void;
}

export interface UpstreamsOptions {
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly poolIdleTimeoutMs: number;
  /** Connections per upstream. @default - no limit */
  readonly poolMaxSize?: number;
}
