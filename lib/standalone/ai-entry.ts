import type { BackendPoliciesEntry, RouteBackendEntry } from './document';
import type { Variable } from './variables';

/**
 * A backend of language models, as the translator writes it. It is no part of the document that the gateway is written
 * against, which refuses it.
 */
export interface AiRouteBackendEntry extends RouteBackendEntry {
  ai: AiBackendEntry;
  policies?: BackendPoliciesEntry & CallPoliciesEntry;
}

/** Language models: one provider, or groups of them, the preferred one first. */
export type AiBackendEntry =
  | AiProviderEntry
  | { readonly groups: readonly { readonly providers: readonly AiProviderEntry[] }[] };

export interface AiProviderEntry {
  readonly name: string;
  /** Exactly one key, the provider, with its settings. */
  readonly provider: Readonly<Record<string, object>>;
  /** `host:port`, called without TLS unless `backendTLS` says otherwise. */
  readonly hostOverride?: string;
  readonly pathOverride?: string;
  readonly pathPrefix?: string;
  readonly policies?: CallPoliciesEntry;
}

/** How a backend is called, as far as the translator writes it. */
export interface CallPoliciesEntry {
  readonly ai?: AiPolicyEntry;
  readonly backendAuth?: BackendAuthEntry;
  readonly backendTLS?: object;
  readonly health?: object;
  readonly http?: { version?: 'HTTP/1.1' | 'HTTP/2.0'; requestTimeout?: string };
  readonly tcp?: object;
  readonly transformations?: object;
}

export interface AiPolicyEntry {
  readonly routes?: Readonly<Record<string, string>>;
  readonly modelAliases?: Readonly<Record<string, string>>;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly transformations?: Readonly<Record<string, string>>;
  readonly finalTransformations?: Readonly<Record<string, string>>;
  readonly prompts?: object;
  readonly promptCaching?: object;
}

/** A value of a Secret, or the variable that stands for it. */
export type SecretText = string | Variable;

export interface BackendAuthEntry {
  readonly key?: SecretText | { readonly value: SecretText; readonly location: object };
  readonly passthrough?: object;
  readonly aws?: object;
  readonly azure?: object;
  readonly gcp?: object;
  readonly credentials?: readonly { readonly location: object; readonly key: SecretText }[];
}
