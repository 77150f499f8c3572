import type { Rule } from '../../cel/gateway/rule';
import type { LlmTarget } from '../../llm/call';
import type { RouteFinder } from '../../llm/format';
import type { EvictionPolicy, ProviderHealth } from '../../llm/health';
import type { GenAiCall } from '../../telemetry/gen-ai-metrics';
import type { ComputeFields } from './computed-fields';
import type { Endpoint } from './endpoint';

/** A provider of models as it runs. */
export interface LlmProvider {
  readonly endpoint: Endpoint;
  /** Its own name, which stands in `Host` whatever rewrites say. @default - it is called at another host */
  readonly ownHost: string | undefined;
  readonly routeOf: RouteFinder;
  readonly target: LlmTarget;
  readonly transformations: ComputeFields | undefined;
  readonly finalTransformations: ComputeFields | undefined;
  /** Whether the configuration puts the credential into `Authorization` or elsewhere. @default - it does not say */
  readonly credentialPlace: 'authorization' | 'elsewhere' | undefined;
  readonly tokenize: boolean;
  readonly eviction: EvictionPolicy | undefined;
  /** @default - answers of 500 and above are unhealthy */
  readonly unhealthy: Rule | undefined;
  /** Takes calls that had an answer. */
  readonly count: (call: GenAiCall) => void;
  health: ProviderHealth;
}
