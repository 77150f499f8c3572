import { type ProviderSettings, providerHost } from '../../llm/provider';
import type { HostTarget, NormalLlmProvider } from '../../standalone/normal-document';

/** Where providers are asked that have a host of their own. */
const HTTPS = 443;

/** Where a provider is called; nothing where the configuration should have said it. */
export function providerAddress({
  provider,
  hostOverride,
}: NormalLlmProvider): HostTarget | undefined {
  if (hostOverride) return hostOverride;
  const host = providerHost(settingsOf(provider));
  return host === undefined ? undefined : { host, port: HTTPS };
}

/** The schema knows no other formats than those of `lib/llm`. */
export function settingsOf(provider: NormalLlmProvider['provider']): ProviderSettings {
  return provider as ProviderSettings;
}
